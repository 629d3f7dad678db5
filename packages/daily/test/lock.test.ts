import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { lockFolder } from '../src/database/lock.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wp-lock-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A process that takes the lock, says so and stays. */
async function holder(place: string) {
  const file = fileURLToPath(new URL('../src/database/lock.ts', import.meta.url));
  const program = `import { lockFolder } from ${JSON.stringify(file)};
    await lockFolder(${JSON.stringify(place)});
    console.log('held'); setInterval(() => {}, 1000);`;
  const args = ['--import', 'tsx', '--conditions=source', '--input-type=module', '-e', program];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
}

it('lets one in and names it to the other', async () => {
  const lock = await lockFolder(folder);
  await expect(lockFolder(folder)).rejects.toThrow(
    `data folder: ${folder} is in use by process ${process.pid}; stop that one, or set WP_DATA to another folder`,
  );
  await lock.release();
  await (await lockFolder(folder)).release();
  expect(await readdir(folder)).toEqual([]);
});

it('lets one of many in that come at once', async () => {
  const tries = await Promise.allSettled(Array.from({ length: 8 }, () => lockFolder(folder)));
  const locks = tries.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  expect(locks).toHaveLength(1);
  await locks[0]?.release();
});

it('refuses while another process lives, and takes over from one that was killed', async () => {
  const child = await holder(folder);
  await expect(lockFolder(folder)).rejects.toThrow(`in use by process ${child.pid};`);
  child.kill('SIGKILL');
  await once(child, 'exit');
  const tries = await Promise.allSettled([lockFolder(folder), lockFolder(folder)]);
  const locks = tries.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  expect(locks).toHaveLength(1);
  await locks[0]?.release();
});

it('works in a folder whose path is too long for a socket', async () => {
  const deep = join(folder, 'x'.repeat(120));
  await mkdir(deep);
  const lock = await lockFolder(deep);
  await expect(lockFolder(deep)).rejects.toThrow('is in use by process');
  await lock.release();
});
