import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findPostgres, startPostgres } from '../../../../bin/lib/postgres.js';
import { importCatalogue } from '../../src/catalogue/importCatalogue.ts';
import { openDataStore } from '../../src/dataStore.ts';
import type { Database } from '../../src/database/database.ts';
import { openServerDatabase } from '../../src/database/open.ts';
import { keepSnapshot } from '../../src/operation/keepSnapshots.ts';
import { restoreSnapshot } from '../../src/operation/restoreSnapshot.ts';
import { writeSnapshot } from '../../src/operation/writeSnapshot.ts';
import { sampleEntry, sampleResult, sampleVerdict } from '../catalogueSample.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wp-snapshot-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const at = (name: string) => ({ WP_DATA: join(folder, name), DATABASE_URL: undefined });

/** Papers, people, replies older than what they answer to, and values that JSON and SQL like to change. */
async function fill(database: Database): Promise<void> {
  const verdicts = { c1: sampleVerdict('holds', { value: 0.1 + 0.2 }) };
  const result = sampleResult('one', { preset: 'quick', verdicts });
  await importCatalogue(database, [
    sampleEntry({
      slug: 'one',
      arxivId: '2401.00001',
      title: 'Line\u2028feeds, "quotes" \\ and ü',
    }),
    sampleEntry({ slug: 'two', arxivId: '2401.00002' }, { results: [{ ...result, paper: 'two' }] }),
  ]);
  await database.query(
    `insert into users (id, name, email, handle, created_at)
     values ('u', 'Ada', 'ada@example.org', 'ada', '2024-02-29T23:59:59.123456Z')`,
  );
  await database.query(
    `insert into comments (id, paper_id, parent_id, user_id, markdown, html) values
     ('a', '2401.00001', null, 'u', 'first', ''), ('z', '2401.00001', 'a', 'u', 'second', ''),
     ('0', '2401.00001', 'z', 'u', E'third\\nline', '')`,
  );
  await database.query(
    `insert into audit_log (actor, action, subject_kind, subject_id, before)
     values ('u', 'x', 'y', 'z', '{"a": 1.10, "b": [null, "é"]}')`,
  );
  await database.query(`update papers set hot_key = 'infinity', upvotes = 3 where slug = 'one'`);
}

/** Everything, as text: the snapshot without the time at which it was made. */
async function contents(database: Database): Promise<string> {
  const file = join(folder, `contents-${performance.now()}.jsonl`);
  await writeSnapshot(database, file, new Date(0));
  return readFile(file, 'utf8');
}

describe('a snapshot', () => {
  const programs = findPostgres();
  let file: string;
  let original: string;

  beforeAll(async () => {
    file = join(folder, 'snapshot.jsonl.gz');
    const store = await openDataStore(at('original'));
    await fill(store.database);
    original = await contents(store.database);
    await writeSnapshot(store.database, file);
    await store.close();
  });

  it('is readable by its owner only, and complete', async () => {
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).not.toContain('snapshot.jsonl.gz.unfinished');
    const text = gunzipSync(await readFile(file)).toString();
    expect(text.split('\n').slice(1)).not.toEqual(original.split('\n').slice(2));
    expect(text).toContain('2024-02-29T23:59:59.123456+00:00');
  });

  it('is restored into a folder with ids, times, hashes and numbers of changes', async () => {
    const { tables, rows } = await restoreSnapshot(file, at('copy'));
    expect(tables).toBeGreaterThan(30);
    expect(rows).toBeGreaterThan(20);
    const store = await openDataStore(at('copy'));
    try {
      expect(await contents(store.database)).toBe(original);
      // Numbers go on where they were.
      await store.database.query(
        `insert into audit_log (action, subject_kind, subject_id) values ('x', 'y', 'z')`,
      );
      await store.database.query(`update papers set title = 'New' where slug = 'one'`);
      const { rows: kept } = await store.database.query<{ newest: number; isNewest: boolean }>(
        `select (select max(id) from audit_log) as newest,
                (select slug = 'one' from papers order by change_seq desc limit 1) as "isNewest"`,
      );
      expect(kept).toEqual([{ newest: 2, isNewest: true }]);
    } finally {
      await store.close();
    }
  });

  it('moves a database aside only when it is told to', async () => {
    await expect(restoreSnapshot(file, at('original'))).rejects.toThrow(
      `snapshot: there is a database in ${at('original').WP_DATA}; --replace moves it aside, or set WP_DATA to another folder`,
    );
    const now = new Date('2026-01-02T03:04:05Z');
    const { setAside } = await restoreSnapshot(file, at('original'), { isReplacing: true, now });
    expect(setAside).toBe(join(folder, 'original/database.before-2026-01-02T03-04-05-000Z'));
    const store = await openDataStore(at('original'));
    expect(await contents(store.database)).toBe(original);
    await store.close();
  });

  it('is not restored over a site that runs', async () => {
    const store = await openDataStore(at('original'));
    await expect(restoreSnapshot(file, at('original'), { isReplacing: true })).rejects.toThrow(
      /is in use by process \d+; stop that one/,
    );
    await store.close();
  });

  it.each([
    ['cut off', (text: string) => text.slice(0, -200), /line \d+ of .* it was altered or cut off/],
    [
      'altered',
      (text: string) => text.replace('"first"', '"worst"'),
      /has another checksum than the rows of comments/,
    ],
    ['longer', (text: string) => `${text}{}\n`, /comes after the end/],
    ['something else', () => 'hello\n', /line 1 of .* is not what a snapshot has there/],
  ])('that is %s is refused before anything is written', async (_, change, message) => {
    const broken = join(folder, 'broken.jsonl');
    await writeFile(broken, change(original));
    await expect(restoreSnapshot(broken, at('other'))).rejects.toThrow(message);
    expect(await readdir(folder)).not.toContain('other');
  });

  it('of a later version is refused before anything is written', async () => {
    const later = join(folder, 'later.jsonl');
    const header = `{"snapshot":1,"createdAt":"2026-01-01T00:00:00Z","migrations":["9999-later"],"sequences":{}}\n`;
    const sha256 = createHash('sha256').update(header).digest('hex');
    await writeFile(later, `${header}{"end":true,"tables":0,"sha256":"${sha256}"}\n`);
    await expect(restoreSnapshot(later, at('other'))).rejects.toThrow(
      `snapshot: ${later} has the migration 9999-later, which this version does not know; use the version that wrote it, or a later one`,
    );
    expect(await readdir(folder)).not.toContain('other');
  });

  const onServer = `and PostgreSQL${programs === undefined ? ' (needs a database)' : ''}`;
  describe.skipIf(programs === undefined)(`${onServer}`, () => {
    let server: Awaited<ReturnType<typeof startPostgres>>;
    beforeAll(async () => {
      server = await startPostgres(programs ?? '');
    });
    afterAll(() => server.remove());

    it('goes there and back unchanged, and only into an empty database', async () => {
      const there = { WP_DATA: join(folder, 'server'), DATABASE_URL: server.url };
      await restoreSnapshot(file, there);
      await expect(restoreSnapshot(file, there)).rejects.toThrow(
        /has tables already \(accounts, …\); make an empty one/,
      );
      const database = await openServerDatabase(server.url);
      const back = join(folder, 'back.jsonl');
      expect(await contents(database)).toBe(original);
      await writeSnapshot(database, back);
      await database.close();
      await restoreSnapshot(back, at('back'));
      const store = await openDataStore(at('back'));
      expect(await contents(store.database)).toBe(original);
      await store.close();
    });
  });

  it('is kept for each of the last seven days', async () => {
    const store = await openDataStore(at('original'));
    for (let day = 1; day <= 9; day++) {
      const now = new Date(Date.UTC(2026, 1, 21 + day, 3));
      await keepSnapshot(store.database, folder, now);
      await keepSnapshot(store.database, folder, new Date(now.getTime() + 3_600_000));
    }
    await store.close();
    const names = await readdir(join(folder, 'snapshots'));
    expect(names.sort()).toEqual(
      ['02-24', '02-25', '02-26', '02-27', '02-28', '03-01', '03-02'].map(
        (day) => `2026-${day}.jsonl.gz`,
      ),
    );
  });
});
