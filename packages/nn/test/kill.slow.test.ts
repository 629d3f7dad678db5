import { execFile, execFileSync, spawn } from 'node:child_process';
import { watch } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { foldIn, keyOf, uniforms } from '@working-papers/grad';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const script = fileURLToPath(new URL('trainScript.ts', import.meta.url));
const command = [process.execPath, '--import', 'tsx', '--conditions=source', script] as const;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wp-kill-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** What the training process was asked to do; see its script. */
interface Training {
  readonly steps: number;
  readonly every: number;
  /** Numbers in the state beside those of the model. */
  readonly ballast: number;
}

/** When it is killed: after so many steps of its own, or after those with the next checkpoint begun. */
interface Death {
  readonly steps: number;
  readonly isInWriting: boolean;
  readonly delayMs: number;
}

/** What it told before it ended: the step at which it began, the last one, and the last line. */
interface Life {
  readonly begin: number;
  readonly end: number;
  readonly last: string;
}

describe('training that is killed with SIGKILL', () => {
  test('at eight moments of its steps, ends with the bits of an unbroken run', async () => {
    const training = { steps: 600, every: 7, ballast: 1 };
    const whole = await live(training, 'whole');
    expect(whole).toMatchObject({ begin: 0, end: 600 });
    expect(whole.last).toMatch(/^done [0-9a-f]{64}$/);

    let before = 0;
    for (const [a = 0, b = 0] of drawn(8)) {
      const death = { steps: Math.floor(60 * a), isInWriting: false, delayMs: 10 * b };
      const { begin, end, last } = await live(training, 'broken', death);
      expect(last).toMatch(/^at \d+$/);
      // It began with the latest checkpoint of the life before: one may not have been told of any more.
      expect(begin % 7).toBe(0);
      expect(begin).toBeGreaterThanOrEqual(before - (before % 7));
      before = end;
    }
    expect(before).toBeGreaterThan(100);
    expect(before).toBeLessThan(600);
    expect((await live(training, 'broken')).last).toBe(whole.last);
  });

  test('while it writes checkpoints, ends with the bits of an unbroken run', async () => {
    const training = { steps: 40, every: 1, ballast: 4e6 };
    const whole = await live(training, 'whole');
    let [unfinished, told] = [0, 0];
    for (const [a = 0, b = 0] of drawn(8)) {
      const death = { steps: Math.floor(4 * a), isInWriting: true, delayMs: 25 * b };
      const { begin, end } = await live(training, 'broken', death);
      const names = await readdir(join(folder, 'broken'));
      unfinished += names.filter((name) => name.startsWith('.writing-')).length;
      expect(begin).toBeGreaterThanOrEqual(told);
      told = end;
    }
    expect(unfinished).toBeGreaterThan(0);
    expect(told).toBeLessThan(40);
    expect((await live(training, 'broken')).last).toBe(whole.last);
    expect((await readdir(join(folder, 'broken'))).filter((name) => name.startsWith('.'))).toEqual(
      [],
    );
  });
});

describe('training onto a disk', () => {
  // A file system of its own, seen by these processes only.
  const own = ['unshare', '--user', '--map-root-user', '--mount', 'sh', '-c'] as const;
  const canMount = (() => {
    try {
      execFileSync(own[0], [...own.slice(1), `mount -t tmpfs tmpfs ${tmpdir()}`], {
        stdio: 'ignore',
      });
      return true;
    } catch {
      return false;
    }
  })();
  const inOwn = async (shell: string) => {
    const { stdout } = await promisify(execFile)(own[0], [...own.slice(1), shell]);
    return stdout
      .replaceAll(folder, '<folder>')
      .replaceAll(/generation-0+/g, 'generation-')
      .replaceAll(/writing-[0-9a-f-]+/g, 'writing-<id>')
      .trim()
      .split('\n');
  };
  const start = (...args: readonly number[]) => [...command, folder, ...args].join(' ');

  test.skipIf(!canMount)(
    'that is full, it stops with an error, and what was kept before is sound (needs unshare)',
    async () => {
      // Two generations of 1 MB fit, and a third does not.
      const lines = await inOwn(
        `mount -t tmpfs -o size=2500k tmpfs ${folder}; ${start(20, 5, 250_000)}`,
      );
      expect(lines.slice(-2)).toMatchInlineSnapshot(`
        [
          "CheckpointError: <folder>: the checkpoint of step 15 cannot be written: ENOSPC: no space left on device, write; make the folder writable, with 2 MB free, and go on from the checkpoint before",
          "kept 10 among generation-1, generation-2",
        ]
      `);
    },
  );

  test.skipIf(!canMount)(
    'that is read-only, it stops with an error, and what was kept before is sound (needs unshare)',
    async () => {
      const lines = await inOwn(
        `mount -t tmpfs tmpfs ${folder}; ${start(10, 5, 1)}; mount -o remount,ro ${folder}; ${start(20, 5, 1)}`,
      );
      expect(lines.slice(-2)).toMatchInlineSnapshot(`
        [
          "CheckpointError: <folder>: the checkpoint of step 15 cannot be written: EROFS: read-only file system, mkdir '<folder>/.writing-<id>'; make the folder writable, with 1 MB free, and go on from the checkpoint before",
          "kept 10 among generation-1, generation-2",
        ]
      `);
    },
  );
});

/** Pairs of numbers from 0 to 1. */
function drawn(count: number): readonly Float32Array[] {
  return Array.from({ length: count }, (_, i) => uniforms(foldIn(keyOf(7), i), 2));
}

async function live(training: Training, name: string, death?: Death): Promise<Life> {
  const path = join(folder, name);
  await mkdir(path, { recursive: true });
  const { steps, every, ballast } = training;
  const [file, ...rest] = [...command, path, ...[steps, every, ballast].map(String)];
  const child = spawn(file, rest, { stdio: ['ignore', 'pipe', 'inherit'] });
  const told: number[] = [];
  let last = '';
  const kill = () => setTimeout(() => child.kill('SIGKILL'), death?.delayMs);
  const isDue = () => death !== undefined && told.length > death.steps;
  const watcher = watch(path, (_, entry) => {
    if (isDue() && death?.isInWriting && entry?.startsWith('.writing-')) kill();
  });
  for await (const line of createInterface(child.stdout)) {
    last = line;
    const [, step] = /^at (\d+)$/.exec(line) ?? [];
    if (step !== undefined) told.push(Number(step));
    if (isDue() && !death?.isInWriting) kill();
  }
  watcher.close();
  return { begin: told[0] ?? -1, end: told.at(-1) ?? -1, last };
}
