import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Connection, Database } from '../../src/database/database.ts';
import { kyselyOn } from '../../src/database/kysely.ts';
import { openMemoryDatabase } from '../../src/database/open.ts';
import { fetchArxivPapers, ingestArxivFeed } from '../../src/ingest/arxivAtom.ts';
import { ingestArxivChanges } from '../../src/ingest/arxivOai.ts';
import { splitAuthors } from '../../src/ingest/arxivRecords.ts';
import { ingestHuggingFace } from '../../src/ingest/huggingFace.ts';
import { readProgress } from '../../src/ingest/ingestBatch.ts';
import { scheduleIngest } from '../../src/ingest/ingestJobs.ts';
import { openFetcher, type PoliteFetcher } from '../../src/ingest/politeFetcher.ts';
import type { JobHandler } from '../../src/jobs/performJob.ts';
import { startStrangeServer, type Answering, type StrangeServer } from './strangeServer.ts';

const now = new Date('2025-06-10T08:00:00Z');
let database: Database;
let server: StrangeServer;
let answer: Answering;
let fetcher: PoliteFetcher;
const quickly = { intervalMs: 0, wait: async () => undefined };

beforeAll(async () => {
  database = await openMemoryDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  server = await startStrangeServer((...given) => answer(...given));
  fetcher = openFetcher({ contact: 'a@example.org', origins: [server.origin], ...quickly });
});
afterEach(async () => {
  await server.close();
  for (const table of ['papers', 'sources', 'ingest_log'] as const) {
    await kyselyOn(database).deleteFrom(table).execute();
  }
});

const says =
  (text: string): Answering =>
  (_, response) =>
    response.end(text);
const papers = (connection: Connection = database) =>
  kyselyOn(connection).selectFrom('papers').selectAll().orderBy('id').execute();
const logged = async () => {
  const rows = await kyselyOn(database)
    .selectFrom('ingest_log')
    .selectAll()
    .orderBy('id')
    .execute();
  return rows.map(({ record, problem }) => `${record}: ${problem}`);
};

const announced = (id: string, more: { kind?: string; title?: string; summary?: string } = {}) => `
  <entry>
    <id>oai:arXiv.org:${id}</id>
    <title>${more.title ?? `A Paper Announced as ${id}`}</title>
    <link href="https://arxiv.org/abs/${id}" rel="alternate" type="text/html"/>
    <summary>arXiv:${id} Announce Type: ${more.kind ?? 'new'}
Abstract: ${more.summary ?? 'We find &lt;b&gt; &amp; more.'}</summary>
    <category term="cs.LG"/><category term="stat.ML"/><category term="68T07"/>
    <published>2025-06-10T00:00:00-04:00</published>
    <rights>http://creativecommons.org/licenses/by/4.0/</rights>
    <arxiv:announce_type>${more.kind ?? 'new'}</arxiv:announce_type>
    <dc:creator>Ada Author, Ben Beta, Jr., José Álvarez</dc:creator>
  </entry>`;
const feedOf = (...entries: string[]) => `<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom"
  xmlns:dc="http://purl.org/dc/elements/1.1/"><title>cs.LG updates</title>
  <updated>2025-06-10T04:00:00+00:00</updated>${entries.join('')}</feed>`;
const readFeed = () =>
  ingestArxivFeed(database, ['cs.LG', 'cs.CL'], { fetcher, now, address: `${server.origin}/atom` });

test('what arXiv announces is stored on its day; the same paper twice is one', async () => {
  answer = says(feedOf(announced('2506.00001v1'), announced('2506.00001v1', { kind: 'cross' })));
  expect(await readFeed()).toMatchObject({ added: ['2506.00001'], problems: [] });
  expect(server.requests).toEqual(['/atom/cs.LG+cs.CL']);
  expect(await papers()).toMatchObject([
    {
      id: '2506.00001',
      title: 'A Paper Announced as 2506.00001v1',
      version: 1,
      abstract: 'We find <b> & more.',
      day: '2025-06-10',
      published_at: null,
      categories: ['cs.LG', 'stat.ML'],
      primary_category: 'cs.LG',
      withdrawn_at: null,
      license: 'http://creativecommons.org/licenses/by/4.0/',
    },
  ]);
  const authors = await kyselyOn(database).selectFrom('paper_authors').select('name').execute();
  expect(authors.map(({ name }) => name)).toEqual(['Ada Author', 'Ben Beta Jr', 'José Álvarez']);
});

test('a replacement changes a paper that is here, and brings in no other', async () => {
  answer = says(feedOf(announced('2506.00001v1')));
  await readFeed();
  const replaced = announced('2506.00001v2', { kind: 'replace', title: 'A Title Thought Over' });
  answer = says(feedOf(replaced, announced('2301.00001v4', { kind: 'replace-cross' })));
  expect(await readFeed()).toMatchObject({ added: [], updated: ['2506.00001'], ignored: 1 });
  expect(await papers()).toMatchObject([{ title: 'A Title Thought Over', version: 2 }]);
});

test('an unchanged feed is not sent again, and counts as read', async () => {
  const seen: (string | undefined)[] = [];
  answer = ({ headers }, response) => {
    seen.push(headers['if-none-match']);
    if (headers['if-none-match'] === '"a"') response.writeHead(304).end();
    else response.writeHead(200, { ETag: '"a"' }).end(feedOf(announced('2506.00001v1')));
  };
  await readFeed();
  expect(await readFeed()).toMatchObject({ added: [], unchanged: 0 });
  expect(seen).toEqual([undefined, '"a"']);
  expect(await readProgress(database, 'arxiv-feed:cs.LG+cs.CL')).toMatchObject({
    cursor: '2025-06-10T04:00:00+00:00',
  });
});

test('records that are malformed are named and the rest is stored', async () => {
  const bytes = Buffer.concat([
    Buffer.from(feedOf(announced('2506.00001v1'), announced('2506.00002v1', { title: '@' }))),
  ]);
  const at = bytes.indexOf('@');
  bytes[at] = 0xff; // no UTF-8
  const text = bytes
    .toString('latin1')
    .replace(
      '</feed>',
      [
        announced('2506.00003v1', { kind: 'sold' }),
        announced('nonsense'),
        announced('2506.00004v1', { title: ' ' }),
        '<entry><title>No Id</title></entry></feed>',
      ].join(''),
    );
  answer = (_, response) => response.end(Buffer.from(text, 'latin1'));
  expect(await readFeed()).toMatchObject({ added: ['2506.00001'] });
  expect(await logged()).toMatchInlineSnapshot(`
    [
      "oai:arXiv.org:2506.00002v1: title is not in the encoding it claims",
      "oai:arXiv.org:2506.00003v1: announcement of the unknown kind "sold"",
      "oai:arXiv.org:nonsense: no arXiv id with version",
      "oai:arXiv.org:2506.00004v1: title is empty; authors.2 is not in the encoding it claims",
      "entry 6: id: Invalid input",
    ]
  `);
});

test.each([
  ['cut off', feedOf(announced('2506.00001v1')).slice(0, -40)],
  ['a page of HTML', '<!DOCTYPE html><html><p>Down for maintenance</html>'],
  ['nothing', ''],
  ['another document', '<rss><channel/></rss>'],
  [
    'a bomb',
    `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>${feedOf().slice(38)}`,
  ],
  ['nested without end', '<feed>'.repeat(50_000)],
])('an answer that is %s is refused, and the source stays where it was', async (_, text) => {
  answer = says(feedOf(announced('2506.00001v1')));
  await readFeed();
  const before = await readProgress(database, 'arxiv-feed:cs.LG+cs.CL');
  answer = says(text);
  await expect(readFeed()).rejects.toThrow(/^arXiv feed: the answer /);
  expect(await papers()).toHaveLength(1);
  expect(await readProgress(database, 'arxiv-feed:cs.LG+cs.CL')).toEqual(before);
});

const raw = (
  id: string,
  more: { comments?: string; versions?: string[]; status?: string } = {},
) => `
  <record><header${more.status === undefined ? '' : ` status="${more.status}"`}>
    <identifier>oai:arXiv.org:${id}</identifier><datestamp>2025-06-09</datestamp></header>
  ${
    more.status === 'deleted'
      ? ''
      : `<metadata><arXivRaw xmlns="http://arxiv.org/OAI/arXivRaw/"><id>${id}</id>
    <submitter>Ada Author</submitter>
    ${(more.versions ?? ['Mon, 2 Jun 2025 17:58:01 GMT'])
      .map((date, i) => `<version version="v${i + 1}"><date>${date}</date></version>`)
      .join('')}
    <title>A Paper Changed,
      Number ${id}</title><authors>Ada Author (1), Ben Beta (1 and 2) and C. Gamma ((1) A (2) B)</authors>
    <categories>cs.LG stat.ML</categories>
    ${more.comments === undefined ? '' : `<comments>${more.comments}</comments>`}
    <doi>10.1000/182 10.1000/183</doi><license>http://arxiv.org/licenses/nonexclusive-distrib/1.0/</license>
    <abstract>  We change it.</abstract></arXivRaw></metadata>`
  }</record>`;
const oai = (body: string) =>
  `<?xml version="1.0"?><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">${body}</OAI-PMH>`;
const list = (records: string, token = '') =>
  oai(`<ListRecords>${records}<resumptionToken>${token}</resumptionToken></ListRecords>`);
const reconcile = (from?: string) =>
  ingestArxivChanges(
    database,
    { category: 'cs.LG', ...(from === undefined ? {} : { from }) },
    { fetcher, now, address: `${server.origin}/oai` },
  );

test('changes are read page by page, and the next run begins on the day of the last', async () => {
  answer = ({ url = '' }, response) =>
    response.end(
      url.includes('resumptionToken=t%2F1')
        ? list(raw('2506.00002'))
        : list(raw('2506.00001'), 't/1'),
    );
  expect(await reconcile()).toMatchObject({ added: ['2506.00001', '2506.00002'], problems: [] });
  expect(server.requests).toEqual([
    '/oai?verb=ListRecords&metadataPrefix=arXivRaw&set=cs%3Acs%3ALG&from=2025-06-07',
    '/oai?verb=ListRecords&resumptionToken=t%2F1',
  ]);
  expect((await papers())[0]).toMatchObject({
    title: 'A Paper Changed, Number 2506.00001',
    abstract: 'We change it.',
    doi: '10.1000/182',
    published_at: new Date('2025-06-02T17:58:01Z'),
    day: '2025-06-02',
  });
  answer = says(oai('<error code="noRecordsMatch">none</error>'));
  expect(await reconcile()).toMatchObject({ added: [], unchanged: 0 });
  expect(server.requests.at(-1)).toMatch(/from=2025-06-10$/);
});

test('a run that was cut off goes on with the page after the last that was stored', async () => {
  answer = ({ url = '' }, response) =>
    url.includes('resumptionToken')
      ? response.writeHead(500).end()
      : response.end(list(raw('2506.00001'), 'two'));
  await expect(reconcile()).rejects.toThrow('answered 500');
  expect(await papers()).toHaveLength(1);
  answer = says(list(raw('2506.00002')));
  fetcher = openFetcher({ contact: 'a@example.org', origins: [server.origin], ...quickly });
  expect(await reconcile()).toMatchObject({ added: ['2506.00002'] });
  expect(server.requests.at(-1)).toBe('/oai?verb=ListRecords&resumptionToken=two');
});

test('a token that is spent makes the run begin again, once', async () => {
  const spent = oai('<error code="badResumptionToken"/>');
  answer = ({ url = '' }, response, index) => {
    if (index === 0) response.end(list(raw('2506.00001'), 'old'));
    else response.end(url.includes('resumptionToken') ? spent : list(raw('2506.00002')));
  };
  expect(await reconcile()).toMatchObject({ added: ['2506.00001', '2506.00002'] });
  answer = says(spent);
  await expect(reconcile()).rejects.toThrow('no token was sent, and it is spent');
});

test('a withdrawn paper stays and says so; a deleted record is named', async () => {
  answer = says(list(raw('2506.00001')));
  await reconcile();
  const versions = ['Mon, 2 Jun 2025 17:58:01 GMT', 'Mon, 9 Jun 2025 10:00:00 GMT'];
  const comments = 'This paper has been withdrawn by the authors: Lemma 2 is wrong';
  answer = says(
    list(raw('2506.00001', { versions, comments }) + raw('2506.00009', { status: 'deleted' })),
  );
  await reconcile();
  expect(await papers()).toMatchObject([
    {
      abstract: 'We change it.',
      withdrawn_at: new Date('2025-06-09T10:00:00Z'),
      comment: comments,
    },
  ]);
  expect(await logged()).toEqual(['oai:arXiv.org:2506.00009: arXiv has deleted the record']);
});

test('an old paper that changed is no reason to take it in', async () => {
  answer = says(list(raw('2001.00001', { versions: ['Thu, 2 Jan 2020 10:00:00 GMT'] })));
  expect(await reconcile()).toMatchObject({ added: [], ignored: 1 });
  expect(await reconcile('2020-01-01')).toMatchObject({ added: ['2001.00001'] });
});

test('single papers are asked for together, and one that is not known is named', async () => {
  answer = says(
    feedOf(`<entry><id>http://arxiv.org/abs/2506.00001v2</id><title>A Single Paper</title>
      <updated>2025-06-05T00:00:00Z</updated><published>2025-06-01T00:00:00Z</published>
      <summary>  One.  </summary><author><name>Ada Author</name></author>
      <arxiv:comment>5 pages</arxiv:comment><arxiv:primary_category term="stat.ML"/>
      <category term="cs.LG"/><category term="stat.ML"/></entry>`),
  );
  const options = { fetcher, address: `${server.origin}/api` };
  const { papers: found, problems } = await fetchArxivPapers(['2506.00001', '2506.99999'], options);
  expect(server.requests).toEqual(['/api?id_list=2506.00001%2C2506.99999&max_results=2']);
  expect(found).toEqual([
    {
      arxivId: '2506.00001',
      version: 2,
      title: 'A Single Paper',
      abstract: 'One.',
      authors: ['Ada Author'],
      categories: ['stat.ML', 'cs.LG'],
      comment: '5 pages',
      publishedAt: new Date('2025-06-01'),
      updatedAt: new Date('2025-06-05'),
      isWithdrawn: false,
    },
  ]);
  expect(problems).toEqual([{ record: '2506.99999', problem: 'arXiv does not know it' }]);
});

test('Daily Papers are stored with their day, code and stars; a broken item is named', async () => {
  const item = {
    paper: {
      id: '2506.00001',
      summary: 'We share it.',
      upvotes: 9,
      withdrawnAt: null,
      authors: [
        { name: 'Ada Author' },
        {
          name: 'Hidden Helper',
          hidden: true,
        },
      ],
      publishedAt: '2025-06-01T00:00:00.000Z',
      submittedOnDailyAt: '2025-06-09T01:00:00.000Z',
      githubRepo: 'https://github.com/example/code',
      githubStars: 3,
    },
    title: 'A Paper of the Day',
    thumbnail: 'https://example.org/1.png',
    organization: {
      name: 'acme',
      fullname: 'Acme Labs',
    },
  };
  const broken = { ...item, paper: { ...item.paper, id: '../etc' } };
  answer = says(JSON.stringify([item, item, broken, { title: 'No paper' }]));
  const report = await ingestHuggingFace(database, '2025-06-09', {
    fetcher,
    now,
    address: `${server.origin}/daily`,
  });
  expect(server.requests).toEqual(['/daily?date=2025-06-09&limit=100&p=0']);
  expect(report).toMatchObject({ added: ['2506.00001'], unchanged: 1 });
  expect(await papers()).toMatchObject([
    {
      title: 'A Paper of the Day',
      day: '2025-06-09',
      github_stars: 3,
      source: 'huggingface',
      submitted_at: new Date('2025-06-09T01:00:00Z'),
      upvotes: 0,
    },
  ]);
  expect(await logged()).toMatchInlineSnapshot(`
    [
      "../etc: arxivId is not an arXiv id without version",
      "item 4: paper: Invalid input: expected object, received undefined",
    ]
  `);
  answer = says('<html>busy</html>');
  await expect(
    ingestHuggingFace(database, '2025-06-09', { fetcher, now, address: `${server.origin}/daily` }),
  ).rejects.toThrowErrorMatchingInlineSnapshot(
    `[DataError: Hugging Face: the answer is not a list in JSON]`,
  );
});

test('the jobs follow the categories of the setting, and note why a source failed', async () => {
  const handlers = new Map<string, JobHandler>();
  const jobs = {
    schedule: (name: string, _cron: string, handler: JobHandler) =>
      void handlers.set(name, handler),
  };
  scheduleIngest(jobs, {
    database,
    configuration: { WP_CONTACT: undefined, WP_ARXIV_CATEGORIES: undefined },
  });
  expect(handlers.size).toBe(0);
  scheduleIngest(jobs, {
    database,
    now: () => now,
    fetching: {
      origins: [server.origin],
      ...quickly,
    },
    configuration: {
      WP_CONTACT: 'a@example.org',
      WP_ARXIV_CATEGORIES: 'cs.LG, quant-ph cs.LG',
    },
    addresses: {
      feed: `${server.origin}/atom`,
      oai: `${server.origin}/oai`,
    },
  });
  const { signal } = new AbortController();
  answer = ({ url = '' }, response) => {
    if (url.startsWith('/atom')) response.end(feedOf(announced('2506.00001v1')));
    else if (url.includes('quant-ph')) response.writeHead(403).end();
    else response.end(list(raw('2506.00002')));
  };
  await handlers.get('arxiv-feed')?.({ data: {}, signal });
  await expect(handlers.get('arxiv-changes')?.({ data: {}, signal })).rejects.toThrow(
    'answered 403',
  );
  expect((await papers()).map(({ id }) => id)).toEqual(['2506.00001', '2506.00002']);
  expect(server.requests[2]).toContain('set=physics%3Aquant-ph&from');
  const sources = await kyselyOn(database)
    .selectFrom('sources')
    .selectAll()
    .orderBy('id')
    .execute();
  expect(sources).toMatchObject([
    { id: 'arxiv-feed:cs.LG+quant-ph', last_ok_at: now, last_error: null },
    { id: 'arxiv-oai:cs.LG', last_ok_at: now, last_error: null },
    { id: 'arxiv-oai:quant-ph', last_ok_at: null, last_error_at: now },
  ]);
});

test('authors are told apart without their affiliations', () => {
  expect(splitAuthors('A. One (1), B. Two, Jr., and C. Three ((1) X and (2) Y (Z))')).toEqual([
    'A. One',
    'B. Two Jr',
    'C. Three',
  ]);
});
