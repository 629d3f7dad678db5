/** What every search library must do behind the port. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openLanceIndex } from '../../src/search/lanceIndex.ts';
import { openMiniSearchIndex } from '../../src/search/miniSearchIndex.ts';
import type { IndexedPaper, IndexMark, SearchIndex } from '../../src/search/searchIndex.ts';
import { makeWorkbench } from '../../src/search/workbench.ts';
import { indexQuery, searchPaper } from './searchSample.ts';

const hasLance = await import('@lancedb/lancedb').then(
  () => true,
  () => false,
);

const libraries = [
  {
    name: 'MiniSearch',
    file: 'minisearch.json',
    open: (folder: string) => openMiniSearchIndex(makeWorkbench(), folder),
    isHere: true,
  },
  {
    name: hasLance ? 'LanceDB' : 'LanceDB (needs @lancedb/lancedb)',
    file: 'lancedb.json',
    open: (folder: string) => openLanceIndex(folder),
    isHere: hasLance,
  },
];

const corpus: readonly IndexedPaper[] = [
  searchPaper({
    id: '2501.00001',
    title: 'Diffusion models generate images',
    text: 'A denoiser is trained on noise levels.',
    day: '2025-01-02',
    authors: ['José Álvarez', 'Xudong Zhu'],
    organizations: ['Some University'],
    categories: ['cs.LG', 'stat.ML'],
    family: 'diffusion',
    outcomes: ['holds'],
    runsHere: true,
    vector: Float32Array.of(1, 0, 0),
  }),
  searchPaper({
    id: '2501.00002',
    title: 'Sparse autoencoders explain activations',
    text: 'Every activation is a sum of few dictionary atoms. Nothing on images.',
    day: '2025-02-03',
    authors: ['Zhu Li'],
    organizations: ["O'Brien % Sons"],
    categories: ['cs.CL'],
    family: 'sae',
    outcomes: ['fails', 'not measured'],
    runsHere: true,
    vector: Float32Array.of(0, 1, 0),
  }),
  searchPaper({
    id: '2501.00003',
    title: 'Quantised tokens for images',
    text: 'A codebook of tokens generates pictures scale by scale.',
    day: '2025-03-04',
    categories: ['cs.CV'],
    family: 'tokenizers',
    outcomes: ['untestable'],
    vector: Float32Array.of(0.8, 0, 0.6),
  }),
];
const kind = { name: 'test', version: '1', dimension: 3 };
const mark: IndexMark = { changeSeq: 7, vectors: kind };

async function* batches(papers: readonly IndexedPaper[]): AsyncGenerator<readonly IndexedPaper[]> {
  for (let i = 0; i < papers.length; i += 2) yield papers.slice(i, i + 2);
}

describe.each(libraries)('$name', ({ open, isHere, file }) => {
  let folder: string;
  let index: SearchIndex;
  beforeEach(async (context) => {
    if (!isHere) return context.skip();
    folder = await mkdtemp(join(tmpdir(), 'wp-search-'));
    index = await open(folder);
    await index.rebuild(batches(corpus), mark);
  });
  afterEach(async () => {
    if (!isHere) return;
    await index.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function find(query: Parameters<typeof indexQuery>[0]): Promise<string[]> {
    const { hits } = await index.search(indexQuery(query));
    return hits.map(({ id }) => id.slice(-1));
  }

  it('finds papers by any of the words, those with more of them and in the title first', async () => {
    expect(await find({ any: ['images', 'diffusion'] })).toEqual(['1', '3', '2']);
    expect(await find({ any: ['nowhere'] })).toEqual([]);
  });

  it('finds inflected forms', async () => {
    expect(await find({ any: ['generating', 'denoisers'] })).toEqual(['1', '3']);
  });

  it('wants all of some words, and none of others', async () => {
    expect(await find({ all: ['images', 'tokens'] })).toEqual(['3']);
    expect(await find({ any: ['images'], none: ['diffusion'] })).toEqual(['3', '2']);
    expect(await find({ all: ['images'], any: ['dictionary'], none: ['codebook'] })).toEqual([
      '2',
      '1',
    ]);
  });

  it('takes a word that nobody wrote for a misspelt one, and only such a word', async () => {
    const { hits, unknown } = await index.search(indexQuery({ any: ['difusion'] }));
    expect(hits.map(({ id }) => id)).toEqual(['2501.00001']);
    expect(unknown).toEqual(['difusion']);
    // "atoms" is one letter from "atom" only: both stand for themselves.
    expect((await index.search(indexQuery({ any: ['atoms'] }))).unknown).toEqual([]);
    // Whether a word is known does not depend on filters.
    const filtered = await index.search(
      indexQuery({ any: ['codebook'], filters: { family: 'sae' } }),
    );
    expect(filtered).toMatchObject({ hits: [], unknown: [] });
  });

  it('finds the beginning of a word of a title while it is typed', async () => {
    expect(await find({ prefix: 'quanti' })).toEqual(['3']);
    expect(await find({ any: ['explain'], prefix: 'autoenc' })).toEqual(['2']);
  });

  it('finds everything newest first if nothing is asked for', async () => {
    const { hits, total } = await index.search(indexQuery({ limit: 2 }));
    expect(hits.map(({ id }) => id)).toEqual(['2501.00003', '2501.00002']);
    expect(total).toBe(3);
  });

  it.each([
    [{ from: '2025-02-03' }, ['3', '2']],
    [{ to: '2025-02-03' }, ['2', '1']],
    [{ runsHere: true }, ['2', '1']],
    [{ verdict: 'fails' }, ['2']],
    [{ verdict: 'not measured' }, ['2']],
    [{ verdict: 'any' }, ['2', '1']],
    [{ family: 'tokenizers' }, ['3']],
    [{ category: 'cs.lg' }, ['1']],
    [{ category: 'cs' }, ['3', '2', '1']],
    [{ category: 's' }, []],
    [{ authors: ['zhu'] }, ['2', '1']],
    [{ authors: ['Xudong Zhu'] }, ['1']],
    [{ authors: ['jose alvarez', 'zhu'] }, ['1']],
    [{ authors: ['alvarez xudong'] }, []],
    [{ organizations: ['university'] }, ['1']],
    [{ organizations: ["o'brien % sons"] }, ['2']],
    [{ organizations: ['%'] }, []],
    [{ family: "' OR 1 = 1 --" }, []],
  ] as const)('filters by %j', async (filters, expected) => {
    expect(await find({ filters })).toEqual(expected);
    expect((await index.search(indexQuery({ filters }))).total).toBe(expected.length);
  });

  it('filters what it finds by words and by vectors', async () => {
    const dense = { vector: Float32Array.of(1, 0, 0), weight: 0.4 };
    const filters = { family: 'tokenizers' };
    expect(await find({ any: ['images'], dense, filters })).toEqual(['3']);
    expect(await find({ dense, filters })).toEqual(['3']);
  });

  it('adds the weighted cosine to the share of the best score by words', async () => {
    const dense = { vector: Float32Array.of(1, 0, 0), weight: 0.4 };
    const { hits } = await index.search(indexQuery({ any: ['codebook'], dense }));
    expect(hits.map(({ id, byWords }) => [id, byWords])).toEqual([
      ['2501.00003', true],
      ['2501.00001', false],
    ]);
    expect(hits[0]?.score).toBeCloseTo(1 + 0.4 * 0.8, 5);
    expect(hits[1]?.score).toBeCloseTo(0.4, 5);
  });

  it('shows nothing without the words that are wanted, however near', async () => {
    const dense = { vector: Float32Array.of(1, 0, 0), weight: 0.4 };
    expect(await find({ all: ['codebook'], dense })).toEqual(['3']);
    expect(await find({ any: ['codebook'], none: ['denoiser'], dense })).toEqual(['3']);
  });

  it('ranks by vectors alone if there are no words', async () => {
    const dense = { vector: Float32Array.of(0.6, 0, 0.8), weight: 1 };
    const { hits } = await index.search(indexQuery({ dense, limit: 2 }));
    expect(hits.map(({ id }) => id)).toEqual(['2501.00003', '2501.00001']);
    expect(hits[0]?.score).toBeCloseTo(0.96, 5);
  });

  it('follows changes, and holds them when it is opened again', async () => {
    const changed = searchPaper({
      ...corpus[0]!,
      title: 'Renamed',
      vector: Float32Array.of(0, 0, 1),
    });
    const added = searchPaper({
      id: '2501.00004',
      title: 'Speculative decoding',
      vector: Float32Array.of(0, 0, 1),
    });
    await index.upsert([changed, added], 8);
    await index.remove(['2501.00002', 'never there'], 9);
    await index.close();
    index = await open(folder);
    expect(await index.status()).toMatchObject({ papers: 3, changeSeq: 9, vectors: kind });
    expect(await find({ any: ['diffusion'] })).toEqual([]);
    expect((await find({ any: ['renamed', 'speculative'] })).toSorted()).toEqual(['1', '4']);
    const dense = { vector: Float32Array.of(1, 0, 0), weight: 1 };
    expect((await find({ dense }))[0]).toBe('3');
    expect(await find({ any: ['autoencoders'] })).toEqual([]);
  });

  it('is empty if nothing was ever put in', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'wp-search-'));
    const other = await open(empty);
    expect(await other.status()).toMatchObject({ papers: 0, changeSeq: 0, vectors: null });
    expect(await other.search(indexQuery({ any: ['images'] }))).toMatchObject({
      hits: [],
      total: 0,
    });
    await other.upsert([searchPaper({ id: '2501.00009', title: 'First images' })], 1);
    const { hits } = await other.search(indexQuery({ any: ['images'] }));
    expect(hits.map(({ id }) => id)).toEqual(['2501.00009']);
    await other.close();
    await rm(empty, { recursive: true, force: true });
  });

  it('answers from the old papers until a rebuild is complete', async () => {
    let meanwhile: readonly string[] = [];
    async function* slowly(): AsyncGenerator<readonly IndexedPaper[]> {
      yield corpus.slice(2);
      meanwhile = await find({ any: ['images'] });
    }
    await index.rebuild(slowly(), { changeSeq: 20, vectors: kind });
    expect(meanwhile.toSorted()).toEqual(['1', '2', '3']);
    expect(await find({ any: ['images'] })).toEqual(['3']);
    expect(await index.status()).toMatchObject({ papers: 1, changeSeq: 20 });
  });

  it.each(['', '{}', '{"format":1,"mark":{', '\0\0\0'])(
    'opens empty, to be built anew, if its file holds %j',
    async (content) => {
      await index.close();
      await writeFile(join(folder, file), content);
      index = await open(folder);
      expect(await index.status()).toMatchObject({ papers: 0, changeSeq: 0 });
      await index.rebuild(batches(corpus), mark);
      expect(await find({ any: ['codebook'] })).toEqual(['3']);
    },
  );

  it('leaves no file behind but those in use', async () => {
    await index.rebuild(batches(corpus), mark);
    await index.close();
    const names = await readdir(folder);
    expect(names.filter((name) => name.includes('.tmp'))).toEqual([]);
    expect(JSON.parse(await readFile(join(folder, file), 'utf8'))).toBeTypeOf('object');
    index = await open(folder);
  });
});
