import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import {
  answerCitations,
  answerClaims,
  answerComments,
  answerPaper,
  answerPaperClaims,
  answerPaperRuns,
  answerPapers,
  answerRun,
  answerSimilar,
  requireRun,
} from '../../src/api/calls.ts';
import { dumpPapers } from '../../src/api/dump.ts';
import { readLeaderboards } from '../../src/api/leaderboards.ts';
import { paperMarkdown } from '../../src/api/paperMarkdown.ts';
import { readPaperRecords } from '../../src/api/paperRecord.ts';
import { readClaims } from '../../src/api/publicRecords.ts';
import { readRows } from '../../src/api/runRecords.ts';
import * as schemas from '../../src/api/schemas.ts';
import { testDatabases, type TestDatabase } from '../databases.ts';
import { fillDatabase, hostileTitle, openSampleSearch, origin } from './apiSample.ts';

/** Every member is described, and what is described is there. */
function expectShape<Shape extends z.ZodObject>(schema: Shape, value: unknown): void {
  expect(schema.strict().safeParse(JSON.parse(JSON.stringify(value))).error).toBeUndefined();
}

describe.each(testDatabases)('$name', ({ isMissing, open }) => {
  describe.skipIf(isMissing)('/api/v1', () => {
    let opened: TestDatabase;
    let searching: Awaited<ReturnType<typeof openSampleSearch>>;
    beforeAll(async () => {
      opened = await open();
      await fillDatabase(opened.database);
      searching = await openSampleSearch(opened.database);
    });
    afterAll(async () => {
      await searching.close();
      await opened.remove();
    });

    const asked = (path: string) => ({
      database: opened.database,
      search: searching.search,
      address: new URL(`${origin}/api/v1${path}`),
      origin,
    });
    const firstRun = async () => {
      const { runs } = await answerPaperRuns(asked('/papers/first/runs'), 'first');
      return runs[0]?.id ?? '';
    };

    it('lists papers as described, and says where to go on', async () => {
      const list = await answerPapers(asked('/papers?limit=2'));
      expectShape(schemas.paperListSchema, list);
      for (const paper of list.papers) expectShape(schemas.paperSchema, paper);
      expect(list.papers.map(({ id }) => id)).toEqual(['2501.00001', '2501.00002']);
      expect(list.next).toBe(`${origin}/api/v1/papers?limit=2&offset=2`);
      const rest = await answerPapers(asked(list.next?.replace(`${origin}/api/v1`, '') ?? ''));
      expect(rest).toMatchObject({ papers: [{ id: 'x-0123456789' }], next: null });
    });

    it.each([
      ['category=stat.ML', ['2501.00001']],
      ['min_votes=1', ['2501.00001']],
      ['min_votes=8', []],
      ['runs_here=yes', ['2501.00001']],
      ['day=2025-05-20', ['2501.00002']],
      ['month=2025-05&sort=votes', ['2501.00001', '2501.00002']],
      ['q=sparse+codes', ['2501.00001']],
      ["category='; drop table papers; --", []],
    ])('lists papers?%s', async (query, ids) => {
      const { papers } = await answerPapers(asked(`/papers?${query}`));
      expect(papers.map(({ id }) => id)).toEqual(ids);
    });

    it('names the parameter, the value and what is accepted, also of parameters it does not have', async () => {
      await expect(answerPapers(asked('/papers?limit=201'))).rejects.toMatchObject({
        reason: 'invalid',
        parameter: 'limit',
        value: '201',
        accepted: 'a whole number from 1 to 200',
      });
      await expect(answerPaper(asked('/papers/first?full=1'), 'first')).rejects.toThrow(
        'full is "1"; expected no parameters, for this is not a parameter here',
      );
      await expect(answerPapers(asked('/papers?q=x&day=2025-05-23'))).rejects.toMatchObject({
        parameter: 'day',
      });
    });

    it('gives a paper, and only addresses of the web as links', async () => {
      const paper = await answerPaper(asked('/papers/2501.00001v4'), '2501.00001v4');
      expectShape(schemas.paperSchema, paper);
      expect(paper).toMatchObject({
        title: hostileTitle,
        project_url: null,
        code_url: 'https://example.org/code',
        outcomes: ['holds', 'fails'],
        runs_here: true,
        featured_on: '2025-05-23',
        submitted_by: {
          handle: 'bob',
          name: 'Bob',
        },
      });
      expect(JSON.stringify(paper)).not.toContain('@example.org');
      expectShape(schemas.similarSchema, await answerSimilar(asked('/x'), 'first'));
    });

    it('shows comments, and of deleted ones only that they were there', async () => {
      const answer = await answerComments(asked('/papers/first/comments'), 'first');
      expectShape(schemas.commentListSchema, answer);
      expect(answer.comments).toMatchObject([
        { id: 'k1', author: { handle: 'ada' }, is_paper_author: true, state: 'shown' },
        { id: 'k2', parent: 'k1', author: null, state: 'deleted', markdown: null },
        { id: 'k3', author: null, is_paper_author: false, markdown: 'Account gone.' },
      ]);
      expect(JSON.stringify(answer)).not.toContain('a secret');
    });

    it('gives claims with the verdict that counts', async () => {
      const own = await answerPaperClaims(asked('/papers/first/claims'), 'first');
      expectShape(schemas.claimListSchema, own);
      expect(own.claims[0]).toMatchObject({
        paper: '2501.00001',
        claim: 'c1',
        paper_value: '2 times',
        verdict: {
          outcome: 'holds',
          value: 1.5,
          low: 1,
          high: 2,
          preset: 'quick',
        },
      });
      const all = await answerClaims(asked('/claims'));
      expectShape(schemas.claimListSchema, all);
      expect(all.claims).toHaveLength(4);
      const { claims } = await answerClaims(asked('/claims?outcome=fails'));
      expect(claims.map(({ paper, claim }) => `${paper} ${claim}`)).toEqual(['2501.00001 c2']);
    });

    it('gives runs and their rows in order', async () => {
      const id = await firstRun();
      const run = await answerRun(asked(`/runs/${id}`), id);
      expectShape(schemas.runSchema, run);
      expect(run).toMatchObject({ paper: '2501.00001', row_count: 2, threads: 2 });
      const rows = [];
      for await (const row of readRows(opened.database, id)) rows.push(row);
      for (const row of rows) schemas.rowSchema.parse(row);
      expect(rows).toEqual([
        { method: 'ours', step: 1, loss: 0.5 },
        { method: 'ours', step: 2, loss: null },
      ]);
      await expect(requireRun(opened.database, "0'; --")).rejects.toMatchObject({
        reason: 'missing',
      });
    });

    it('cites in three formats, in the order asked for', async () => {
      const ask = (format: string) =>
        answerCitations(asked(`/citations?ids=2501.00002,2501.00001v1&format=${format}`));
      expect((await ask('bibtex')).body.match(/eprint = \{(.*)\}/g)).toEqual([
        'eprint = {2501.00002}',
        'eprint = {2501.00001}',
      ]);
      expect((await ask('ris')).type).toBe('application/x-research-info-systems; charset=utf-8');
      expect(JSON.parse((await ask('csl-json')).body)).toMatchObject([
        { id: '2501.00002' },
        { id: '2501.00001', DOI: '10.1000/xyz_1' },
      ]);
      await expect(answerCitations(asked('/citations?ids=2501.09999'))).rejects.toMatchObject({
        reason: 'missing',
      });
      await expect(answerCitations(asked('/citations?ids=a,,b'))).rejects.toThrow(
        'expected ids of papers, 1 to 100, with commas between',
      );
      await expect(answerCitations(asked('/citations'))).rejects.toThrow('ids is missing');
    });

    it('dumps what is public of the papers until a day', async () => {
      const read = async (day: string) => {
        const lines = [];
        for await (const line of dumpPapers(opened.database, day, origin)) lines.push(line);
        return lines;
      };
      const lines = await read('2025-05-23');
      for (const line of lines) expectShape(schemas.dumpLineSchema, line);
      expect(
        lines.map(({ paper, claims, runs }) => [paper.id, claims.length, runs.length]),
      ).toEqual([
        ['2501.00001', 2, 1],
        ['2501.00002', 2, 0],
        ['x-0123456789', 0, 0],
      ]);
      expect(JSON.stringify(lines)).not.toMatch(/@example\.org|a secret/);
      expect((await read('2025-04-30')).map(({ paper }) => paper.id)).toEqual(['x-0123456789']);
    });

    it('writes leaderboards whose rows name their run', async () => {
      const boards = await readLeaderboards(
        opened.database,
        async (slug) =>
          slug === 'first'
            ? (rows) => [
                {
                  benchmark: 'toy',
                  method: 'ours',
                  metric: 'loss',
                  better: 'lower',
                  value: Number(rows[0]?.['loss']),
                  runs: 1,
                },
              ]
            : undefined,
        origin,
      );
      expect(schemas.leaderboardsSchema.safeParse(boards).error).toBeUndefined();
      expect(boards).toMatchObject([
        {
          task: 'diffusion',
          datasets: [
            {
              dataset: 'toy',
              sota: {
                metrics: ['loss'],
                rows: [
                  {
                    model_name: 'ours',
                    metrics: { loss: '0.5' },
                    paper_date: '2025-01-02',
                    run_url: `${origin}/api/v1/runs/${await firstRun()}`,
                  },
                ],
              },
            },
          ],
        },
      ]);
    });

    it('writes a page as Markdown in which nothing is HTML, a link or a row that should be text', async () => {
      const [paper] = await readPaperRecords(opened.database, ['2501.00001']);
      const claims = await readClaims(opened.database, { paperIds: ['2501.00001'] });
      const text = paperMarkdown(paper!, claims, origin);
      expect(text.split('\n')[0]).toBe(
        '# Sparse \\<b\\>Codes\\</b\\> \\& "Quotes" $x^2$ \\]\\]\\>   \\| {brace} = 1',
      );
      expect(text).toContain('\\<script\\>alert(1)\\</script\\> \\& more.');
      expect(text).toContain('| c1 | It is better. | 2 times | it holds | holds |');
      expect(text).toContain(`- Run it here: <${origin}/papers/2501.00001/run>`);
      expect(text).not.toContain('javascript:');
    });
  });
});
