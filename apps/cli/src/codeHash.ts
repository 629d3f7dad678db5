import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build, type Plugin } from 'esbuild';

/**
 * A hash of the code that decides what an experiment measures: its module, all of ours that it imports,
 * the native runtime's adapter and the reader of data sets, bundled without comments and white space,
 * and the versions of the libraries that they import. A change of prose, of a demo or of another paper
 * leaves it as it is; a change of any line that can be reached does not.
 *
 * @param modulePath - The paper's `index.ts`.
 * @returns 64 hexadecimal digits, the same on every machine with the same sources.
 */
export async function codeHash(modulePath: string): Promise<string> {
  const libraries = new Set<string>();
  const result = await build({
    stdin: {
      contents: [
        `export { experiment } from ${JSON.stringify(modulePath)};`,
        "export { nodeBackend } from '@working-papers/grad/node';",
        "export { nodeDataSource } from '@working-papers/data/node';",
      ].join('\n'),
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    conditions: ['source'],
    minifyWhitespace: true,
    legalComments: 'none',
    logLevel: 'silent',
    plugins: [leaveOut(libraries)],
  });
  const hash = createHash('sha256');
  for (const { contents } of result.outputFiles) hash.update(contents);
  for (const library of [...libraries].toSorted()) hash.update(`\0${library}`);
  return hash.digest('hex');
}

/** Leaves libraries out of the bundle, and collects them with their versions. */
function leaveOut(libraries: Set<string>): Plugin {
  return {
    name: 'leave libraries out',
    setup: (bundle) => {
      bundle.onResolve({ filter: /^(@[^/]+\/)?[a-z][^:]*$|^node:/ }, ({ path, resolveDir }) => {
        if (path.startsWith('@working-papers/')) return undefined;
        if (!path.startsWith('node:')) {
          const name = /^(@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? path;
          libraries.add(`${name}@${versionOf(name, resolveDir)}`);
        }
        return { path, external: true };
      });
    },
  };
}

/** The version of a package as Node would find it from a folder; empty for modules of Node itself. */
function versionOf(name: string, folder: string): string {
  try {
    const path = join(folder, 'node_modules', name, 'package.json');
    const manifest: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof manifest !== 'object' || manifest === null || !('version' in manifest)) return '';
    return String(manifest.version);
  } catch {
    const parent = dirname(folder);
    return parent === folder ? '' : versionOf(name, parent);
  }
}
