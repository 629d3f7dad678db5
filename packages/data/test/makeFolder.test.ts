import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeFolder } from '../src/makeFolder.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'make-folder-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('makes the folders that are missing and names the topmost', async () => {
  const target = join(folder, 'a/b/c');
  expect(await makeFolder(target)).toBe(join(folder, 'a'));
  expect((await stat(target)).isDirectory()).toBe(true);
  expect(await makeFolder(target)).toBeUndefined();
});

test('refuses where a file has the name', async () => {
  const file = join(folder, 'taken');
  await writeFile(file, '');
  await expect(makeFolder(file)).rejects.toThrow('EEXIST');
});

test.runIf(process.platform === 'linux')('ends where nobody may make folders', async () => {
  await expect(makeFolder('/proc/working-papers/cache')).rejects.toThrow('ENOENT');
});
