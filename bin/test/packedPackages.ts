/** The packages as `npm publish` would send them, and projects of a user who installs them. */
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from '../lib/child.js';
import { root } from '../lib/command.js';

/** What `npm pack --json` says of a tarball. */
export interface Tarball {
  readonly name: string;
  /** Its absolute path. */
  readonly path: string;
  /** The paths inside it. */
  readonly files: readonly string[];
}

/** Builds all packages and packs each into `folder`. */
export async function packPackages(folder: string): Promise<readonly Tarball[]> {
  mkdirSync(folder, { recursive: true });
  await runOrThrow(process.execPath, ['--import', 'tsx', 'scripts/build.ts'], root);
  const folders = [
    ...readdirSync(join(root, 'packages')).map((name) => `packages/${name}`),
    'papers',
  ];
  const workspaces = folders.map((name) => `--workspace=${name}`);
  const options = ['--json', '--loglevel=error', '--ignore-scripts', '--pack-destination', folder];
  const output = await runOrThrow('npm', ['pack', ...options, ...workspaces], root);
  const packed = JSON.parse(output) as readonly {
    readonly name: string;
    readonly filename: string;
    readonly files: readonly { readonly path: string }[];
  }[];
  return packed.map(({ name, filename, files }) => ({
    name,
    path: join(folder, filename),
    files: files.map(({ path }) => path),
  }));
}

/** The tarballs that an installation of `names` needs: those and what they depend on among ours. */
export function withDependencies(
  names: readonly string[],
  tarballs: readonly Tarball[],
): readonly Tarball[] {
  const wanted = new Set(names);
  for (const name of wanted) {
    const short = name.replace('@working-papers/', '');
    const folder = short === 'papers' ? short : `packages/${short}`;
    const { dependencies } = manifestOf(folder);
    for (const each of Object.keys(dependencies)) {
      if (tarballs.some((tarball) => tarball.name === each)) wanted.add(each);
    }
  }
  return tarballs.filter(({ name }) => wanted.has(name));
}

/** Fields of one of our package.json files. */
export function manifestOf(folder: string) {
  const text = readFileSync(join(root, folder, 'package.json'), 'utf8');
  const manifest = JSON.parse(text) as Record<string, Record<string, string> | undefined>;
  const { dependencies = {}, devDependencies = {}, peerDependencies = {} } = manifest;
  return { dependencies, devDependencies, peerDependencies };
}

/** Makes a project with files, and installs tarballs and packages of the registry into it. */
export async function makeProject(
  folder: string,
  files: Readonly<Record<string, string>>,
  dependencies: Readonly<Record<string, string>>,
): Promise<void> {
  const manifest = {
    name: 'a-user',
    version: '1.0.0',
    private: true,
    type: 'module',
    dependencies,
  };
  for (const [name, text] of Object.entries({
    'package.json': JSON.stringify(manifest),
    ...files,
  })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const options = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'];
  await runOrThrow('npm', ['install', '--loglevel=error', ...options], folder);
}

/** Dependencies on tarballs, as package.json names them. */
export function fromTarballs(tarballs: readonly Tarball[]): Readonly<Record<string, string>> {
  return Object.fromEntries(tarballs.map(({ name, path }) => [name, `file:${path}`]));
}

/**
 * Runs a program to its end.
 *
 * @returns What it wrote to stdout and stderr.
 * @throws {Error} If its exit code is not 0; the message is what it wrote.
 */
export async function runOrThrow(
  program: string,
  args: readonly string[],
  folder: string,
): Promise<string> {
  const { exitCode, output } = await run(program, args, { folder, output: 'collect' });
  if (exitCode !== 0)
    throw new Error(`${program} ${args.join(' ')}: exit code ${exitCode}\n${output}`);
  return output;
}

/** The papers that have something to import. */
export function runnableSlugs(): readonly string[] {
  return readdirSync(join(root, 'papers')).filter((name) =>
    existsSync(join(root, 'papers', name, 'index.ts')),
  );
}
