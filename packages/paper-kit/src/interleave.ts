import type { Progress, Row } from './experiment.ts';

/** A measured row, or how far its cell is. */
export type Interleaved =
  | { readonly kind: 'row'; readonly row: Row }
  | { readonly kind: 'progress'; readonly progress: Progress };

/** How to start a source of rows, and how often its progress is wanted. */
export interface InterleaveOptions {
  readonly start: (
    onProgress: (progress: Progress) => void,
    signal: AbortSignal,
  ) => AsyncGenerator<Row, void, void>;
  readonly signal: AbortSignal;
  readonly progressIntervalMs: number;
}

/**
 * Merges what a source yields with what it reports into one stream. The source is asked for its next
 * row only when the reader wants one; of reports only the latest is kept, so a slow reader delays
 * rows and misses reports, and neither piles up. If the reader leaves, the source's signal aborts.
 */
export async function* interleave(options: InterleaveOptions): AsyncGenerator<Interleaved> {
  const leave = new AbortController();
  const signal = AbortSignal.any([options.signal, leave.signal]);
  const slot: { latest: Progress | undefined; wake: () => void; takenAtMs: number } = {
    latest: undefined,
    wake: () => undefined,
    takenAtMs: -Infinity,
  };
  const source = options.start((progress) => {
    slot.latest = progress;
    slot.wake();
  }, signal);
  try {
    while (!signal.aborted) {
      // Work between two rows may never leave the microtask queue: let signals and messages in.
      await new Promise<void>((resolve) => {
        setTimeout(resolve, 0);
      });
      const next = settle(source.next(), () => slot.wake());
      while (!next.isSettled) {
        const now = performance.now();
        if (slot.latest && now - slot.takenAtMs >= options.progressIntervalMs) {
          const progress = slot.latest;
          slot.latest = undefined;
          slot.takenAtMs = now;
          yield { kind: 'progress', progress };
        } else {
          await new Promise<void>((resolve) => {
            slot.wake = resolve;
          });
        }
      }
      const { done, value } = await next.promise;
      if (done === true) return;
      yield { kind: 'row', row: value };
    }
  } finally {
    leave.abort();
    await source.return();
  }
}

/** A promise whose state can be read; its rejection is reported where it is awaited, or nowhere. */
function settle<T>(promise: Promise<T>, onSettled: () => void) {
  const state = { promise, isSettled: false };
  const settled = () => {
    state.isSettled = true;
    onSettled();
  };
  promise.then(settled, settled);
  return state;
}
