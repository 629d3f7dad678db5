import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { importCatalogue } from '../../src/catalogue/importCatalogue.ts';
import type { Connection, Database } from '../../src/database/database.ts';
import { kyselyOn } from '../../src/database/kysely.ts';
import { ingestBatch, ingestRecords, readProgress } from '../../src/ingest/ingestBatch.ts';
import { ingestedPaper, type IngestedPaper } from '../../src/ingest/ingestedPaper.ts';
import type { SourceName } from '../../src/ingest/mergePaper.ts';
import { storePapers } from '../../src/ingest/storePapers.ts';
import { titleKey } from '../../src/ingest/titleKey.ts';
import { sampleEntry } from '../catalogueSample.ts';
import { testDatabases, type TestDatabase } from '../databases.ts';

const now = new Date('2025-06-10T08:00:00Z');

function sample(facts: Partial<IngestedPaper> = {}): IngestedPaper {
  return ingestedPaper.parse({
    arxivId: '2506.00001',
    title: 'A Paper About Something Long Enough',
    abstract: 'First words.',
    authors: ['Ada Author', 'Ben Beta'],
    categories: ['cs.LG', 'stat.ML'],
    publishedAt: '2025-06-01',
    updatedAt: '2025-06-01',
    version: 1,
    ...facts,
  });
}

for (const { name, isMissing, open } of testDatabases) {
  describe.skipIf(isMissing)(`storing papers on ${name}`, () => {
    let opened: TestDatabase;
    let database: Database;
    beforeAll(async () => {
      opened = await open();
      database = opened.database;
      await importCatalogue(database, [
        sampleEntry({ slug: 'of-ours', arxivId: '2409.02426', title: 'Ours, of the Catalogue' }),
      ]);
    });
    afterAll(async () => opened?.remove());

    /** Runs in a transaction that is rolled back, so that tests do not see each other's papers. */
    async function apart(body: (connection: Connection) => Promise<void>): Promise<void> {
      const done = new Error('rolled back');
      const run = database.transaction(async (connection) => {
        await body(connection);
        throw done;
      });
      await expect(run).rejects.toBe(done);
    }
    const store = (connection: Connection, papers: IngestedPaper[], source: SourceName = 'arxiv') =>
      storePapers(connection, papers, { source, now });
    const read = (connection: Connection, id: string) =>
      kyselyOn(connection)
        .selectFrom('papers')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirstOrThrow();
    const authorsOf = async (connection: Connection, id: string) => {
      const rows = await kyselyOn(connection)
        .selectFrom('paper_authors')
        .select('name')
        .where('paper_id', '=', id)
        .orderBy('position')
        .execute();
      return rows.map(({ name }) => name);
    };

    test('a new paper is stored with its authors, categories and first version', () =>
      apart(async (connection) => {
        expect(await store(connection, [sample({ isWithdrawn: false })])).toMatchObject({
          added: ['2506.00001'],
          updated: [],
          unchanged: 0,
        });
        expect(await read(connection, '2506.00001')).toMatchObject({
          abstract: 'First words.',
          categories: ['cs.LG', 'stat.ML'],
          primary_category: 'cs.LG',
          day: '2025-06-01',
          version: 1,
          source: 'arxiv',
          withdrawn_at: null,
        });
        expect(await authorsOf(connection, '2506.00001')).toEqual(['Ada Author', 'Ben Beta']);
      }));

    test('the same record twice changes nothing, also between records of others', () =>
      apart(async (connection) => {
        const fromElsewhere = sample({ version: undefined, abstract: 'Other words.' });
        await store(connection, [sample()]);
        const { change_seq } = await read(connection, '2506.00001');
        const again = await store(connection, [sample(), sample()]);
        expect(again).toMatchObject({ added: [], updated: [], unchanged: 2 });
        expect(await store(connection, [fromElsewhere], 'listing')).toMatchObject({ unchanged: 1 });
        expect(await store(connection, [sample()])).toMatchObject({ unchanged: 1 });
        expect((await read(connection, '2506.00001')).change_seq).toBe(change_seq);
      }));

    test('a later version replaces, and what it replaced is kept', () =>
      apart(async (connection) => {
        await store(connection, [sample()]);
        const second = sample({
          version: 2,
          title: 'A Better Title of It',
          abstract: 'New words.',
        });
        expect(await store(connection, [second])).toMatchObject({ updated: ['2506.00001'] });
        expect(await read(connection, '2506.00001')).toMatchObject({
          title: 'A Better Title of It',
          version: 2,
          day: '2025-06-01',
        });
        const versions = await kyselyOn(connection)
          .selectFrom('paper_versions')
          .select(['version', 'abstract'])
          .orderBy('version')
          .execute();
        expect(versions).toEqual([
          { version: 1, abstract: 'First words.' },
          { version: 2, abstract: 'New words.' },
        ]);
      }));

    test('an earlier version that comes late only joins the history', () =>
      apart(async (connection) => {
        await store(connection, [sample({ version: 3, abstract: 'Third words.' })]);
        expect(await store(connection, [sample({ version: 2 })])).toMatchObject({
          updated: ['2506.00001'],
        });
        expect(await read(connection, '2506.00001')).toMatchObject({
          abstract: 'Third words.',
          version: 3,
        });
      }));

    test('others only add what arXiv has left out', () =>
      apart(async (connection) => {
        await store(connection, [sample()]);
        const other = sample({
          version: undefined,
          title: 'Another Title of It',
          abstract: 'Other words.',
          authors: ['Somebody Else'],
          doi: '10.1000/182',
          githubStars: 7,
          code: 'https://example.org/code',
        });
        await store(connection, [other], 'huggingface');
        expect(await read(connection, '2506.00001')).toMatchObject({
          title: 'A Paper About Something Long Enough',
          abstract: 'First words.',
          doi: '10.1000/182',
          github_stars: 7,
          source: 'arxiv',
        });
        expect(await authorsOf(connection, '2506.00001')).toEqual(['Ada Author', 'Ben Beta']);
      }));

    test('arXiv replaces what others said before it', () =>
      apart(async (connection) => {
        const { version: _, ...early } = sample({ abstract: 'Hearsay.', authors: ['A. Author'] });
        await store(connection, [early], 'listing');
        await store(connection, [sample()]);
        expect(await read(connection, '2506.00001')).toMatchObject({
          abstract: 'First words.',
          source: 'arxiv',
        });
        expect(await authorsOf(connection, '2506.00001')).toEqual(['Ada Author', 'Ben Beta']);
      }));

    test('a paper of the repository keeps its facts and gets what is not stated there', () =>
      apart(async (connection) => {
        const before = await read(connection, '2409.02426');
        const ours = sample({
          arxivId: '2409.02426',
          version: 2,
          code: 'https://example.org/other',
        });
        expect(await store(connection, [ours])).toMatchObject({ updated: ['2409.02426'] });
        const after = await read(connection, '2409.02426');
        const kept = [
          'title',
          'summary',
          'day',
          'published_at',
          'source',
          'tags',
          'family',
        ] as const;
        for (const column of kept) expect(after[column]).toEqual(before[column]);
        expect(after).toMatchObject({
          abstract: 'First words.',
          version: 2,
          categories: ['cs.LG', 'stat.ML'],
        });
        expect(await authorsOf(connection, '2409.02426')).toEqual(['Ada Author', 'José Álvarez']);
        const links = await kyselyOn(connection)
          .selectFrom('paper_links')
          .select('url')
          .where('paper_id', '=', '2409.02426')
          .execute();
        expect(links).toEqual([{ url: 'https://example.org/code' }]);
      }));

    test('a withdrawn paper stays, with its abstract, until a later version returns', () =>
      apart(async (connection) => {
        await store(connection, [sample()]);
        const withdrawn = sample({
          version: 2,
          isWithdrawn: true,
          abstract: 'This paper has been withdrawn.',
          updatedAt: new Date('2025-06-05'),
        });
        await store(connection, [withdrawn]);
        expect(await read(connection, '2506.00001')).toMatchObject({
          abstract: 'First words.',
          withdrawn_at: new Date('2025-06-05'),
        });
        await store(connection, [sample({ isWithdrawn: false })], 'huggingface');
        expect((await read(connection, '2506.00001')).withdrawn_at).not.toBeNull();
        await store(connection, [sample({ version: 3, isWithdrawn: false })]);
        expect((await read(connection, '2506.00001')).withdrawn_at).toBeNull();
      }));

    test('a record without id belongs to the paper of the same title, however it is written', () =>
      apart(async (connection) => {
        const bare = { title: 'OURS — of the catalogue', abstract: 'From a listing.' };
        const report = await store(connection, [bare], 'listing');
        expect(report).toMatchObject({ added: [], updated: ['2409.02426'] });
        expect((await read(connection, '2409.02426')).abstract).toBe('From a listing.');
      }));

    test('a record whose title is known to the caller gets that id', () =>
      apart(async (connection) => {
        const title = 'Known Only to the Repository';
        const knownTitles = new Map([[titleKey(title) ?? '', '2501.00009']]);
        const { added } = await storePapers(connection, [{ title }], {
          source: 'listing',
          now,
          knownTitles,
        });
        expect(added).toEqual(['2501.00009']);
      }));

    test('a record without id and without a namesake makes a paper x-, always the same', () =>
      apart(async (connection) => {
        const title = 'Nowhere on arXiv to Be Found';
        const first = await store(connection, [{ title, day: '2025-06-09' }], 'listing');
        expect(first.added).toMatchInlineSnapshot(`
        [
          "x-207de4d5d71594b4",
        ]
      `);
        const again = await store(connection, [{ title, day: '2025-06-09' }, { title }], 'listing');
        expect(again).toMatchObject({ added: [], unchanged: 2 });
      }));

    test('a paper that turns up on arXiv after it was stored as x- is named', () =>
      apart(async (connection) => {
        const title = 'First Elsewhere and Then on arXiv';
        await store(connection, [{ title }], 'listing');
        const { added, problems } = await store(connection, [sample({ title })]);
        expect(added).toEqual(['2506.00001']);
        expect(problems).toMatchInlineSnapshot(`
        [
          {
            "problem": "the same title is stored as x-d047c6e2e35ff683; a moderator has to remove one",
            "record": "2506.00001",
          },
        ]
      `);
      }));

    test('news of a paper that is not here do not bring it in', () =>
      apart(async (connection) => {
        const report = await store(connection, [sample({ isUpdateOnly: true })]);
        expect(report).toMatchObject({ added: [], ignored: 1 });
      }));

    test('a batch, the progress of its source and its problems are stored together or not at all', async () => {
      const problems = [{ record: 'line 3', problem: 'title is empty' }];
      const batch = {
        papers: [sample()],
        problems,
        feed: 'arxiv-test',
        progress: { cursor: 'c1' },
      };
      const options = { source: 'arxiv', now } as const;
      const dry = await ingestBatch(database, batch, { ...options, isDryRun: true });
      expect(dry).toMatchObject({ added: ['2506.00001'], problems });
      const bad = { ...sample(), arxivId: '2506.00002', title: 'A title with \u0000 in it' };
      const broken = { ...batch, papers: [sample(), bad] };
      await expect(ingestBatch(database, broken, options)).rejects.toThrow(
        /\b22021\b|0x00|NUL|null|UTF8/i,
      );
      const count = kyselyOn(database)
        .selectFrom('papers')
        .select('id')
        .where('id', 'like', '2506%');
      expect(await count.execute()).toEqual([]);
      expect((await readProgress(database, 'arxiv-test')).cursor).toBeNull();

      await ingestBatch(database, batch, options);
      expect(await count.execute()).toEqual([{ id: '2506.00001' }]);
      expect((await readProgress(database, 'arxiv-test')).cursor).toBe('c1');
      const log = await kyselyOn(database).selectFrom('ingest_log').selectAll().execute();
      expect(log).toMatchObject([{ source: 'arxiv', record: 'line 3', problem: 'title is empty' }]);
      await kyselyOn(database).deleteFrom('papers').where('id', 'like', '2506%').execute();
    });

    test('many records are stored in several transactions and reported as one', async () => {
      const papers = Array.from({ length: 501 }, (_, i) => ({ title: `A Paper With Number ${i}` }));
      const report = await ingestRecords(
        database,
        { papers, problems: [] },
        { source: 'jsonl', now },
      );
      expect(report.added).toHaveLength(501);
      const again = await ingestRecords(
        database,
        { papers, problems: [] },
        { source: 'jsonl', now },
      );
      expect(again).toMatchObject({ added: [], updated: [], unchanged: 501 });
    });
  });
}
