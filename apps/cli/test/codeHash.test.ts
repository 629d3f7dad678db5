import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { codeHash } from '../src/codeHash.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wp-code-'));
  await writeFile(join(folder, 'index.ts'), index);
  await writeFile(join(folder, 'method.ts'), method);
  await writeFile(join(folder, 'demo.ts'), 'export const demo = 1;\n');
});
afterEach(() => rm(folder, { recursive: true }));

const index = `export { demo } from './demo.ts';
import { rate } from './method.ts';
export const experiment = { run: () => rate(3) };
`;
const method = `/** Halves. */
export function rate(x: number): number {
  return x / 2;
}
`;
const hash = () => codeHash(join(folder, 'index.ts'));

it('changes with every line that the experiment reaches', async () => {
  const before = await hash();
  expect(before).toMatch(/^[0-9a-f]{64}$/);
  expect(await hash()).toBe(before);
  await writeFile(join(folder, 'method.ts'), method.replace('x / 2', 'x / 3'));
  expect(await hash()).not.toBe(before);
});

it('does not change with comments, types, white space, or what only the demo reaches', async () => {
  const before = await hash();
  await writeFile(
    join(folder, 'method.ts'),
    method
      .replace('Halves', 'Gives a half')
      .replace('x: number', 'x : 3')
      .replace('  return', ' return'),
  );
  await writeFile(join(folder, 'demo.ts'), 'export const demo = 2;\n');
  expect(await hash()).toBe(before);
});

it('is the same wherever the sources lie', async () => {
  const elsewhere = await mkdtemp(join(tmpdir(), 'wp-elsewhere-'));
  try {
    for (const name of ['index.ts', 'method.ts', 'demo.ts']) {
      await writeFile(join(elsewhere, name), await readFile(join(folder, name)));
    }
    expect(await codeHash(join(elsewhere, 'index.ts'))).toBe(await hash());
  } finally {
    await rm(elsewhere, { recursive: true });
  }
});

it('covers the versions of libraries', async () => {
  const before = await hash();
  const library = join(folder, 'node_modules', 'some-library');
  const { mkdir } = await import('node:fs/promises');
  await mkdir(library, { recursive: true });
  await writeFile(join(folder, 'method.ts'), `export { rate } from 'some-library';\n`);
  const hashes = [before];
  for (const version of ['1.0.0', '1.0.1']) {
    await writeFile(
      join(library, 'package.json'),
      JSON.stringify({ name: 'some-library', version }),
    );
    hashes.push(await hash());
  }
  expect(new Set(hashes).size).toBe(3);
});

it('is that of each paper alone', async () => {
  const paper = fileURLToPath(
    new URL('../../../papers/subspace-diffusion/index.ts', import.meta.url),
  );
  expect(await codeHash(paper)).not.toBe(await hash());
});
