import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Folder of the importing file, and what it imports. */
const allowed = [
  ['packages/nn/src', '@working-papers/grad'],
  ['packages/grad/test', '../src/shape.ts'],
  ['packages/grad/src/ops', '../runtime/node.ts'],
  ['packages/diffusion/src', '@working-papers/nn'],
  ['packages/diffusion/src', '@working-papers/metrics'],
  ['packages/paper-kit/src', '@working-papers/data/node'],
  ['packages/paper-kit/src', '@working-papers/nn'],
  ['papers/var', './method.ts'],
  ['papers/var', '@working-papers/diffusion'],
  ['papers/var/test', '../method.ts'],
  ['papers/var/test', '@working-papers/grad/node'],
  ['apps/cli/src', '@working-papers/papers/var'],
  ['apps/site/src/lib', '@working-papers/papers/catalogue'],
] as const;

const forbidden = [
  ['packages/grad/src', '@working-papers/metrics', 'grad is the lowest layer'],
  ['packages/nn/src', '@working-papers/data/node', 'nn imports grad only'],
  ['packages/nn/test', '@working-papers/diffusion', 'nn imports grad only'],
  ['packages/data/src', '@working-papers/nn', 'data imports grad only'],
  ['packages/metrics/src', '@working-papers/data', 'metrics imports grad only'],
  ['packages/diffusion/src', '@working-papers/data', 'A family package imports'],
  [
    'packages/paper-kit/src',
    '@working-papers/diffusion',
    'paper-kit imports grad, data, metrics and nn',
  ],
  ['packages/scale/src', '@working-papers/data', 'scale imports grad, nn and paper-kit only'],
  [
    'packages/daily/src',
    '@working-papers/papers/var',
    'daily imports grad, metrics and paper-kit only',
  ],
  ['packages/nn/src', '@working-papers/papers/var', 'nn imports grad only'],
  ['packages/nn/src', '../../grad/src/shape.ts', 'Another workspace is imported by its name'],
  ['papers/var', '@working-papers/grad/src/shape.ts', 'Another workspace is imported by its name'],
  ['papers/var', '../../packages/grad/src/shape.ts', 'A paper stays inside its own folder'],
  ['papers/var', '../mar-3d/method.ts', 'A paper stays inside its own folder'],
  ['papers/var/test', '../../mar-3d/method.ts', 'A paper stays inside its own folder'],
  ['papers/var', '@working-papers/papers/mar-3d', 'A paper imports packages only'],
  ['papers/var', '@working-papers/data/node', 'A paper runs in the page too'],
  ['papers/var', 'node:fs', 'A paper runs in the page too'],
  ['apps/cli/src', '@working-papers/papers/var/method.ts', 'An app imports a paper by'],
  ['apps/site/src/lib', '../../../../papers/var/method.ts', 'An app imports a paper by'],
  ['apps/site/src/lib', '@working-papers/cli', 'Apps do not import each other'],
] as const;

it('lets imports point one way, and says what to do instead', () => {
  const complaints = lint([...allowed, ...forbidden]);
  expect(complaints.slice(0, allowed.length)).toEqual(allowed.map(() => []));
  for (const [i, [folder, specifier, message]] of forbidden.entries()) {
    const helps = complaints[allowed.length + i];
    expect(helps, `${folder} imports ${specifier}`).toContainEqual(
      expect.stringContaining(message),
    );
  }
});

/** What the repository's rules answer to a file with one import, by case. */
function lint(
  cases: readonly (readonly [folder: string, specifier: string, ...unknown[]])[],
): string[][] {
  const folder = mkdtempSync(join(tmpdir(), 'working-papers-lint-'));
  try {
    cpSync(join(root, '.oxlintrc.json'), join(folder, '.oxlintrc.json'));
    const files = cases.map(([path, specifier], i) => {
      mkdirSync(join(folder, path), { recursive: true });
      const file = `${path}/case${i}.ts`;
      writeFileSync(join(folder, file), `export { it } from '${specifier}';\n`);
      return file;
    });
    const { stdout } = spawnSync(
      process.execPath,
      [join(root, 'node_modules/oxlint/bin/oxlint'), '--format=json', ...files],
      { cwd: folder, encoding: 'utf8' },
    );
    const { diagnostics } = JSON.parse(stdout) as {
      diagnostics: { code: string; help: string; filename: string }[];
    };
    return files.map((file) =>
      diagnostics
        .filter(({ code, filename }) => filename === file && code.includes('no-restricted-imports'))
        .map(({ help }) => help),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}
