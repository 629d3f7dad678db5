import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importCatalogue } from '../../src/catalogue/importCatalogue.ts';
import { openSearch, type Search } from '../../src/search/openSearch.ts';
import { sampleEntry, sampleResult, sampleVerdict } from '../catalogueSample.ts';
import { testDatabases, type TestDatabase } from '../databases.ts';

const text = (sentence: string) => `${sentence} `.repeat(8).trim();

const catalogue = [
  sampleEntry(
    {
      slug: 'diffusion',
      arxivId: '2401.00001',
      title: 'Denoising with low-rank autoencoders',
      summary: text(
        'A diffusion model learns one subspace from noise. The state of the art is beaten.',
      ),
      published: '2024-01-02',
      authors: ['Ada Author'],
    },
    {
      isImplemented: true,
      results: [
        sampleResult('diffusion', { preset: 'quick', verdicts: { c1: sampleVerdict('fails') } }),
      ],
    },
  ),
  sampleEntry({
    slug: 'sparse',
    arxivId: '2402.00002',
    title: 'Sparse dictionaries of a language model',
    summary: text(
      'Activations of a language model are sums of atoms. Models of language are large.',
    ),
    published: '2024-02-03',
    authors: ['Bob Builder', 'Zoë Zhu'],
    organizations: ['Institute of Things'],
    family: 'sae',
  }),
  sampleEntry({
    slug: 'tokens',
    arxivId: '2403.00003',
    title: 'Tokens for images and noise',
    summary: text(
      'A codebook turns pictures into tokens, of which a language is made, by a model.',
    ),
    published: '2024-03-04',
    authors: ['Cleo Coder'],
    family: 'visual-ar',
  }),
];

for (const { name, isMissing, open } of testDatabases) {
  describe.skipIf(isMissing)(`search on ${name}`, () => {
    let held: TestDatabase;
    let folder: string;
    let search: Search;
    let time = new Date('2026-01-01T00:00:00Z');
    const reopen = (): Search =>
      openSearch({
        database: held.database,
        folder,
        configuration: { WP_SEARCH: 'minisearch', WP_EMBEDDER: undefined },
        now: () => time,
      });
    beforeAll(async () => {
      if (isMissing) return;
      held = await open();
      folder = await mkdtemp(join(tmpdir(), 'wp-search-'));
      await importCatalogue(held.database, catalogue);
      search = reopen();
    });
    afterAll(async () => {
      if (isMissing) return;
      await search.close();
      await held.remove();
      await rm(folder, { recursive: true, force: true });
    });

    async function find(query: string, more: object = {}): Promise<string[]> {
      const { results } = await search.find({ query, ...more });
      return results.map(({ paper }) => paper.id.slice(-1));
    }

    it('finds papers, marks what was found, and counts', async () => {
      const answer = await search.find({ query: 'diffusion autoencoder' });
      expect(answer.total).toBe(1);
      const [result] = answer.results;
      expect(result?.title).toEqual([
        { text: 'Denoising with low-rank ', isMarked: false },
        { text: 'autoencoders', isMarked: true },
      ]);
      expect(result?.snippet.find(({ isMarked }) => isMarked)?.text).toBe('diffusion');
      expect(result?.paper).toMatchObject({ outcomes: ['fails'], runsHere: true });
    });

    it.each([
      ['2402.00002', '2402.00002'],
      ['https://arxiv.org/abs/2402.00002v3', '2402.00002'],
      ['https://arxiv.org/pdf/2402.00002.pdf', '2402.00002'],
      ['arXiv:2402.00002', '2402.00002'],
      ['2402.99999', null],
      ['paper 2402.00002', null],
    ])('takes %s for %s', async (query, id) => {
      expect((await search.find({ query })).paperId).toBe(id);
    });

    it('takes a quoted phrase as it stands, in any inflected form', async () => {
      expect(await find('"language model"')).toEqual(['2']);
      expect(await find('"models of language"')).toEqual(['2']);
      expect((await find('language model')).toSorted()).toEqual(['1', '2', '3']);
      expect(await find('model -"language models"')).not.toContain('2');
      expect(await find('"state of the art"')).toEqual(['1']);
      expect(await find('"of the"')).toEqual([]);
    });

    it.each([
      ['noise -tokens', ['1']],
      ['author:zhu', ['2']],
      ['author:"Zoe Zhu" language', ['2']],
      ['model org:institute', ['2']],
      ['verdict:fails', ['1']],
      ['verdict:any', ['1']],
      ['-noise', ['2']],
      ['author:nobody', []],
    ])('understands %s', async (query, expected) => {
      expect(await find(query)).toEqual(expected);
    });

    it('lists the papers of the author whose name is typed', async () => {
      const answer = await search.find({ query: 'cleo coder' });
      expect(answer.names).toEqual([{ kind: 'author', id: 'cleo-coder', name: 'Cleo Coder' }]);
      expect(answer.results.map(({ paper }) => paper.id)).toEqual(['2403.00003']);
      expect(answer.results[0]?.byWords).toBe(true);
    });

    it('filters, sorts and pages', async () => {
      expect(await find('', { sort: 'oldest' })).toEqual(['1', '2', '3']);
      expect(await find('model', { sort: 'newest' })).toEqual(['3', '2', '1']);
      expect(await find('model', { filters: { family: 'sae' } })).toEqual(['2']);
      expect(await find('model', { filters: { from: '2024-02-01', to: '2024-02-28' } })).toEqual([
        '2',
      ]);
      expect(await find('', { page: 2, perPage: 2 })).toEqual(['1']);
      await held.database.query(`update papers set upvotes = 5 where id = '2402.00002'`);
      expect(await find('model', { sort: 'votes' })).toEqual(['2', '3', '1']);
    });

    it('wants all words where the order is not that of relevance', async () => {
      expect(await find('noise language', { sort: 'newest' })).toEqual(['3']);
    });

    it('completes the last word while it is typed, and only then', async () => {
      expect(await find('dictionar', { isTyping: true })).toEqual(['2']);
      expect(await find('dictio')).toEqual([]);
      expect(await find('dictio ', { isTyping: true })).toEqual([]);
    });

    it('says which word it took for a misspelt one', async () => {
      const answer = await search.find({ query: 'difusion' });
      expect(answer.unknown).toEqual(['difusion']);
      expect(answer.results.map(({ paper }) => paper.id)).toEqual(['2401.00001']);
    });

    it('finds nothing by words that say nothing', async () => {
      expect(await find('the of and')).toEqual([]);
      expect(await find('?!')).toEqual([]);
      expect(await find(' ')).toEqual(['3', '2', '1']);
    });

    it('finds similar papers, never the paper itself', async () => {
      const similar = await search.similar(['2401.00001'], 2);
      expect(similar).toHaveLength(2);
      expect(similar).not.toContain('2401.00001');
    });

    it('follows what is added, changed and removed', async () => {
      await held.database.query(
        `insert into papers (id, title, abstract, published_at, day, tags, source)
       values ('2404.00004', 'Speculative decoding', 'A draft proposes.', now(), '2024-04-05', '{}', 'test')`,
      );
      await search.follow();
      expect(await find('speculative')).toEqual(['4']);
      await held.database.query(`update papers set title = 'Renamed' where id = '2404.00004'`);
      await search.follow();
      expect(await find('speculative')).toEqual([]);
      expect(await find('renamed')).toEqual(['4']);
      await held.database.query(`delete from papers where id = '2404.00004'`);
      await search.follow();
      expect(await find('renamed')).toEqual([]);
      const { index, catalogue: state } = await search.status();
      expect(index?.changeSeq).toBe(state.changeSeq);
      expect(index?.papers).toBe(3);
    });

    it('goes on where it was when it is opened again', async () => {
      const before = await search.status();
      await search.close();
      search = reopen();
      expect(await find('codebook')).toEqual(['3']);
      expect((await search.status()).index).toEqual(before.index);
      expect((await search.status()).lastError).toBeNull();
    });

    it('builds anew what belongs to another database', async () => {
      await search.close();
      await held.database.query(`delete from papers where id = '2403.00003'`);
      await held.database.query(`select setval('paper_changes', 1)`);
      await held.database.query(`delete from paper_removals`);
      await held.database.query(`update papers set title = title`);
      search = reopen();
      expect(await find('codebook')).toEqual([]);
      expect((await search.status()).index?.papers).toBe(2);
    });

    it('fits vectors anew after a day with new papers', async () => {
      const { dense } = await search.status();
      await held.database.query(
        `insert into papers (id, title, abstract, published_at, day, tags, source, created_at)
       values ('2404.00005', 'Noise of atoms', 'Atoms make noise in a subspace of a model.',
               now(), '2024-04-06', '{}', 'test', '2026-01-01T12:00:00Z')`,
      );
      time = new Date('2026-01-02T00:30:00Z');
      await search.follow();
      await search.refit();
      const later = await search.status();
      expect(later.dense?.kind.version).not.toBe(dense?.kind.version);
      expect(later.index).toMatchObject({ papers: 3, vectors: later.dense?.kind });
    });
  });
}
