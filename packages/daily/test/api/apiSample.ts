import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importCatalogue } from '../../src/catalogue/importCatalogue.ts';
import type { Database } from '../../src/database/database.ts';
import { openSearch, type Search } from '../../src/search/openSearch.ts';
import { sampleEntry, sampleResult, sampleVerdict } from '../catalogueSample.ts';

export const origin = 'https://papers.example';

/** A title that every format has to escape. */
export const hostileTitle = 'Sparse <b>Codes</b> & "Quotes" $x^2$ ]]> \u0001 | {brace} = 1';

const measured = sampleResult('first', {
  preset: 'quick',
  verdicts: {
    c1: sampleVerdict('holds', { metric: 'gap', value: 1.5, interval: [1, 2] }),
    c2: sampleVerdict('fails'),
  },
});

/** Three papers of three days: one with everything, one with little, one with next to nothing. */
export async function fillDatabase(database: Database): Promise<void> {
  await importCatalogue(database, [
    {
      ...sampleEntry({ slug: 'first', arxivId: '2501.00001', published: '2025-05-23' }),
      results: [measured],
      isImplemented: true,
    },
    sampleEntry({ slug: 'second', arxivId: '2501.00002', published: '2025-05-20' }),
  ]);
  for (const statement of statements) await database.query(statement);
  await database.query('update papers set title = $1 where id = $2', [hostileTitle, '2501.00001']);
}

const statements = [
  `insert into users (id, name, email, handle) values
     ('u1', 'Ada Author', 'ada@example.org', 'ada'), ('u2', 'Bob', 'bob@example.org', 'bob')`,
  `update papers set abstract = 'An abstract with <script>alert(1)</script> & more.',
     categories = '{cs.LG,stat.ML}', primary_category = 'cs.LG', upvotes = 7, comment_count = 3,
     hot_key = 5, submitted_by = 'u2', submitted_at = '2025-05-23T09:30:00Z', github_stars = 12,
     media_urls = '{https://media.example/a.png,javascript:alert(1)}', thumbnail = '/thumb.png',
     doi = '10.1000/xyz_1', published_at = '2025-01-02T03:04:05Z' where id = '2501.00001'`,
  `insert into paper_links values ('2501.00001', 'project', 'javascript:alert(1)', null)`,
  `update paper_authors set status = 'verified', user_id = 'u1',
     status_changed_at = '2025-06-01T00:00:00Z' where paper_id = '2501.00001' and position = 0`,
  `insert into comments (id, paper_id, parent_id, user_id, markdown, html, created_at, deleted_at)
   values ('k1', '2501.00001', null, 'u1', 'By an author.', '', '2025-05-24T00:00:00Z', null),
     ('k2', '2501.00001', 'k1', 'u2', 'a secret', '', '2025-05-25T00:00:00Z', now()),
     ('k3', '2501.00001', null, null, 'Account gone.', '', '2025-05-26T00:00:00Z', null)`,
  `insert into papers (id, title, day, tags, source) values
     ('x-0123456789', 'Bare', '2025-04-01', '{}', 'test')`,
];

/** Real search over a database, in a folder of its own. */
export async function openSampleSearch(
  database: Database,
): Promise<{ readonly search: Search; readonly close: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'wp-api-'));
  const search = openSearch({
    database,
    folder,
    configuration: {
      WP_SEARCH: 'minisearch',
      WP_EMBEDDER: undefined,
    },
  });
  return {
    search,
    close: async () => {
      await search.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
