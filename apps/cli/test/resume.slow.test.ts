import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scheduler } from 'node:timers/promises';
import { readResult } from '@working-papers/paper-kit/node';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startToyWp } from './wpProcess.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wp-resume-'));
  vi.stubEnv('WORKING_PAPERS_CACHE', join(folder, 'cache'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

/** Four cells that each walk ten steps at random, with a checkpoint after every step. */
const walk = (name: string, ...flags: string[]) =>
  startToyWp(folder, [
    'run',
    'toy-paper',
    '--preset',
    'full',
    '--out',
    join(folder, name),
    ...flags,
  ]);
const resultOf = (name: string) => readResult(join(folder, name, 'full.json'));

/** The rows of a run that nobody disturbed, with nothing of it left in the cache. */
async function unbroken() {
  expect((await walk('unbroken').finished).code).toBe(0);
  await rm(join(folder, 'cache'), { recursive: true });
  return (await resultOf('unbroken')).rows;
}

describe('a run that is killed', () => {
  it('gives the rows of an unbroken one when it is run again, however often it is killed', async () => {
    const rows = await unbroken();
    expect(rows.map((row) => row['i'])).toEqual([0, 10, 20, 30]);
    let notices = '';
    let kills = 0;
    // A cell takes 200 ms, so most kills come in the middle of one.
    for (let delayMs = 120; kills < 4; delayMs += 37) {
      const command = walk('resumed');
      await Promise.race([command.says('walking'), command.finished]);
      await scheduler.wait(delayMs);
      command.kill();
      const { code, stderr } = await command.finished;
      notices += stderr;
      if (code === 0) break;
      kills++;
    }
    expect(kills).toBeGreaterThanOrEqual(2);
    const { code, stderr } = await walk('resumed').finished;
    expect(code).toBe(0);
    const result = await resultOf('resumed');
    expect(result).toMatchObject({ isComplete: true, rows });
    expect(result.cells?.some(({ isTakenOver }) => isTakenOver)).toBe(true);
    expect(notices + stderr).toMatch(/training walk goes on after step \d+/);
    expect(notices + stderr).toMatch(/taking over \d of 4 cells, measured in .*; --fresh measures/);
    // Nothing of the trainings is left, and each cell once.
    expect(await readdir(join(folder, 'cache', 'checkpoints'))).toEqual([]);
    expect(await readdir(join(folder, 'cache', 'cells'))).toHaveLength(4);
  });

  it('begins anew with --fresh', async () => {
    const rows = await unbroken();
    const command = walk('killed');
    await command.says('walking');
    await scheduler.wait(300);
    command.kill();
    await command.finished;
    const { code, stderr } = await walk('killed', '--fresh').finished;
    expect(code).toBe(0);
    expect(stderr).not.toMatch(/taking over|goes on after/);
    expect((await resultOf('killed')).rows).toEqual(rows);
  });
});

it('a run that is stopped goes on where it was', async () => {
  const rows = await unbroken();
  const command = walk('stopped');
  await command.says('walking');
  await scheduler.wait(300);
  command.interrupt();
  expect((await command.finished).code).toBe(130);
  const partial = await resultOf('stopped');
  expect(partial.isComplete).toBe(false);
  expect(partial.rows).toEqual(rows.slice(0, partial.rows.length));
  const { stderr } = await walk('stopped').finished;
  expect(stderr).toMatch(/training walk goes on after step \d/);
  expect(await resultOf('stopped')).toMatchObject({ isComplete: true, rows });
});
