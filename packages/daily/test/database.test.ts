import { mkdtemp, rm, writeFile, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../src/database/database.ts';
import { migrate } from '../src/database/migrate.ts';
import { openEmbeddedDatabase, openMemoryDatabase } from '../src/database/open.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wp-database-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('a database in memory', () => {
  let database: Database;
  beforeAll(async () => {
    database = await openMemoryDatabase();
    await database.query('create table notes (id int primary key, text text, day date)');
  });
  afterAll(() => database.close());
  beforeEach(() => database.query('delete from notes'));

  it('gives days as text, moments as dates, JSON parsed', async () => {
    const { rows } = await database.query(
      `select date '2024-02-29' as day, timestamptz '2024-02-29T01:02:03Z' as moment,
              '{"a":[1]}'::jsonb as json, 7::bigint as count, $1::text[] as list`,
      [['x', 'y']],
    );
    expect(rows).toEqual([
      {
        day: '2024-02-29',
        moment: new Date('2024-02-29T01:02:03Z'),
        json: { a: [1] },
        count: 7,
        list: ['x', 'y'],
      },
    ]);
  });

  it('rolls a transaction back whose body throws', async () => {
    const failing = database.transaction(async (connection) => {
      await connection.query(`insert into notes values (1, 'lost', null)`);
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect((await database.query('select * from notes')).rows).toEqual([]);
  });

  it('keeps the statements of others out of a transaction', async () => {
    const order: string[] = [];
    const slow = database.transaction(async (connection) => {
      await connection.query(`insert into notes values (1, 'a', null)`);
      await new Promise((resolve) => setTimeout(resolve, 20));
      order.push('transaction');
    });
    const other = database.query('select * from notes').then(({ rows }) => {
      order.push(`other saw ${rows.length}`);
    });
    await Promise.all([slow, other]);
    expect(order).toEqual(['transaction', 'other saw 1']);
  });

  it('refuses, instead of waiting for ever, to be asked from within its own transaction', async () => {
    const nested = database.transaction(() => database.query('select 1'));
    await expect(nested).rejects.toThrow(/inside a transaction use its own connection/);
    expect((await database.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  });

  it('refuses a connection whose transaction has ended', async () => {
    const kept = await database.transaction(async (connection) => connection);
    await expect(kept.query('select 1')).rejects.toThrow('this transaction has ended');
  });

  it('says nothing of texts and values in its errors', async () => {
    await database.query(`insert into notes values (1, 'a', null)`);
    const secret = 'secret@example.org';
    const errors = await Promise.all(
      [
        database.query('insert into notes values (1, $1, null)', [secret]),
        database.query('insert into notes values (2, null, $1)', [secret]),
        database.query('select nothing from notes where text = $1', [secret]),
      ].map((query) => query.catch((error: unknown) => error)),
    );
    const shown = errors.map((error) => `${String(error)} ${JSON.stringify(error)}`);
    expect(shown.filter((text) => text.includes('secret'))).toEqual([]);
    expect(errors).toMatchObject([
      { code: '23505', message: 'database: a value was refused by notes_pkey (SQLSTATE 23505)' },
      { name: 'DatabaseError' },
      { code: '42703', message: 'database: column "nothing" does not exist (SQLSTATE 42703)' },
    ]);
  });

  it('refuses to run on tables that a later version made', async () => {
    await database.query(
      `insert into kysely_migration values ('9999-later', '2099-01-01T00:00:00.000Z')`,
    );
    await expect(migrate(database)).rejects.toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: database: it has the migration 9999-later, which this version does not know; start the version that wrote it, or set WP_DATA to another folder]`,
    );
    await database.query(`delete from kysely_migration where name = '9999-later'`);
    await expect(migrate(database)).resolves.toBeUndefined();
  });
});

describe('a database in a folder', () => {
  it('keeps what was committed, and syncs every commit to the disk', async () => {
    const first = await openEmbeddedDatabase(join(folder, 'database'));
    await first.query(`insert into settings values ('key', 'kept')`);
    const settings = await first.query('select setting from pg_settings where name = any($1)', [
      ['fsync', 'synchronous_commit'],
    ]);
    expect(settings.rows).toEqual([{ setting: 'on' }, { setting: 'on' }]);
    await first.close();
    const second = await openEmbeddedDatabase(join(folder, 'database'));
    const { rows } = await second.query('select value from settings');
    await second.close();
    expect(rows).toEqual([{ value: 'kept' }]);
  });

  it('refuses files of another PostgreSQL', async () => {
    await mkdir(join(folder, 'database'));
    await writeFile(join(folder, 'database', 'PG_VERSION'), '17\n');
    await expect(openEmbeddedDatabase(join(folder, 'database'))).rejects.toThrow(
      /was written by PostgreSQL 17, this version reads 18; start the version that wrote it/,
    );
  });
});
