/**
 * `npm run lock` completes package-lock.json after `npm install`: it adds the optional packages of
 * other platforms that npm leaves out where its registry does not offer them. Without them `npm ci`
 * fails with npm 11, and the other platforms lack their native programs. `--check` only says what
 * is missing, and whether the file names a registry, which would bind every user to it.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

interface LockedPackage {
  readonly version?: string;
  readonly resolved?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}
type Packages = Readonly<Record<string, LockedPackage>>;

const file = fileURLToPath(new URL('../package-lock.json', import.meta.url));
// The file has npm's schema by construction; nobody else writes it.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const lock = JSON.parse(readFileSync(file, 'utf8')) as { readonly packages: Packages };

const added = Object.fromEntries(
  Object.entries(lock.packages).flatMap(([path, entry]) =>
    Object.entries(entry.optionalDependencies ?? {})
      .filter(([name]) => !isLocked(name, path))
      .map(([name, version]) => [`node_modules/${name}`, entryOf(name, version, entry)]),
  ),
);
const hosts = Object.values(lock.packages).flatMap(({ resolved = '' }) =>
  /^[a-z+]+:\/\//.test(resolved) ? [resolved] : [],
);

if (process.argv.includes('--check')) {
  const missing = Object.keys(added);
  if (missing.length > 0) {
    console.error(
      `package-lock.json lacks ${missing.length} packages, ${missing[0]} for one; run npm run lock`,
    );
  }
  if (hosts.length > 0) {
    console.error(
      `package-lock.json names addresses such as ${hosts[0]}; run npm install with the .npmrc of the repository`,
    );
  }
  process.exitCode = missing.length + hosts.length > 0 ? 1 : 0;
} else {
  const packages = Object.entries({ ...lock.packages, ...added });
  packages.sort(([a], [b]) => a.localeCompare(b, 'en'));
  const completed = { ...lock, packages: Object.fromEntries(packages) };
  writeFileSync(file, `${JSON.stringify(completed, null, 2)}\n`);
  console.log(`added ${Object.keys(added).length} packages of other platforms`);
}

/** Whether a package is found from a path as Node would look for it: there, or further up. */
function isLocked(name: string, from: string): boolean {
  const parts = from.split('/node_modules/');
  return (
    parts.some((_, i) => {
      const folder = parts.slice(0, parts.length - i).join('/node_modules/');
      return `${folder}/node_modules/${name}` in lock.packages;
    }) || `node_modules/${name}` in lock.packages
  );
}

/** Such packages are named after their platform: `@oxlint/binding-linux-x64-musl`. */
function entryOf(name: string, version: string, { dev, license }: LockedPackage) {
  const [, os, cpu, abi] =
    /(?:^|[-/])([a-z]+\d*)-(arm64|arm|ia32|loong64|ppc64|riscv64|s390x|x64)(?:-(\w+))?$/.exec(
      name,
    ) ?? [];
  if (os === undefined || cpu === undefined) {
    throw new Error(
      `${name} does not end in a platform, as in linux-x64-gnu; run npm install with a registry that has it`,
    );
  }
  const libc = { gnu: 'glibc', musl: 'musl' }[abi ?? ''];
  return {
    version,
    cpu: [cpu],
    ...(dev === true && { dev }),
    ...(os === 'linux' && libc !== undefined && { libc: [libc] }),
    ...(license !== undefined && { license }),
    optional: true,
    os: [os],
  };
}
