/*
 * Ends the process on a Node that is too old, before newer code runs. Every command imports this file
 * first, and it keeps to syntax and features that old versions have too.
 */
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `Working Papers needs Node 20.19 or newer and this is ${process.versions.node}; ` +
      'install a current version from https://nodejs.org and run the same command again.',
  );
  process.exit(2);
}
