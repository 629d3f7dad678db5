import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ObjectStore } from './objectStore.ts';

/** Which lease, and how long to wait for it. */
export interface LeaseOptions {
  readonly objects: ObjectStore;
  /** Of the lease; it exists while somebody holds it. */
  readonly key: string;
  readonly signal: AbortSignal;
  /** Time between two signs of life; who gives none for six of them is taken for dead. Default 10,000. */
  readonly beatMs?: number;
  /** Time between two looks at a lease that another holds. Default 200. */
  readonly lookMs?: number;
  /** Called once if another holds it. */
  readonly onWait?: () => void;
}

/**
 * Takes a lease that one process at a time holds, on whichever machine, and waits for whoever has it. A
 * holder that died is not waited for: on this machine its process is gone, on another its signs of life
 * stop. Should two take over from a dead one in the same instant, both hold it: whatever is done under
 * a lease must bear that, as writing the same object twice does.
 *
 * @returns Gives it back.
 * @throws The signal's reason, if it aborts while waiting.
 */
export async function takeLease(options: LeaseOptions): Promise<() => Promise<void>> {
  const { objects, key, signal, beatMs = 10_000, lookMs = 200, onWait } = options;
  const id = randomUUID();
  const content = (beat: number) => encode({ id, host: hostname(), pid: process.pid, beat });
  const seen = { text: '', sinceMs: performance.now() };
  for (let looks = 0; !(await objects.create(key, content(0))); looks++) {
    const holder = await objects.read(key);
    if (holder === undefined) continue;
    if (looks === 0) onWait?.();
    const text = new TextDecoder().decode(holder);
    if (text !== seen.text) Object.assign(seen, { text, sinceMs: performance.now() });
    const isSilent = performance.now() - seen.sinceMs > 6 * beatMs;
    if (isSilent || isGone(text)) await objects.remove(key);
    else await sleep(lookMs, undefined, { signal });
  }
  let beat = 0;
  const timer = setInterval(() => {
    // A store that fails here fails again when the work is kept, and says so there.
    void objects.write(key, content(++beat)).catch(() => undefined);
  }, beatMs);
  return async () => {
    clearInterval(timer);
    await objects.remove(key);
  };
}

/** Does some work under a lease; see {@link takeLease}. */
export async function whileLeased<T>(options: LeaseOptions, work: () => Promise<T>): Promise<T> {
  const giveBack = await takeLease(options);
  try {
    return await work();
  } finally {
    await giveBack();
  }
}

interface Holder {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  readonly beat: number;
}

function encode(holder: Holder): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(holder));
}

/** Whether the holder was a process of this machine that is no more. */
function isGone(text: string): boolean {
  const holder: unknown = JSON.parse(text);
  if (typeof holder !== 'object' || holder === null) return true;
  if (!('host' in holder && 'pid' in holder) || holder.host !== hostname()) return false;
  try {
    process.kill(Number(holder.pid), 0);
    return false;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'EPERM');
  }
}
