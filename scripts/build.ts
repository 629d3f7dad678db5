/**
 * `npm run build` makes of every package what `npm pack` puts into its tarball: compiles it into its
 * dist folder, after those that it imports, lays licence and notice beside it, and checks that the
 * files named in `exports` are there. Nothing in the repository needs it: tests, site and command
 * line run from the sources.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

type Targets = Readonly<Record<string, string>>;

interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, Targets>>;
  readonly dependencies?: Readonly<Record<string, string>>;
}

const root = fileURLToPath(new URL('..', import.meta.url));
const folders = [
  ...readdirSync(join(root, 'packages')).map((name) => `packages/${name}`),
  'papers',
];
const packages = inOrder(folders.map((folder) => ({ folder, manifest: readManifest(folder) })));

for (const { folder, manifest } of packages) {
  const started = performance.now();
  rmSync(join(root, folder, 'dist'), { recursive: true, force: true });
  const tsc = join(root, 'node_modules/@typescript/native/bin/tsc');
  execFileSync(process.execPath, [tsc, '--project', join(folder, 'tsconfig.build.json')], {
    cwd: root,
    stdio: 'inherit',
  });
  for (const file of ['LICENSE', 'NOTICE'])
    copyFileSync(join(root, file), join(root, folder, file));
  requireExports(folder, manifest);
  console.log(`${manifest.name} ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

function readManifest(folder: string): Manifest {
  // A package.json of ours, whose form npm checks.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Manifest;
}

interface Package {
  readonly folder: string;
  readonly manifest: Manifest;
}

/** Each package after its dependencies. */
function inOrder(all: readonly Package[]): readonly Package[] {
  const ordered: Package[] = [];
  const waiting = new Set(all);
  while (waiting.size > 0) {
    const names = [...waiting].map(({ manifest }) => manifest.name);
    const ready = [...waiting].filter(({ manifest }) =>
      Object.keys(manifest.dependencies ?? {}).every((name) => !names.includes(name)),
    );
    if (ready.length === 0) throw new Error(`${names.join(', ')} depend on each other in a circle`);
    for (const one of ready) {
      ordered.push(one);
      waiting.delete(one);
    }
  }
  return ordered;
}

/** @throws {Error} If a file that `exports` promises does not exist. */
function requireExports(folder: string, { name, exports }: Manifest): void {
  for (const [entry, { types, default: main }] of Object.entries(exports)) {
    for (const target of [types, main]) {
      if (target === undefined)
        throw new Error(`${name}: exports["${entry}"] lacks types or default`);
      const exists = target.includes('*')
        ? readdirSync(join(root, folder, target.slice(0, target.indexOf('*')))).some((found) =>
            existsSync(join(root, folder, target.replace('*', found))),
          )
        : existsSync(join(root, folder, target));
      if (!exists)
        throw new Error(`${name}: exports["${entry}"] names ${target}, which was not built`);
    }
  }
}
