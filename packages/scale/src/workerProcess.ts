import { fork, type ChildProcess } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ServiceError } from './errors.ts';
import type { CellTask } from './task.ts';
import type { WorkbenchModule, WorkbenchWatch } from './workbench.ts';
import { reportSchema, unpackError, type Order, type Report } from './workerMessages.ts';

/** A process that measures cells, one at a time. */
export interface WorkerProcess {
  readonly isAlive: () => boolean;
  /**
   * @throws {WorkerEnded} If the process ends meanwhile; it cannot be used any more.
   * @throws What the cell threw; the process can be used again.
   */
  readonly measure: (task: CellTask, watch: WorkbenchWatch) => Promise<void>;
  /** Ends the process once it has closed its workbench, or after some seconds. */
  readonly close: () => Promise<void>;
}

/** What a worker process gets. */
export interface WorkerOptions {
  readonly workbench: WorkbenchModule;
  /** Threads of one operation. */
  readonly threads: number;
  /** Flags of Node; default those of this process, which load TypeScript where this one does. */
  readonly nodeFlags?: readonly string[];
}

/** The process ended while it measured: killed, out of memory, or broken. */
export class WorkerEnded extends Error {
  override name = 'WorkerEnded';
}

const program = fileURLToPath(new URL(`workerMain${extname(import.meta.url)}`, import.meta.url));

const closingMs = 5000;

/**
 * Starts a worker process and opens its workbench. It writes to standard error what this process
 * would write there, and ends when this process ends, however that happens.
 *
 * @throws What the workbench threw when it was opened.
 * @throws {ServiceError} If the process ends before that.
 */
export async function startWorker(options: WorkerOptions): Promise<WorkerProcess> {
  const { workbench, threads, nodeFlags = process.execArgv } = options;
  // Standard output is for data; whatever a library of the worker prints goes to standard error.
  const child = fork(program, { execArgv: [...nodeFlags], stdio: ['ignore', 2, 2, 'ipc'] });
  try {
    await converse(child, { kind: 'open', ...workbench, threads }, () => undefined);
  } catch (error) {
    child.kill('SIGKILL');
    if (!(error instanceof WorkerEnded)) throw error;
    throw new ServiceError(
      `worker process: ended by ${error.message} before it was ready; its own message is above`,
      { cause: error },
    );
  }
  return {
    isAlive: () => isAlive(child),
    measure: async (task, { signal, onProgress }) => {
      signal.throwIfAborted();
      const abort = () => tell(child, { kind: 'abort' });
      signal.addEventListener('abort', abort, { once: true });
      try {
        const last = await converse(child, { kind: 'measure', task }, onProgress);
        if (last.kind === 'aborted') signal.throwIfAborted();
      } finally {
        signal.removeEventListener('abort', abort);
      }
    },
    close: () => closeWorker(child),
  };
}

/** Gives an order and waits for the report that ends it. */
function converse(
  child: ChildProcess,
  order: Order,
  onProgress: WorkbenchWatch['onProgress'],
): Promise<Report> {
  return new Promise((resolve, reject) => {
    const onMessage = (message: unknown) => {
      const report = reportSchema.parse(message);
      if (report.kind === 'progress') {
        onProgress(report.progress);
        return;
      }
      release();
      if (report.kind === 'failed') reject(unpackError(report.error));
      else resolve(report);
    };
    const onExit = (code: number | null, signal: NodeJS.Signals | null) => {
      release();
      reject(new WorkerEnded(signal ?? `exit code ${code}`));
    };
    const onError = (error: Error) => {
      release();
      reject(new WorkerEnded(error.message, { cause: error }));
    };
    const release = () => {
      child.off('message', onMessage).off('exit', onExit).off('error', onError);
    };
    if (!isAlive(child)) {
      onExit(child.exitCode, child.signalCode);
      return;
    }
    child.on('message', onMessage).on('exit', onExit).on('error', onError);
    tell(child, order);
  });
}

/** A process that is ending no longer listens; its end is reported by the event. */
function tell(child: ChildProcess, order: Order): void {
  child.send(order, () => undefined);
}

async function closeWorker(child: ChildProcess): Promise<void> {
  if (!isAlive(child)) return;
  const ended = new Promise((resolve) => {
    child.once('exit', resolve);
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), closingMs);
  tell(child, { kind: 'close' });
  await ended;
  clearTimeout(timer);
}

function isAlive({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null;
}
