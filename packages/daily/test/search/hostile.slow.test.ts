/** What people type to break things, against both libraries and the database behind them. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importCatalogue } from '../../src/catalogue/importCatalogue.ts';
import type { Database } from '../../src/database/database.ts';
import { openMemoryDatabase } from '../../src/database/open.ts';
import { openSearch, type Search } from '../../src/search/openSearch.ts';
import { sampleEntry } from '../catalogueSample.ts';

const hasLance = await import('@lancedb/lancedb').then(
  () => true,
  () => false,
);

const hostile = [
  '.*',
  '(a+)+$',
  '[',
  '\\',
  '\\u0000 \0\0 \x07',
  '(?<=x)',
  "'; drop table papers; --",
  "' OR '1'='1",
  '" OR title:* --',
  '%_%',
  '+title:* ~2 ^9 && || !',
  '<script>alert(1)</script>',
  '{"$gt":""}',
  '\ud800 lone surrogate \udfff',
  '\u202Eright to left\u202C',
  'e\u0301'.repeat(100),
  'x'.repeat(10_000),
  'word '.repeat(2_000),
  '-'.repeat(10_000),
  '"'.repeat(9_999),
  'author:'.repeat(1_000),
  'author:"\'; drop table papers; --"',
  'author:%',
  'cat:%',
  "org:'",
  '-'.repeat(50) + 'noise',
];
const keys = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'valueOf',
  '__proto__ constructor __defineGetter__',
];

const libraries = [
  { name: 'MiniSearch', setting: 'minisearch', isHere: true },
  {
    name: hasLance ? 'LanceDB' : 'LanceDB (needs @lancedb/lancedb)',
    setting: 'lancedb',
    isHere: hasLance,
  },
] as const;

for (const { name, setting, isHere } of libraries) {
  describe.skipIf(!isHere)(`search with ${name}`, () => {
    let database: Database;
    let folder: string;
    let search: Search;
    beforeAll(async () => {
      if (!isHere) return;
      database = await openMemoryDatabase();
      folder = await mkdtemp(join(tmpdir(), 'wp-hostile-'));
      await importCatalogue(database, [
        sampleEntry({ slug: 'one', arxivId: '2401.00001', title: 'A paper on noise' }),
        sampleEntry({
          slug: 'two',
          arxivId: '2401.00002',
          title: 'The constructor of __proto__, toString and valueOf',
        }),
      ]);
      search = openSearch({
        database,
        folder,
        configuration: { WP_SEARCH: setting, WP_EMBEDDER: undefined },
      });
    });
    afterAll(async () => {
      if (!isHere) return;
      await search.close();
      await database.close();
      await rm(folder, { recursive: true, force: true });
    });

    it.each(hostile)('answers %j', async (query) => {
      const start = performance.now();
      for (const isTyping of [false, true]) {
        for (const sort of ['relevance', 'newest'] as const) {
          const { results } = await search.find({ query, isTyping, sort });
          expect(results.length).toBeLessThanOrEqual(2);
        }
      }
      // A pattern that backtracks would take minutes.
      expect(performance.now() - start).toBeLessThan(10_000);
      const filters = { family: query, category: query, organizations: [query] };
      expect((await search.find({ query: '', filters })).results).toEqual([]);
      const { rows } = await database.query<{ count: number }>(
        'select count(*)::int as count from papers',
      );
      expect(rows[0]?.count).toBe(2);
    });

    it.each(keys)('takes %j for words like any other', async (query) => {
      const { results } = await search.find({ query });
      const ids = results.map(({ paper }) => paper.id);
      if (/constructor|toString|valueOf|proto__/.test(query)) expect(ids[0]).toBe('2401.00002');
      else expect(ids).toEqual([]);
      expect(Object.keys(Object.prototype)).toEqual([]);
    });

    it('still finds what it found before', async () => {
      const { results } = await search.find({ query: 'noise' });
      expect(results[0]?.paper.id).toBe('2401.00001');
      expect((await search.status()).lastError).toBeNull();
    });
  });
}
