import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { dataSets } from '../src/sets/dataSets.ts';
import { wantedPaths } from '../src/sources/formats.ts';

const sets = Object.values(dataSets);

test('each stands under its own name', () => {
  expect(Object.entries(dataSets).filter(([name, set]) => set.name !== name)).toEqual([]);
});

test.each(sets)('$name is pinned', ({ integrity, version, file, canonical = [] }) => {
  expect(integrity).toMatch(/^sha512-[\w+/]{86}==$/);
  expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  expect(file.sha256).toMatch(/^[0-9a-f]{64}$/);
  for (const one of canonical) {
    expect(one.integrity).toMatch(/^sha256-[\w+/]{43}=$/);
    expect(new URL(one.url).protocol).toBe('https:');
  }
});

test.each(sets)('$name has a format for each of its origins', (set) => {
  expect(wantedPaths(set, 'npm')).toBeTruthy();
  if (set.canonical) expect(wantedPaths(set, 'canonical')).toBeTruthy();
  else expect(() => wantedPaths(set, 'canonical')).toThrow('internal');
});

test.each(sets)('$name takes a page no more bytes than its file has', ({ file }) => {
  expect(file.gzipBytes).toBeGreaterThan(0);
  expect(file.gzipBytes).toBeLessThan(file.bytes);
});

test('the guide says how to add one', async () => {
  const guide = await readFile(new URL('../../../docs/adding-data.md', import.meta.url), 'utf8');
  const paths = [...guide.matchAll(/`(packages\/data\/[\w./-]+)`/g)].map(([, path]) => path!);
  expect(paths.length).toBeGreaterThan(3);
  for (const path of paths) {
    await expect(readFile(new URL(`../../../${path}`, import.meta.url))).resolves.toBeTruthy();
  }
});
