import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scheduler } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { whileLeased } from '../src/lease.ts';
import { folderObjects } from '../src/node.ts';
import type { ObjectStore } from '../src/objectStore.ts';

let folder: string;
let objects: ObjectStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'paper-kit-'));
  objects = folderObjects(folder);
});
afterEach(() => rm(folder, { recursive: true }));

const { signal } = new AbortController();
const lease = <T>(work: () => Promise<T>, options = {}) =>
  whileLeased({ objects, key: 'lock', signal, lookMs: 5, ...options }, work);
const leftBy = (holder: object) =>
  objects.write('lock', new TextEncoder().encode(JSON.stringify({ id: 'x', beat: 0, ...holder })));

it('lets one work at a time and leaves nothing behind', async () => {
  let working = 0;
  const results = await Promise.all(
    [1, 2, 3, 4].map((i) =>
      lease(async () => {
        expect(++working).toBe(1);
        await scheduler.wait(10);
        working--;
        return i;
      }),
    ),
  );
  expect(results).toEqual([1, 2, 3, 4]);
  expect(await readdir(folder)).toEqual([]);
});

it('tells once that it has to wait', async () => {
  let waits = 0;
  const onWait = () => waits++;
  const slow = lease(() => scheduler.wait(60), { onWait });
  await scheduler.wait(10);
  await Promise.all([slow, lease(() => Promise.resolve(), { onWait })]);
  expect(waits).toBe(1);
});

it('is given back by work that fails', async () => {
  await expect(lease(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(await lease(() => Promise.resolve('next'))).toBe('next');
});

it('does not wait for a process of this machine that is gone', async () => {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'close');
  const { hostname } = await import('node:os');
  await leftBy({ host: hostname(), pid: child.pid });
  expect(await lease(() => Promise.resolve('mine'))).toBe('mine');
});

it('waits for another machine as long as it gives signs of life, and no longer', async () => {
  const holder = { host: 'elsewhere', pid: 1 };
  await leftBy(holder);
  let wasTaken = false;
  const taken = lease(() => Promise.resolve((wasTaken = true)), { beatMs: 20 });
  for (let beat = 1; beat <= 10; beat++) {
    await scheduler.wait(40);
    expect(wasTaken).toBe(false);
    await leftBy({ ...holder, beat });
  }
  expect(await taken).toBe(true);
});

it('stops waiting when the signal aborts', async () => {
  await leftBy({ host: 'elsewhere', pid: 1 });
  const controller = new AbortController();
  const waiting = lease(() => Promise.resolve(1), { signal: controller.signal });
  controller.abort();
  await expect(waiting).rejects.toThrow('aborted');
});
