import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startWp } from './wpProcess.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wp-ingest-'));
});
afterAll(() => rm(folder, { recursive: true }));

const ingest = (...parameters: string[]) =>
  startWp(['ingest', ...parameters, '--data', join(folder, 'data')]).finished;

it('a listing is taken in once, after a dry run that stores nothing, and says what is wrong', async () => {
  const path = join(folder, 'page.txt');
  await writeFile(
    path,
    `Daily Papers

Dec 11

A Paper That Nobody Has Written

  • 2 authors
·
Feb 30
`,
  );
  const dry = await ingest('listing', path, '--dry-run');
  expect(dry).toMatchObject({
    code: 0,
    stdout: '1 new, 0 changed, 0 as before, 1 problem; nothing was stored\n',
    stderr: 'line 9: there is no day Feb 30\n',
  });
  const first = await ingest('listing', path, '--json');
  expect(JSON.parse(first.stdout)).toMatchObject({ isDryRun: false, updated: [], unchanged: 0 });
  const second = await ingest('listing', path);
  expect(second).toMatchObject({ code: 0, stdout: '0 new, 0 changed, 1 as before, 1 problem\n' });
}, 60_000);

it('a title of the catalogue is its paper, and a file without papers is an error', async () => {
  const path = join(folder, 'papers.jsonl');
  await writeFile(
    path,
    '{"title":"Diffusion models learn low-dimensional distributions via subspace clustering"}\n',
  );
  const { stdout } = await ingest('jsonl', path, '--dry-run', '--json');
  expect(JSON.parse(stdout)).toMatchObject({ added: ['2409.02426'] });
  await writeFile(path, '\n');
  expect(await ingest('jsonl', path)).toMatchObject({
    code: 2,
    stderr: `wp ingest jsonl: ${path} holds no papers; "wp ingest jsonl --help" says what it may be\n`,
  });
}, 60_000);
