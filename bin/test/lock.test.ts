import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { withLock } from '../lib/lock.js';
import { startScript } from './runScript.ts';
import { temporaryFolder } from './temporaryFolder.ts';

it('takes over a lock whose processes are gone, and leaves no file', async () => {
  const folder = temporaryFolder();
  const file = join(folder, 'deep/lock');
  const ended = startScript(['--version']);
  await ended.ended;
  await withLock(file, { onWait: () => {}, work: () => Promise.resolve() });
  writeFileSync(file, JSON.stringify({ id: 'left behind', pids: [ended.pid] }));
  const result = await withLock(file, {
    onWait: (pid) => expect.fail(`waits for ${pid}`),
    work: () => Promise.resolve(existsSync(file)),
  });
  expect(result).toBe(true);
  expect(readdirSync(join(folder, 'deep'))).toEqual([]);
});

it('waits for a worker that outlives the process that took the lock', async () => {
  const file = join(temporaryFolder(), 'lock');
  const worker = startScript(['--eval', 'setTimeout(() => {}, 400)']);
  writeFileSync(file, JSON.stringify({ id: 'left behind', pids: [999_999_999, worker.pid] }));
  const waitedFor: number[] = [];
  await withLock(file, { onWait: (pid) => waitedFor.push(pid), work: () => Promise.resolve() });
  expect(waitedFor).toEqual([worker.pid]);
});

it('is free again after work that fails', async () => {
  const file = join(temporaryFolder(), 'lock');
  const failing = withLock(file, {
    onWait: () => {},
    work: async () => {
      await sleep(1);
      throw new Error('no space');
    },
  });
  await expect(failing).rejects.toThrow('no space');
  expect(existsSync(file)).toBe(false);
});
