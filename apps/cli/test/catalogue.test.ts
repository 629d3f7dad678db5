import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listPapers, loadPaper } from '@working-papers/papers/catalogue';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { paper } from './papers/toy-paper/paper.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wp-catalogue-'));
});
afterEach(() => rm(folder, { recursive: true }));

const list = () => listPapers({ modules: folder, folders: folder });

async function addPaper(name: string, facts: object, files: Record<string, string> = {}) {
  await mkdir(join(folder, name));
  const text = `export const paper = ${JSON.stringify({ ...paper, slug: name, ...facts })};\n`;
  for (const [file, content] of Object.entries({ 'paper.ts': text, ...files })) {
    await writeFile(join(folder, name, file), content);
  }
}

it('finds a paper by its folder alone, newest first and by arXiv id within a day', async () => {
  await addPaper('older', { published: '2023-05-01' });
  await addPaper('b', { arxivId: '2401.00002' });
  await addPaper('a', { arxivId: '2401.00001' });
  await addPaper('c', { arxivId: '2401.00010' });
  await writeFile(join(folder, 'catalogue.ts'), '');
  await mkdir(join(folder, 'dist'));
  expect((await list()).map((entry) => entry.paper.slug)).toEqual(['c', 'b', 'a', 'older']);
});

it('knows without loading it whether a paper runs, and loads it then', async () => {
  const index = `export { paper } from './paper.ts';\nexport const experiment = 'loaded';\n`;
  await addPaper('runs', {}, { 'index.ts': index });
  await addPaper('facts', {});
  const runs = Object.fromEntries(
    (await list()).map((each) => [each.paper.slug, each.hasExperiment]),
  );
  expect(runs).toEqual({ runs: true, facts: false });
  const module = await loadPaper('runs', { modules: folder, folders: folder });
  expect(module).toMatchObject({ paper: { slug: 'runs' }, experiment: 'loaded' });
});

it('names a folder whose paper is not what its name says', async () => {
  await addPaper('here', { slug: 'elsewhere' });
  await expect(list()).rejects.toThrowErrorMatchingInlineSnapshot(
    `[ConfigError: paper here: slug is "elsewhere"; expected the folder's name]`,
  );
});

it('names files that do not export what they should', async () => {
  await addPaper('silent', {}, { 'index.ts': 'export const nothing = 0;\n' });
  const load = loadPaper('silent', { modules: folder, folders: folder });
  await expect(load).rejects.toThrow(/^paper silent: .*index\.ts does not export paper and exp/);
  await addPaper('empty', {}, { 'paper.ts': 'export const nothing = 0;\n' });
  await expect(list()).rejects.toThrow(/^paper empty: .*paper\.ts does not export paper$/);
});
