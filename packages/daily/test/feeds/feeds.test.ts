import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readFeed } from '../../src/feeds/feedPapers.ts';
import { sitemapFile, sitemapIndex } from '../../src/feeds/sitemap.ts';
import { robotsTxt, securityTxt } from '../../src/feeds/wellKnown.ts';
import { atomFeed, jsonFeed, jsonFeedSchema, rssFeed } from '../../src/feeds/writeFeed.ts';
import { fillDatabase, hostileTitle, openSampleSearch, origin } from '../api/apiSample.ts';
import { testDatabases, type TestDatabase } from '../databases.ts';

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  isArray: (name) =>
    ['item', 'entry', 'author', 'category', 'link', 'url', 'sitemap'].includes(name),
});

/** Reads a document that has to be well-formed. */
function parse(xml: string): unknown {
  // Its successor is a package of its own, which only this line would need.
  // oxlint-disable-next-line typescript/no-deprecated
  expect(XMLValidator.validate(xml)).toBe(true);
  return parser.parse(xml);
}

/** What XML may hold of the title. */
const storedTitle = hostileTitle.replace('\u0001', '');

const rfc822 = z.string().regex(/^\w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} GMT$/);

/** What RSS 2.0 requires of a channel, and the feed advisory board of items. */
const rssSchema = z.object({
  rss: z.object({
    '@version': z.literal('2.0'),
    channel: z.object({
      title: z.string().min(1),
      description: z.string().min(1),
      link: z.array(z.url()),
      'atom:link': z.object({ '@href': z.url(), '@rel': z.literal('self') }),
      item: z.array(
        z.object({
          title: z.string().min(1),
          link: z.array(z.url()),
          guid: z.object({ '@isPermaLink': z.literal('true'), '#text': z.url() }),
          pubDate: rfc822,
          'dc:creator': z.union([z.string(), z.array(z.string())]).optional(),
          description: z.string(),
        }),
      ),
    }),
  }),
});

/** What RFC 4287 requires. */
const atomSchema = z.object({
  feed: z.object({
    '@xmlns': z.literal('http://www.w3.org/2005/Atom'),
    id: z.url(),
    title: z.string().min(1),
    updated: z.iso.datetime(),
    author: z.array(z.object({ name: z.string().min(1) })),
    link: z.array(z.object({ '@rel': z.string(), '@href': z.url() })),
    // Of an empty feed nothing is read.
    entry: z
      .array(z.object({ id: z.url(), title: z.string().min(1), updated: z.iso.datetime() }))
      .default([]),
  }),
});

describe.each(testDatabases)('$name', ({ isMissing, open }) => {
  describe.skipIf(isMissing)('feeds', () => {
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

    const read = (query = '') =>
      readFeed(
        { database: opened.database, search: searching.search, title: 'Papers & Co', origin },
        new URL(`${origin}/feed.xml${query}`),
      );

    it('are RSS 2.0 in which nothing of a title or abstract is markup', async () => {
      const xml = rssFeed(await read('?category=cs.LG&min_votes=1'));
      const { channel } = rssSchema.parse(parse(xml)).rss;
      expect(channel.title).toBe('Papers & Co · cs.LG');
      expect(channel['atom:link']['@href']).toBe(`${origin}/feed.xml?category=cs.LG&min_votes=1`);
      expect(channel.item).toMatchObject([
        {
          title: storedTitle,
          pubDate: 'Fri, 23 May 2025 09:30:00 GMT',
          guid: { '#text': `${origin}/papers/2501.00001` },
          'dc:creator': ['Ada Author', 'José Álvarez'],
          description:
            '<p>An abstract with &lt;script&gt;alert(1)&lt;/script&gt; &amp; more.</p>' +
            '<p>Claims measured here: 1 × holds, 1 × fails.</p>',
        },
      ]);
    });

    it('are Atom, the newest first', async () => {
      const { feed } = atomSchema.parse(parse(atomFeed(await read())));
      expect(feed.updated).toBe('2025-05-23T09:30:00.000Z');
      expect(feed.link.find((link) => link['@rel'] === 'self')?.['@href']).toBe(
        `${origin}/feed.xml`,
      );
      expect(feed.entry.map(({ id }) => id.slice(`${origin}/papers/`.length))).toEqual([
        '2501.00001',
        '2501.00002',
        'x-0123456789',
      ]);
      expect(feed.entry[0]?.title).toBe(storedTitle);
    });

    it('are JSON Feed, and say whose summary it is', async () => {
      const feed = jsonFeedSchema
        .strict()
        .parse(JSON.parse(JSON.stringify(jsonFeed(await read()))));
      expect(feed.items[1]?.content_text).toMatch(/^Our summary: /);
      expect(feed.items[2]).toEqual({
        id: `${origin}/papers/x-0123456789`,
        url: `${origin}/papers/x-0123456789`,
        title: 'Bare',
        content_text: '',
        date_published: '2025-04-01T00:00:00.000Z',
      });
    });

    it.each([
      ['?period=day', ['2501.00001']],
      ['?period=week', ['2501.00001', '2501.00002']],
      ['?period=month&min_votes=1', ['2501.00001']],
      ['?min_votes=8', []],
      ['?q=sparse+codes', ['2501.00001']],
      ['?q=sparse+codes&category=cs.CL', []],
    ])('hold what %s asks for', async (query, ids) => {
      const feed = await read(query);
      expect(feed.papers.map(({ id }) => id)).toEqual(ids);
      atomSchema.parse(parse(atomFeed(feed)));
    });

    it.each([
      ['?period=year', 'period is "year"; expected one of day, week, month'],
      ['?category=../x', 'category is "../x"; expected a category of arXiv, such as cs.LG'],
      ['?minvotes=1', 'minvotes is "1"; expected one of period, min_votes, category, q'],
    ])('refuse %s', async (query, message) => {
      await expect(read(query)).rejects.toThrow(message);
    });

    it('have a site map for every month', async () => {
      const index = z
        .object({ sitemapindex: z.object({ sitemap: z.array(z.object({ loc: z.url() })) }) })
        .parse(parse(await sitemapIndex(opened.database, origin)));
      const names = index.sitemapindex.sitemap.map(({ loc }) =>
        loc.replace(`${origin}/sitemap/`, ''),
      );
      expect(names).toEqual(['pages.xml', '2025-04.xml', '2025-05.xml']);
      for (const name of names) {
        const file = await sitemapFile(opened.database, name.replace('.xml', ''), origin);
        expect(parse(file)).toHaveProperty('urlset');
        expect(file).toContain(`<loc>${origin}/`);
      }
      const may = await sitemapFile(opened.database, '2025-05', origin);
      expect(may.match(/<loc>[^<]*/g)).toEqual([
        `<loc>${origin}/papers/date/2025-05-20`,
        `<loc>${origin}/papers/date/2025-05-23`,
        `<loc>${origin}/papers/2501.00002`,
        `<loc>${origin}/papers/2501.00001`,
      ]);
    });

    it.each(['2025-13', '2025-06', '2025-05.2', '2025-05.1', '../etc', ''])(
      'have no site map %j',
      async (name) => {
        await expect(sitemapFile(opened.database, name, origin)).rejects.toMatchObject({
          reason: 'missing',
        });
      },
    );
  });
});

it('tells crawlers where the site map is and what is not for them', () => {
  const lines = robotsTxt(origin).split('\n');
  expect(lines).toContain(`Sitemap: ${origin}/sitemap.xml`);
  expect(lines).toContain('Disallow: /settings');
});

it('says where to report a weakness, for half a year from now', () => {
  expect(securityTxt('a@example.org', origin, new Date('2025-01-02T03:04:05Z'))).toBe(
    `Contact: mailto:a@example.org\nExpires: 2025-07-01T00:00:00.000Z\nPreferred-Languages: en\nCanonical: ${origin}/.well-known/security.txt\n`,
  );
});
