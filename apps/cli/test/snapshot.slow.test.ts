import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDataStore } from '@working-papers/daily';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startWp } from './wpProcess.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wp-backup-'));
});
afterAll(() => rm(folder, { recursive: true }));

const at = (name: string) => join(folder, name);
const wp = (...parameters: string[]) => startWp(parameters).finished;

it('a backup is restored elsewhere, and over what is there only when told so', async () => {
  const store = await openDataStore({ WP_DATA: at('data'), DATABASE_URL: undefined });
  await store.database.query(`insert into settings values ('key', 'kept')`);
  const busy = await wp('backup', at('b.jsonl.gz'), '--data', at('data'));
  expect(busy).toMatchObject({
    code: 2,
    stderr: `wp backup: data folder: ${at('data')} is in use by process ${process.pid}; stop that one, or set WP_DATA to another folder\n`,
  });
  await store.close();

  const backup = await wp('backup', at('b.jsonl.gz'), '--data', at('data'), '--json');
  expect(JSON.parse(backup.stdout)).toMatchObject({ file: at('b.jsonl.gz'), rows: 1 });
  const refused = await wp('restore', at('b.jsonl.gz'), '--data', at('data'));
  expect(refused).toMatchObject({
    code: 2,
    stderr: `wp restore: snapshot: there is a database in ${at('data')}; --replace moves it aside, or set WP_DATA to another folder\n`,
  });
  const restored = await wp('restore', at('b.jsonl.gz'), '--data', at('data'), '--replace');
  expect(restored.code).toBe(0);
  expect(restored.stdout).toMatch(
    /^1 rows of \d+ tables are back, compared with the snapshot\nwhat was there before is in .*\/database\.before-.*\n$/,
  );
  const again = await openDataStore({ WP_DATA: at('data'), DATABASE_URL: undefined });
  const { rows } = await again.database.query('select * from settings');
  await again.close();
  expect(rows).toEqual([{ key: 'key', value: 'kept' }]);
});

it('what is not there is refused in one line', async () => {
  expect(await wp('backup', at('x.gz'), '--data', at('none'))).toMatchObject({
    code: 2,
    stderr: `wp backup: there is no database in ${at('none')}\n`,
  });
  expect(await wp('restore', at('none.gz'), '--data', at('new'))).toMatchObject({
    code: 2,
    stderr: `wp restore: there is no file ${at('none.gz')}\n`,
  });
  expect(await wp('db', 'import', at('none.gz'))).toMatchObject({
    code: 2,
    stderr:
      'wp db import: DATABASE_URL is not set; set it to an empty database, or use wp restore\n',
  });
});
