import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  hubDailyPapers,
  hubPaperById,
  hubPapers,
  hubRepositories,
  hubSearch,
} from '../../src/api/hubCalls.ts';
import { hubItem, hubPaperPage } from '../../src/api/hubPaper.ts';
import { testDatabases, type TestDatabase } from '../databases.ts';
import { fillDatabase, hostileTitle, openSampleSearch, origin } from './apiSample.ts';

type Fields = Readonly<Record<string, unknown>>;

const user = z.object({ user: z.string(), fullname: z.string(), avatarUrl: z.url() });

/** The first of the values that is there, as Python's `or` has it. */
function either(...values: readonly unknown[]): unknown {
  return values.find((value) => value !== undefined && value !== null && value !== '');
}

/**
 * How huggingface_hub reads a paper: some fields from the outer object only, others from the inner
 * first. Whatever it cannot read is undefined.
 */
function readAsClient(json: unknown) {
  const outer: Fields = z.record(z.string(), z.unknown()).parse(JSON.parse(JSON.stringify(json)));
  const inner: Fields = z.record(z.string(), z.unknown()).parse(outer['paper'] ?? {});
  const authors = z
    .array(z.object({ name: z.string() }))
    .optional()
    .parse(either(inner['authors'], outer['authors']));
  const submitter = either(outer['submittedBy'], outer['submittedOnDailyBy']);
  const outerTime = inner['publishedAt'] === undefined ? undefined : outer['publishedAt'];
  return {
    id: either(outer['id'], inner['id']),
    authors: authors?.map(({ name }) => name),
    publishedAt: either(inner['publishedAt'], outer['publishedAt']),
    submittedAt: either(outerTime, outer['submittedOnDailyAt']),
    title: outer['title'],
    summary: either(inner['summary'], outer['summary']),
    upvotes: either(inner['upvotes'], outer['upvotes']),
    discussionId: either(inner['discussionId'], outer['discussionId']),
    comments: outer['numComments'] ?? 0,
    submittedBy: submitter === undefined ? undefined : user.parse(submitter),
    githubRepo: outer['githubRepo'],
    projectPage: outer['projectPage'],
  };
}

/** The form of time that the client parses. */
const clientTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d+Z$/;

describe.each(testDatabases)('$name', ({ isMissing, open }) => {
  describe.skipIf(isMissing)('Hugging Face’s calls', () => {
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

    const call = (query = '') => ({ parameters: new URLSearchParams(query), origin });
    const daily = (query?: string) => hubDailyPapers(opened.database, call(query));
    const idsOf = (items: readonly { readonly paper: { readonly id: string } }[]) =>
      items.map(({ paper }) => paper.id);

    it('give lists whose fields stand where clients look for them', async () => {
      const items = await daily();
      expect(idsOf(items)).toEqual(['2501.00001', '2501.00002', 'x-0123456789']);
      for (const item of items) hubItem.strict().parse(item);
      const read = readAsClient(items[0]);
      expect(read).toMatchObject({
        id: '2501.00001',
        authors: ['Ada Author', 'José Álvarez'],
        title: hostileTitle,
        publishedAt: '2025-01-02T03:04:05.000Z',
        submittedAt: '2025-05-23T09:30:00.000Z',
        upvotes: 7,
        comments: 3,
        submittedBy: { user: 'bob', fullname: 'Bob' },
        githubRepo: 'https://example.org/code',
      });
      expect(items[0]?.paper.githubRepo).toBe('https://example.org/code');
      expect(items[0]?.submittedBy).toMatchObject({ name: 'bob', user: 'bob' });
      expect(read.publishedAt).toMatch(clientTime);
      expect(read.submittedAt).toMatch(clientTime);
      expect(JSON.stringify(items)).not.toMatch(/javascript:|example\.org"?,"handle|@example\.org/);
    });

    it('leave out what is not known, which is not the same as zero', async () => {
      const bare = (await daily()).at(-1);
      const { discussionId, ...paper } = bare!.paper;
      expect(discussionId).toMatch(/^[0-9a-f]{24}$/);
      expect(paper).toEqual({
        id: 'x-0123456789',
        authors: [],
        submittedOnDailyAt: '2025-04-01T00:00:00.000Z',
        title: 'Bare',
        summary: '',
        upvotes: 0,
      });
      expect(Object.keys(bare ?? {})).not.toContain('githubStars');
      expect(readAsClient(bare)).toMatchObject({ submittedBy: undefined, authors: [] });
    });

    it('tell who claimed a place among the authors, and that one takes part', async () => {
      const [first, second] = await daily();
      expect(first?.isAuthorParticipating).toBe(true);
      expect(second?.isAuthorParticipating).toBe(false);
      expect(first?.paper.authors[0]).toMatchObject({
        status: 'claimed_verified',
        statusLastChangedAt: '2025-06-01T00:00:00.000Z',
        user: { user: 'ada' },
      });
      expect(first?.paper.authors[1]).not.toHaveProperty('status');
    });

    it('say whose words a summary is', async () => {
      const [first, second] = await daily();
      expect(first?.paper.summarySource).toBe('authors');
      expect(second?.paper.summarySource).toBe('site');
    });

    it.each([
      ['limit=1', ['2501.00001']],
      ['limit=1&p=1', ['2501.00002']],
      ['p=100', []],
      ['date=2025-05-23', ['2501.00001']],
      ['date=2025-05-22', []],
      ['date=2999-01-01', []],
      ['week=2025-W21', ['2501.00001', '2501.00002']],
      ['month=2025-04', ['x-0123456789']],
      ['submitter=bob', ['2501.00001']],
      ['submitter=nobody', []],
      ['sort=trending&limit=1', ['2501.00001']],
      ['unknown=1&limit=1', ['2501.00001']],
    ])('answer daily_papers?%s', async (query, ids) => {
      expect(idsOf(await daily(query))).toEqual(ids);
    });

    it.each([
      ['date=2025-13-40', 'date is "2025-13-40"; expected a day that exists, such as 2025-05-23'],
      ['week=2025-W53', 'week is "2025-W53"; expected an ISO week that exists, such as 2025-W21'],
      ['limit=0', 'limit is "0"; expected a whole number from 1 to 100'],
      ['limit=101', 'limit is "101"; expected a whole number from 1 to 100'],
      ['limit=1e1', 'limit is "1e1"; expected a whole number from 1 to 100'],
      ['p=-1', 'p is "-1"; expected a whole number from 0 to 100000'],
      ['sort=votes', 'sort is "votes"; expected one of publishedAt, trending'],
    ])('refuse daily_papers?%s', async (query, message) => {
      await expect(daily(query)).rejects.toMatchObject({ reason: 'invalid', message });
    });

    it('page through all papers by arXiv date', async () => {
      const first = await hubPapers(opened.database, call('limit=1'));
      const second = await hubPapers(
        opened.database,
        call(`limit=1&cursor=${first.nextCursor ?? ''}`),
      );
      // A paper without an arXiv date is in no list by it.
      expect(idsOf([...first.items, ...second.items])).toEqual(['2501.00002', '2501.00001']);
      expect(second.nextCursor).toBeNull();
      await expect(hubPapers(opened.database, call('cursor=zzz'))).rejects.toThrow(
        'cursor is "zzz"; expected the cursor that a Link header gave',
      );
    });

    it('search by words and by id, and refuse a query that is too long or missing', async () => {
      const sources = { database: opened.database, search: searching.search };
      expect(idsOf(await hubSearch(sources, call('q=sparse+codes')))).toEqual(['2501.00001']);
      expect(idsOf(await hubSearch(sources, call('q=2501.00002v3')))[0]).toBe('2501.00002');
      await expect(hubSearch(sources, call(`q=${'a'.repeat(251)}`))).rejects.toThrow(
        'at most 250 characters',
      );
      await expect(hubSearch(sources, call())).rejects.toThrow(
        'q is missing; expected at most 250 characters',
      );
      await expect(hubSearch(sources, call('q=a&limit=121'))).rejects.toThrow('from 1 to 120');
    });

    it('give one paper with or without its version, and what is linked to it', async () => {
      for (const id of ['2501.00001', '2501.00001v2']) {
        const paper = hubPaperPage.strict().parse(await hubPaperById(opened.database, id, origin));
        expect(readAsClient(paper)).toMatchObject({
          id: '2501.00001',
          title: hostileTitle,
          submittedBy: { user: 'bob' },
          submittedAt: '2025-05-23T09:30:00.000Z',
        });
      }
      expect(await hubPaperById(opened.database, 'x-0123456789', origin)).toMatchObject({
        title: 'Bare',
      });
      expect(await hubRepositories(opened.database, '2501.00001')).toEqual({
        models: [],
        datasets: [],
        spaces: [],
      });
    });

    it.each(['2501.99999', 'x-none', 'no/such', '\0', '__proto__'])(
      'answer %j with missing',
      async (id) => {
        const missing = { reason: 'missing' };
        await expect(hubPaperById(opened.database, id, origin)).rejects.toMatchObject(missing);
        await expect(hubRepositories(opened.database, id)).rejects.toMatchObject(missing);
      },
    );
  });
});
