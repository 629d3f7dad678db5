import type {
  ComputeReply,
  ComputeRequest,
  ComputeSetup,
  DrawReply,
  DrawRequest,
  DrawnFigure,
} from './messages.ts';
import { runtimeFiles } from './runtimeFiles.ts';

/** The worker that computes. */
export interface Computer {
  readonly ask: (request: ComputeRequest) => void;
  /** Frees its memory. Only when nothing runs in it. */
  readonly end: () => void;
}

/**
 * Starts a worker that computes.
 *
 * @param threads - For the whole life of the worker.
 * @param onReply - Gets what it tells, and a failure if it does not start.
 */
export function startComputer(threads: number, onReply: (reply: ComputeReply) => void): Computer {
  const worker = new Worker(new URL('./compute.worker.ts', import.meta.url), { type: 'module' });
  worker.onmessage = ({ data }: MessageEvent<ComputeReply>) => onReply(data);
  worker.onerror = (event) => {
    event.preventDefault();
    onReply({
      kind: 'failed',
      message: `The worker could not start (${event.message || 'its script did not load'}); reload the page and run it again.`,
    });
  };
  const absolute = (path: string): string => new URL(path, location.href).href;
  const runtime = { mjs: absolute(runtimeFiles.mjs), wasm: absolute(runtimeFiles.wasm) };
  worker.postMessage({ kind: 'setup', threads, runtime } satisfies ComputeSetup);
  return {
    ask: (request) => worker.postMessage(request),
    end: () => worker.terminate(),
  };
}

/** The worker that draws: at most one drawing at a time, of the latest that was asked. */
export interface Drawer {
  /** Asks for a drawing; what is asked while one is being made replaces what waits. */
  readonly draw: (request: () => DrawRequest) => void;
  /** Resolves when nothing is being drawn and nothing waits. */
  readonly settled: () => Promise<void>;
  readonly end: () => void;
}

/**
 * Starts a worker that draws.
 *
 * @param minIntervalMs - Least time between the beginnings of two drawings.
 */
export function startDrawer(
  minIntervalMs: number,
  on: {
    readonly figures: (figures: readonly DrawnFigure[]) => void;
    readonly failure: (message: string) => void;
  },
): Drawer {
  const worker = new Worker(new URL('./draw.worker.ts', import.meta.url), { type: 'module' });
  let waiting: (() => DrawRequest) | undefined;
  let isDrawing = false;
  let lastMs = -Infinity;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let onSettled: (() => void)[] = [];

  const next = (): void => {
    if (isDrawing || timer !== undefined) return;
    if (waiting === undefined) {
      for (const tell of onSettled) tell();
      onSettled = [];
      return;
    }
    const pauseMs = lastMs + minIntervalMs - performance.now();
    if (pauseMs > 0 && onSettled.length === 0) {
      timer = setTimeout(() => {
        timer = undefined;
        next();
      }, pauseMs);
      return;
    }
    const request = waiting();
    waiting = undefined;
    isDrawing = true;
    lastMs = performance.now();
    worker.postMessage(request);
  };

  const receive = (reply: DrawReply): void => {
    isDrawing = false;
    if (reply.kind === 'drawn') on.figures(reply.figures);
    else on.failure(reply.message);
    next();
  };
  worker.onmessage = ({ data }: MessageEvent<DrawReply>) => receive(data);
  worker.onerror = (event) => {
    event.preventDefault();
    receive({ kind: 'failed', message: 'The figures could not be drawn; reload the page.' });
  };

  return {
    draw: (request) => {
      waiting = request;
      next();
    },
    settled: () =>
      new Promise((resolve) => {
        onSettled.push(resolve);
        clearTimeout(timer);
        timer = undefined;
        next();
      }),
    end: () => {
      clearTimeout(timer);
      worker.terminate();
    },
  };
}
