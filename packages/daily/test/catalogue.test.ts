import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { importCatalogue } from '../src/catalogue/importCatalogue.ts';
import type { Database } from '../src/database/database.ts';
import { openMemoryDatabase } from '../src/database/open.ts';
import { latestDays, neighbours, papersOfDay, runnablePapers } from '../src/reading/feed.ts';
import { readPaper, resolvePaper } from '../src/reading/paperPage.ts';
import { decideVerdicts } from '../src/reading/verdicts.ts';
import { sampleEntry, sampleResult, sampleVerdict } from './catalogueSample.ts';

let database: Database;
beforeAll(async () => {
  database = await openMemoryDatabase();
});
afterAll(() => database.close());
beforeEach(() => importCatalogue(database, []));

async function countRows(table: string): Promise<number> {
  const { rows } = await database.query<{ count: number }>(
    `select count(*)::int as count from ${table}`,
  );
  return rows[0]?.count ?? -1;
}

const early = sampleEntry({ slug: 'early', arxivId: '2401.00001', published: '2024-01-02' });
const middle = sampleEntry({ slug: 'middle', arxivId: '2402.00002', published: '2024-02-03' });
const late = sampleEntry({ slug: 'late', arxivId: '2403.00003', published: '2024-03-04' });
const sameDay = sampleEntry({ slug: 'same-day', arxivId: '2403.00004', published: '2024-03-04' });

describe('importCatalogue', () => {
  it('writes nothing the second time', async () => {
    expect(await importCatalogue(database, [early, late])).toBe(true);
    const before = await database.query('select * from papers order by id');
    expect(await importCatalogue(database, [early, late])).toBe(false);
    expect(await database.query('select * from papers order by id')).toEqual(before);
  });

  it('replaces what changed and removes what is gone, with all that hangs on it', async () => {
    const result = sampleResult('late', {
      preset: 'quick',
      verdicts: { c1: sampleVerdict('holds') },
    });
    await importCatalogue(database, [early, { ...late, results: [result], isImplemented: true }]);
    expect(await countRows('measurements')).toBe(2);
    const changed = {
      ...early,
      paper: { ...early.paper, title: 'Another title', authors: ['New'] },
    };
    expect(await importCatalogue(database, [changed])).toBe(true);
    const paper = await readPaper(database, '2401.00001');
    expect(paper).toMatchObject({ title: 'Another title', authors: ['New'] });
    for (const table of ['runs', 'measurements', 'verdicts', 'implementations']) {
      expect(await countRows(table), table).toBe(0);
    }
    expect(await countRows('papers')).toBe(1);
    expect(await countRows('authors')).toBe(1);
  });

  it('leaves papers alone that came from elsewhere', async () => {
    await database.query(
      `insert into papers (id, title, published_at, day, tags, source)
       values ('2300.00001', 'From a feed', now(), '2023-01-01', '{}', 'arxiv')`,
    );
    await importCatalogue(database, [early]);
    expect(await resolvePaper(database, '2300.00001')).toEqual({ kind: 'paper', id: '2300.00001' });
    await database.query(`delete from papers where source = 'arxiv'`);
  });

  it('stores nothing of a catalogue that cannot be stored whole', async () => {
    const sameName = { ...late, paper: { ...late.paper, slug: early.paper.slug } };
    await expect(importCatalogue(database, [early, sameName])).rejects.toThrow(
      'database: a value was refused by papers_slug_key (SQLSTATE 23505)',
    );
    expect(await countRows('papers')).toBe(0);
  });
});

describe('feed', () => {
  beforeEach(() => importCatalogue(database, [early, middle, late, sameDay]));

  it('gives whole days, newest first, and says where to go on', async () => {
    const first = await latestDays(database, { atLeast: 1 });
    expect(first.days.map(({ day, papers }) => [day, papers.map(({ id }) => id)])).toEqual([
      ['2024-03-04', ['2403.00004', '2403.00003']],
    ]);
    expect(first.next).toBe('2024-03-04');
    const rest = await latestDays(database, { before: '2024-03-04', atLeast: 5 });
    expect(rest.days.map(({ day }) => day)).toEqual(['2024-02-03', '2024-01-02']);
    expect(rest.next).toBeNull();
  });

  it('finds the neighbouring days with papers, also of a day without any', async () => {
    expect(await neighbours(database, '2024-02-03')).toEqual({
      earlier: '2024-01-02',
      later: '2024-03-04',
    });
    expect(await neighbours(database, '2024-02-20')).toEqual({
      earlier: '2024-02-03',
      later: '2024-03-04',
    });
    expect(await neighbours(database, '2024-01-02')).toEqual({
      earlier: null,
      later: '2024-02-03',
    });
    expect(await papersOfDay(database, '2024-02-20')).toEqual([]);
  });

  it('shows papers of which little is known', async () => {
    await database.query(
      `insert into papers (id, title, published_at, day, tags, source)
       values ('2300.00001', 'Bare', now(), '2023-01-01', '{}', 'test')`,
    );
    expect(await papersOfDay(database, '2023-01-01')).toMatchObject([
      { title: 'Bare', text: null, authors: [], authorCount: 0, organizations: [], outcomes: [] },
    ]);
    expect(await readPaper(database, '2300.00001')).toMatchObject({
      slug: null,
      claims: [],
      runs: [],
    });
    await database.query(`delete from papers where source = 'test'`);
  });

  it('lists what runs here', async () => {
    await importCatalogue(database, [early, { ...late, isImplemented: true }]);
    expect(await runnablePapers(database, 5)).toEqual([{ id: '2403.00003', title: 'On late' }]);
  });
});

describe('verdicts', () => {
  const quick = sampleResult('late', {
    preset: 'quick',
    verdicts: {
      c1: sampleVerdict('fails', { value: 1, interval: [0.5, 1.5], metric: 'gap' }),
      c2: sampleVerdict('holds'),
    },
  });
  const standard = sampleResult('late', {
    preset: 'standard',
    verdicts: { c1: sampleVerdict('holds'), c2: sampleVerdict('not measured') },
  });

  it('come from the costliest run that measured the claim', async () => {
    await importCatalogue(database, [{ ...late, results: [quick, standard] }]);
    const { claims, runs } = await readPaper(database, '2403.00003');
    expect(claims.map(({ id, verdict }) => [id, verdict?.preset, verdict?.outcome])).toEqual([
      ['c1', 'standard', 'holds'],
      ['c2', 'quick', 'holds'],
    ]);
    expect(runs.map(({ preset, rowCount }) => [preset, rowCount])).toEqual([
      ['standard', 2],
      ['quick', 2],
    ]);
    const [paper] = await papersOfDay(database, '2024-03-04');
    expect(paper?.outcomes).toEqual(['holds', 'holds']);
  });

  it('never come from a run that was stopped', async () => {
    await importCatalogue(database, [{ ...late, results: [{ ...quick, isComplete: false }] }]);
    expect(await decideVerdicts(database, ['2403.00003'])).toEqual(new Map());
  });

  it('keep their figure and interval', async () => {
    await importCatalogue(database, [{ ...late, results: [quick] }]);
    const { claims } = await readPaper(database, '2403.00003');
    expect(claims[0]?.verdict).toMatchObject({ metric: 'gap', value: 1, low: 0.5, high: 1.5 });
  });
});

describe('resolvePaper', () => {
  beforeEach(() => importCatalogue(database, [early]));

  it.each([
    ['2401.00001', { kind: 'paper', id: '2401.00001' }],
    ['2401.00001v3', { kind: 'paper', id: '2401.00001' }],
    ['early', { kind: 'alias', id: '2401.00001' }],
    ['Early', { kind: 'alias', id: '2401.00001' }],
    ['2401.00001v0', { kind: 'unknown' }],
    ['2401.99999', { kind: 'unknown' }],
    ["'; drop table papers; --", { kind: 'unknown' }],
  ])('resolves %s', async (text, expected) => {
    expect(await resolvePaper(database, text)).toEqual(expected);
  });
});
