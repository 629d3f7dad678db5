import { sql } from 'kysely';
import type { Connection } from '../database/database.ts';
import { kyselyOn } from '../database/kysely.ts';
import { readMonth } from '../reading/periods.ts';
import { Refusal } from '../refusal.ts';
import { xmlDocument } from './xml.ts';

const namespace = 'http://www.sitemaps.org/schemas/sitemap/0.9';

/** A file may have 50,000 addresses; these leave room for the days. */
const perFile = 45_000;

/** Pages that are always there. */
const pages = ['/', '/papers/trending', '/claims', '/about', '/api'];

/** The index: one file of the pages that are always there, and one or more for each month. */
export async function sitemapIndex(connection: Connection, origin: string): Promise<string> {
  const months = await kyselyOn(connection)
    .selectFrom('papers')
    .select([
      sql<string>`to_char(day, 'YYYY-MM')`.as('month'),
      sql<number>`count(*)::int`.as('count'),
    ])
    .groupBy('month')
    .orderBy('month')
    .execute();
  const names = months.flatMap(({ month, count }) =>
    Array.from({ length: Math.ceil(count / perFile) }, (_, part) =>
      part === 0 ? month : `${month}.${part + 1}`,
    ),
  );
  return xmlDocument({
    sitemapindex: {
      '@xmlns': namespace,
      sitemap: ['pages', ...names].map((name) => ({ loc: `${origin}/sitemap/${name}.xml` })),
    },
  });
}

/**
 * One file of the index.
 *
 * @param name - `pages`, or `2025-05` or `2025-05.2`.
 * @throws {Refusal} `missing`, if there is no such file.
 */
export async function sitemapFile(
  connection: Connection,
  name: string,
  origin: string,
): Promise<string> {
  if (name === 'pages') return urlSet(pages.map((path) => ({ loc: origin + path })));
  const [, text = '', part = '1'] = /^(\d{4}-\d{2})(?:\.([2-9]|[1-9]\d{1,3}))?$/.exec(name) ?? [];
  const month = readMonth(text);
  const papers = month === undefined ? [] : await papersOf(connection, month, Number(part) - 1);
  if (papers.length === 0) {
    throw new Refusal('missing', `There is no sitemap ${JSON.stringify(name.slice(0, 40))}.`);
  }
  const days = [...new Set(papers.map(({ day }) => day))];
  return urlSet([
    ...days.map((day) => ({ loc: `${origin}/papers/date/${day}` })),
    ...papers.map(({ id, day, updated_at }) => ({
      loc: `${origin}/papers/${encodeURIComponent(id)}`,
      lastmod: updated_at?.toISOString().slice(0, 10) ?? day,
    })),
  ]);
}

async function papersOf(
  connection: Connection,
  { first, last }: { readonly first: string; readonly last: string },
  part: number,
) {
  return kyselyOn(connection)
    .selectFrom('papers')
    .select(['id', 'day', 'updated_at'])
    .where('day', '>=', first)
    .where('day', '<=', last)
    .orderBy('day')
    .orderBy('id')
    .limit(perFile)
    .offset(part * perFile)
    .execute();
}

function urlSet(url: readonly { readonly loc: string; readonly lastmod?: string }[]): string {
  return xmlDocument({ urlset: { '@xmlns': namespace, url } });
}
