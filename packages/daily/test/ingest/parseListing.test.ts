import { expect, test } from 'vitest';
import { parseListing } from '../../src/ingest/parseListing.ts';

const now = new Date('2026-02-01T12:00:00Z');
const abstract = (about: string) =>
  `We look at ${about}. ${'It is measured again and again. '.repeat(12)}`.trim();

const page = `new

Get trending papers in your email inbox!

Subscribe

Daily Papers

byAK and the research community

Dec 11

A Paper With Everything

${abstract('everything')}

  • 5 authors
·
May 23 2

A Paper Without a Last Line

${abstract('nothing')}

Of an Organisation: Its Paper

${abstract('work')}

acme Acme Labs
·
Sep 4, 2024

Only a Title

  • 1 author
·
Jan 3
`;

test('a page is taken whole, also papers that lack abstract, authors or date', () => {
  const { papers, problems } = parseListing(page, { now });
  expect(problems).toEqual([]);
  expect(papers).toEqual([
    {
      title: 'A Paper With Everything',
      abstract: abstract('everything'),
      authorCount: 5,
      publishedAt: new Date('2025-05-23'),
      day: '2025-12-11',
    },
    { title: 'A Paper Without a Last Line', abstract: abstract('nothing'), day: '2025-12-11' },
    {
      title: 'Of an Organisation: Its Paper',
      abstract: abstract('work'),
      organizations: ['Acme Labs'],
      publishedAt: new Date('2024-09-04'),
      day: '2025-12-11',
    },
    {
      title: 'Only a Title',
      authorCount: 1,
      publishedAt: new Date('2025-01-03'),
      day: '2025-12-11',
    },
  ]);
});

test('line ends of Windows, a byte order mark and hard spaces change nothing', () => {
  const foreign = `\uFEFF${page.replaceAll('\n', '\r\n').replace('5 authors', '5\u00A0authors')}`;
  expect(parseListing(foreign, { now })).toMatchObject({
    papers: parseListing(page, { now }).papers,
    problems: [],
  });
});

test('a heading without a year is the latest such day, and --day goes before it', () => {
  const day = (at: string) => parseListing(page, { now: new Date(at) }).papers[0]?.day;
  expect(day('2025-12-11T00:00:00Z')).toBe('2025-12-11');
  expect(day('2025-12-10T23:59:59Z')).toBe('2024-12-11');
  expect(parseListing(page, { now, day: '2024-02-29' }).papers[0]?.day).toBe('2024-02-29');
  const leap = parseListing(page.replace('Dec 11', 'Feb 29'), { now });
  expect(leap.papers[0]?.day).toBe('2024-02-29');
});

test('a listing without the top of the page is of today', () => {
  const below = page.slice(page.indexOf('A Paper With Everything'));
  const { papers, problems } = parseListing(below, { now });
  expect(problems).toEqual([]);
  expect(papers).toHaveLength(4);
  expect(papers[0]).toMatchObject({ day: '2026-02-01', publishedAt: new Date('2026-05-23') });
});

test('an id or address in the listing becomes the id', () => {
  const { papers } = parseListing(`A Title of Some Paper\n\nhttps://arxiv.org/abs/2501.01234v2\n`, {
    now,
  });
  expect(papers).toMatchObject([{ arxivId: '2501.01234', title: 'A Title of Some Paper' }]);
});

test('what is malformed is named by its line, and the rest is kept', () => {
  const { papers, problems } = parseListing(
    `${abstract('no title')}

A Good Paper

${abstract('a good one')}

  • many authors
·
Feb 30

${abstract('a second description')}

A Title With \u0007 a Bell

Another Good Paper
`,
    { now },
  );
  expect(papers.map(({ title }) => title)).toEqual(['A Good Paper', 'Another Good Paper']);
  expect(papers[0]).not.toHaveProperty('publishedAt');
  expect(problems.map(({ record, problem }) => `${record}: ${problem}`).toSorted())
    .toMatchInlineSnapshot(`
    [
      "line 11: abstract without a title before it: We look at a second description. It is measured again and ag",
      "line 13: title has control characters",
      "line 1: abstract without a title before it: We look at no title. It is measured again and again. It is m",
      "line 9: there is no day Feb 30",
    ]
  `);
});
