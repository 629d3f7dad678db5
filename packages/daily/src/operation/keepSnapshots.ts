import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { dayOf } from '../days.ts';
import type { Database } from '../database/database.ts';
import { writeSnapshot } from './writeSnapshot.ts';

const kept = 7;
const ofADay = /^\d{4}-\d{2}-\d{2}\.jsonl\.gz$/;

/**
 * Writes the day's snapshot into `snapshots` of the data folder, in place of an earlier one of that day,
 * and removes all but the seven newest.
 *
 * @returns Path of the file.
 */
export async function keepSnapshot(
  database: Database,
  dataFolder: string,
  now: Date = new Date(),
): Promise<string> {
  const folder = join(dataFolder, 'snapshots');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, `${dayOf(now)}.jsonl.gz`);
  await writeSnapshot(database, file, now);
  const old = (await readdir(folder))
    .filter((name) => ofADay.test(name))
    .sort()
    .slice(0, -kept);
  for (const name of old) await rm(join(folder, name));
  return file;
}
