import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { collectProvenance, sourceState } from '../src/node.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'wp-provenance-'));
});
afterEach(() => rm(root, { recursive: true }));

const git = (...parameters: string[]) => {
  const identity = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org'];
  return execFileSync('git', ['-C', root, ...identity, ...parameters], { encoding: 'utf8' }).trim();
};
const write = async (path: string, text: string) => {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text);
};

it('tells changes that can move a number from those that cannot', async () => {
  git('init', '--quiet');
  await write('papers/toy/method.ts', '1');
  git('add', '.');
  git('commit', '--quiet', '-m', 'first');
  const commit = git('rev-parse', 'HEAD');
  for (const path of [
    'papers/toy/results/quick.json',
    'papers/toy/README.md',
    'papers/toy/test/method.test.ts',
    'apps/site/src/page.ts',
  ]) {
    await write(path, 'new');
    const state = await sourceState(root);
    expect({ path, ...state }).toEqual({ path, commit, isDirty: false });
  }
  await write('packages/grad/src/new.ts', 'untracked files count');
  expect(await sourceState(root)).toEqual({ commit, isDirty: true });
  await rm(join(root, 'packages'), { recursive: true });
  await write('papers/toy/method.ts', '2');
  expect(await sourceState(root)).toEqual({ commit, isDirty: true });
});

it('says that it does not know outside a repository', async () => {
  expect(await sourceState(root)).toEqual({ commit: 'unknown', isDirty: true });
});

it('collects versions of the packages, the runtime and Node', async () => {
  await write('packages/grad/package.json', '{"name":"@working-papers/grad","version":"0.1.0"}');
  await write('papers/package.json', '{"name":"@working-papers/papers","version":"0.2.0"}');
  const startedAt = new Date('2026-11-23T10:00:00Z');
  const source = { commit: 'unknown', isDirty: true };
  const backend = { name: 'node-cpu', threads: 2, version: 'onnxruntime-node 1.30.0' };
  const facts = { root, source, command: 'npx wp run toy', backend, startedAt, wallSeconds: 1.26 };
  const provenance = await collectProvenance(facts);
  expect(provenance).toMatchObject({
    versions: {
      node: process.versions.node,
      onnxruntime: 'onnxruntime-node 1.30.0',
      '@working-papers/grad': '0.1.0',
      '@working-papers/papers': '0.2.0',
    },
    threads: 2,
    wallSeconds: 1.3,
    startedAt: '2026-11-23T10:00:00.000Z',
  });
  // More than the 20 MiB that Node itself needs, less than any machine has: the unit is bytes.
  expect(provenance.peakMemoryBytes).toBeGreaterThan(20 * 2 ** 20);
  expect(provenance.peakMemoryBytes).toBeLessThan(2 ** 40);
});
