import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { importCatalogue } from '../../src/catalogue/importCatalogue.ts';
import type { Database } from '../../src/database/database.ts';
import { claimsAsCsv, readClaims } from '../../src/reading/claims.ts';
import { readEntries } from '../../src/reading/entries.ts';
import { neighbours } from '../../src/reading/feed.ts';
import {
  countOrganizations,
  countTopics,
  listPapers,
  papersPerDay,
  readName,
  relatedPapers,
} from '../../src/reading/lists.ts';
import { readRun, readRunRows, rowColumns, runsOfFamily } from '../../src/reading/runs.ts';
import { trendingPapers } from '../../src/reading/trending.ts';
import { sampleEntry, sampleResult, sampleVerdict } from '../catalogueSample.ts';
import { testDatabases, type TestDatabase } from '../databases.ts';

describe.each(testDatabases)('reading on $name', ({ isMissing, open }) => {
  describe.skipIf(isMissing)('works', () => {
    let opened: TestDatabase;
    let database: Database;
    beforeAll(async () => {
      opened = await open();
      ({ database } = opened);
    });
    afterAll(() => opened.remove());
    beforeEach(async () => {
      await database.query('delete from users');
      await importCatalogue(database, []);
      await importCatalogue(database, catalogue);
    });

    it('lists a week by votes, then time, then id, and never a paper twice', async () => {
      await database.query("update papers set upvotes = 3 where id = '2403.00001'");
      const week = { kind: 'period', period: { first: '2024-03-04', last: '2024-03-10' } } as const;
      const first = await listPapers(database, week, { order: 'votes', limit: 2 });
      expect(first.papers.map(({ id }) => id)).toEqual(['2403.00001', '2403.00004']);
      expect([first.total, first.next]).toEqual([4, '2403.00004']);
      const after = first.next ?? '';
      const second = await listPapers(database, week, { order: 'votes', after, limit: 2 });
      expect(second.papers.map(({ id }) => id)).toEqual(['2403.00003', '2403.00002']);
      expect(second.next).toBeNull();
      const byTime = await listPapers(database, week, { order: 'time', limit: 9 });
      expect(byTime.papers.map(({ id }) => id)).toEqual([
        '2403.00004',
        '2403.00003',
        '2403.00002',
        '2403.00001',
      ]);
    });

    it('counts the papers of each day and finds the periods beside', async () => {
      const march = { first: '2024-03-01', last: '2024-03-31' };
      expect(
        [...(await papersPerDay(database, march))].toSorted(([a], [b]) => a.localeCompare(b)),
      ).toEqual([
        ['2024-03-04', 2],
        ['2024-03-05', 2],
      ]);
      expect(await neighbours(database, '2024-03-04', '2024-03-10')).toEqual({
        earlier: '2024-01-02',
        later: null,
      });
    });

    it('lists by author, organisation, family and tag', async () => {
      const ids = async (kind: 'author' | 'organization' | 'family' | 'tag', id: string) => {
        const { papers } = await listPapers(database, { kind, id }, { order: 'time', limit: 9 });
        return papers.map((paper) => paper.id);
      };
      expect(await ids('author', 'only-here')).toEqual(['2401.00001']);
      expect(await ids('organization', 'other-university')).toEqual(['2401.00001']);
      expect(await ids('family', 'sae')).toEqual(['2401.00001']);
      expect(await ids('tag', 'rare')).toEqual(['2401.00001']);
      expect(await ids('tag', "x' or true --")).toEqual([]);
      expect(await readName(database, 'author', 'only-here')).toBe('Only Here');
      expect(await readName(database, 'organization', 'only-here')).toBeUndefined();
      expect(await countTopics(database, 'family')).toEqual([
        { id: 'diffusion', name: 'diffusion', papers: 4 },
        { id: 'sae', name: 'sae', papers: 1 },
      ]);
      expect((await countTopics(database, 'tag'))[0]).toMatchObject({ papers: 4 });
      expect((await countOrganizations(database))[0]).toMatchObject({
        id: 'some-university',
        papers: 4,
      });
    });

    it('leaves authors out who hid their place', async () => {
      await database.query(
        "update paper_authors set status = 'hidden' where author_id = 'only-here'",
      );
      expect((await readEntries(database, ['2401.00001']))[0]?.authors).toEqual([]);
      const selection = { kind: 'author', id: 'only-here' } as const;
      expect((await listPapers(database, selection, { order: 'time', limit: 9 })).total).toBe(0);
    });

    it('puts papers with the most tags in common first', async () => {
      const tags = ['first tag', 'second tag', 'rare'];
      expect(await relatedPapers(database, { id: '2403.00004', tags }, 2)).toEqual([
        '2403.00003',
        '2403.00001',
      ]);
      expect(await relatedPapers(database, { id: '2403.00004', tags: ['rare'] }, 2)).toEqual([
        '2401.00001',
      ]);
      expect(await relatedPapers(database, { id: '2403.00004', tags: [] }, 2)).toEqual([]);
    });

    it('shows votes, comments, submitter, withdrawal and picture where they are known', async () => {
      await database.query(
        `insert into users (id, name, email, email_verified, handle)
         values ('u1', 'Ada', 'ada@example.org', true, 'ada')`,
      );
      await database.query(
        `update papers set upvotes = 2, comment_count = 1, submitted_by = 'u1', withdrawn_at = now()
          where id = '2403.00003'`,
      );
      const [known, unknown] = await readEntries(database, ['2403.00003', '2403.00004']);
      expect(known).toMatchObject({
        upvotes: 2,
        commentCount: 1,
        submitter: { name: 'Ada', handle: 'ada' },
        isWithdrawn: true,
        thumbnail: { file: 'figures/standard.svg', alt: 'A line.' },
        isImplemented: true,
      });
      expect(unknown).toMatchObject({
        upvotes: 0,
        commentCount: 0,
        submitter: null,
        isWithdrawn: false,
        thumbnail: null,
      });
    });

    it('orders what is trending by its key and shows the parts of the score', async () => {
      const now = new Date('2024-03-05T12:00:00Z');
      const day = (hours: number) => new Date(now.getTime() - hours * 3_600_000);
      await database.query(
        `insert into users (id, name, email, email_verified, handle)
         values ('u1', 'Ada', 'ada@example.org', true, 'ada')`,
      );
      await database.query(
        `insert into votes (user_id, paper_id, at, counted_at) values ('u1', '2403.00001', $1, $1)`,
        [day(36)],
      );
      await database.query(
        `insert into comments (id, paper_id, user_id, markdown, html, created_at)
         values ('c1', '2403.00001', 'u1', 'x', 'x', $1), ('c2', '2403.00001', 'u1', 'y', 'y', $1)`,
        [now],
      );
      const key = (weight: number, at: Date) => Math.log2(weight) + at.getTime() / 1000 / 129_600;
      await database.query(`update papers set hot_key = $1 where id = '2403.00001'`, [
        key(0.5 + 0.7, now),
      ]);
      await database.query(`update papers set hot_key = $1 where id = '2403.00002'`, [key(3, now)]);
      const [first, second, third] = await trendingPapers(database, { now, limit: 5 });
      expect(first?.paper.id).toBe('2403.00002');
      expect(first?.score).toBeCloseTo(3, 6);
      expect(first?.parts.others).toBeCloseTo(3, 6);
      expect(second?.paper.id).toBe('2403.00001');
      expect(second?.score).toBeCloseTo(1.2, 6);
      expect(second?.parts.votes).toEqual({ count: 1, score: 0.5 });
      expect(second?.parts.commenters.count).toBe(1);
      expect(second?.parts.commenters.score).toBeCloseTo(0.7, 6);
      expect(second?.parts.others).toBeCloseTo(0, 6);
      expect(third).toBeUndefined();
    });

    it('lists all claims in four orders', async () => {
      const seen = async (order: 'paper' | 'verdict' | 'family' | 'date') =>
        (await readClaims(database, order)).slice(0, 2).map(({ paper, id }) => [paper.id, id]);
      expect(await seen('paper')).toEqual([
        ['2401.00001', 'c1'],
        ['2401.00001', 'c2'],
      ]);
      expect(await seen('verdict')).toEqual([
        ['2403.00003', 'c1'],
        ['2403.00003', 'c2'],
      ]);
      expect(await seen('date')).toEqual([
        ['2403.00003', 'c1'],
        ['2403.00003', 'c2'],
      ]);
      const families = (await readClaims(database, 'family')).map(({ paper }) => paper.family);
      expect(families.at(-1)).toBe('sae');
    });

    it('writes claims for spreadsheets without a formula among them', async () => {
      const lines = claimsAsCsv(await readClaims(database, 'verdict')).split('\n');
      expect(lines[0]).toBe(
        'paper,title,family,day,claim,statement,paperValue,setting,outcome,measured,metric,value,low,high,rule,preset,run',
      );
      expect(lines[1]).toMatch(
        /^2403\.00003,On run,diffusion,2024-03-05,c1,"'=HYPERLINK\(""x""\)",'\+2,small,holds,it holds,gap,-1\.5,-2,-1,a rule,standard,[0-9a-f]{16}$/,
      );
    });

    it('gives a run with its verdicts and rows', async () => {
      const [run] = await runsOfFamily(database, 'diffusion');
      expect(run).toMatchObject({ preset: 'standard', slug: 'run', paperId: '2403.00003' });
      const runId = run?.runId ?? '';
      expect(await readRun(database, runId)).toMatchObject({
        preset: 'standard',
        rowCount: 2,
        config: { steps: 10 },
        paper: { id: '2403.00003', slug: 'run' },
        verdicts: [
          { claimId: 'c1', outcome: 'holds', value: -1.5 },
          { claimId: 'c2', outcome: 'fails', value: null },
        ],
      });
      const rows = await readRunRows(database, runId);
      expect(rows).toEqual([
        { method: 'ours', step: 1, loss: 0.5 },
        { method: 'ours', step: 2, loss: null },
      ]);
      expect(rowColumns(rows)[0]).toBe('method');
      expect(await readRunRows(database, runId, 1)).toHaveLength(1);
      expect(await readRun(database, 'no-such-run')).toBeUndefined();
      expect(await runsOfFamily(database, 'sae')).toEqual([]);
    });
  });
});

const result = (preset: 'quick' | 'standard') =>
  sampleResult('run', {
    preset,
    verdicts: {
      c1: sampleVerdict('holds', { metric: 'gap', value: -1.5, interval: [-2, -1] }),
      c2: sampleVerdict('fails'),
    },
    figures: [{ name: 'line', title: 'Line', alt: 'A line.', file: `figures/${preset}.svg` }],
  });
const standard = result('standard');
const longer = { ...standard.provenance, wallSeconds: 600 };

const catalogue = [
  sampleEntry({
    slug: 'alone',
    arxivId: '2401.00001',
    title: 'Alone',
    published: '2024-01-02',
    authors: ['Only Here'],
    organizations: ['Other University'],
    family: 'sae',
    tags: ['rare'],
  }),
  sampleEntry({ slug: 'one', arxivId: '2403.00001', published: '2024-03-04' }),
  sampleEntry({
    slug: 'two',
    arxivId: '2403.00002',
    published: '2024-03-04',
    tags: ['first tag'],
  }),
  sampleEntry(
    {
      slug: 'run',
      arxivId: '2403.00003',
      published: '2024-03-05',
      claims: {
        c1: { statement: '=HYPERLINK("x")', figure: '+2', setting: 'small' },
        c2: { statement: 'It is faster.', figure: 'a curve', setting: 'small' },
      },
    },
    { results: [result('quick'), { ...standard, provenance: longer }], isImplemented: true },
  ),
  sampleEntry({ slug: 'same-day', arxivId: '2403.00004', published: '2024-03-05' }),
];
