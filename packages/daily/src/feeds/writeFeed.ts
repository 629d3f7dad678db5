import { z } from 'zod';
import { featuredAt, type PaperRecord } from '../api/paperRecord.ts';
import { entryText, type FeedContent } from './feedPapers.ts';
import { xmlDocument, xmlText } from './xml.ts';

/** A feed as RSS 2.0, with authors by Dublin Core, because RSS wants e-mail addresses for them. */
export function rssFeed(feed: FeedContent): string {
  return xmlDocument({
    rss: {
      '@version': '2.0',
      '@xmlns:atom': 'http://www.w3.org/2005/Atom',
      '@xmlns:dc': 'http://purl.org/dc/elements/1.1/',
      channel: {
        title: xmlText(feed.title),
        link: feed.page,
        description: xmlText(feed.description),
        language: 'en',
        ...(feed.papers.length > 0 && { lastBuildDate: feed.updatedAt.toUTCString() }),
        ttl: 60,
        'atom:link': { '@href': feed.address, '@rel': 'self', '@type': 'application/rss+xml' },
        item: feed.papers.map((paper) => ({
          title: xmlText(paper.title),
          link: addressOf(paper, feed),
          guid: { '@isPermaLink': 'true', '#text': addressOf(paper, feed) },
          pubDate: featuredAt(paper).toUTCString(),
          'dc:creator': namesOf(paper).map(xmlText),
          category: paper.categories.map(xmlText),
          // RSS readers take the description for HTML.
          description: paragraphs(xmlText(entryText(paper))),
        })),
      },
    },
  });
}

/** A feed as Atom (RFC 4287). */
export function atomFeed(feed: FeedContent): string {
  return xmlDocument({
    feed: {
      '@xmlns': 'http://www.w3.org/2005/Atom',
      '@xml:lang': 'en',
      id: feed.address,
      title: xmlText(feed.title),
      subtitle: xmlText(feed.description),
      updated: feed.updatedAt.toISOString(),
      author: { name: xmlText(feed.title.split(' · ')[0] ?? '') },
      link: [
        { '@rel': 'self', '@type': 'application/atom+xml', '@href': feed.address },
        { '@rel': 'alternate', '@type': 'text/html', '@href': feed.page },
      ],
      entry: feed.papers.map((paper) => ({
        id: addressOf(paper, feed),
        title: xmlText(paper.title),
        updated: featuredAt(paper).toISOString(),
        ...(paper.publishedAt !== null && { published: paper.publishedAt.toISOString() }),
        author: namesOf(paper).map((name) => ({ name: xmlText(name) })),
        link: { '@rel': 'alternate', '@type': 'text/html', '@href': addressOf(paper, feed) },
        category: paper.categories.map((term) => ({ '@term': xmlText(term) })),
        summary: { '@type': 'text', '#text': xmlText(entryText(paper)) },
      })),
    },
  });
}

/** The JSON Feed format, version 1.1 (jsonfeed.org). */
export const jsonFeedSchema = z.object({
  version: z.literal('https://jsonfeed.org/version/1.1'),
  title: z.string(),
  description: z.string(),
  home_page_url: z.url(),
  feed_url: z.url(),
  language: z.literal('en'),
  items: z.array(
    z.object({
      id: z.url(),
      url: z.url(),
      title: z.string(),
      content_text: z.string(),
      date_published: z.iso.datetime(),
      authors: z.array(z.object({ name: z.string() })).optional(),
      tags: z.array(z.string()).optional(),
    }),
  ),
});

/** A feed as JSON Feed. */
export function jsonFeed(feed: FeedContent): z.infer<typeof jsonFeedSchema> {
  return {
    version: 'https://jsonfeed.org/version/1.1',
    title: feed.title,
    description: feed.description,
    home_page_url: feed.page,
    feed_url: feed.address,
    language: 'en',
    items: feed.papers.map((paper) => {
      const [tags, names] = [[...paper.categories, ...paper.tags], namesOf(paper)];
      return {
        id: addressOf(paper, feed),
        url: addressOf(paper, feed),
        title: paper.title,
        content_text: entryText(paper),
        date_published: featuredAt(paper).toISOString(),
        ...(names.length > 0 && { authors: names.map((name) => ({ name })) }),
        ...(tags.length > 0 && { tags }),
      };
    }),
  };
}

function addressOf({ id }: PaperRecord, { origin }: FeedContent): string {
  return `${origin}/papers/${encodeURIComponent(id)}`;
}

function namesOf({ authors }: PaperRecord): string[] {
  return authors.flatMap(({ name, status }) => (status === 'hidden' ? [] : [name]));
}

function paragraphs(text: string): string {
  const escaped = text.replace(/[&<>]/g, (found) => entities[found] ?? '');
  return escaped
    .split('\n\n')
    .map((paragraph) => `<p>${paragraph}</p>`)
    .join('');
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
