import { Worker } from 'node:worker_threads';
import { WorkingPapersError } from '@working-papers/grad';
import type { Answer, Call } from './searchThread.ts';
import { makeWorkbench, workbenchCalls, type Workbench } from './workbench.ts';

/** Search failed, for reasons of its own. */
export class SearchError extends WorkingPapersError {
  override name = 'SearchError';
}

/** A workbench and how to end it. */
export interface OpenWorkbench {
  readonly workbench: Workbench;
  readonly close: () => Promise<void>;
}

/**
 * Opens a workbench in a thread of its own. From source, in development and in unit tests, it works in
 * the calling thread: Node 20 loads no TypeScript into threads.
 */
export async function openWorkbench(): Promise<OpenWorkbench> {
  const { threadFile, threadData } = await import('./searchThread.ts');
  if (threadFile.endsWith('.ts')) return { workbench: makeWorkbench(), close: async () => {} };
  const worker = new Worker(new URL(threadFile), { workerData: threadData });
  const ask = correspond(worker);
  return {
    workbench: workbenchOf(ask),
    close: async () => {
      await worker.terminate();
    },
  };
}

type Ask = (name: keyof Workbench, input: unknown) => Promise<unknown>;

/** The boundary between threads: the thread answers each call with what its workbench returned. */
function workbenchOf(ask: Ask): Workbench {
  const calls = workbenchCalls.map((name) => [name, (input: unknown) => ask(name, input)] as const);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return Object.fromEntries(calls) as unknown as Workbench;
}

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

function correspond(worker: Worker): Ask {
  const pending = new Map<number, Pending>();
  let lastId = 0;
  let end: Error | undefined;
  const fail = (reason: string): void => {
    end ??= new SearchError(`search: ${reason}; start the site again`);
    for (const { reject } of pending.values()) reject(end);
    pending.clear();
  };
  worker.on('message', (answer: Answer) => {
    const waiting = pending.get(answer.id);
    pending.delete(answer.id);
    if ('error' in answer) waiting?.reject(new SearchError(answer.error));
    else waiting?.resolve(answer.value);
  });
  worker.on('error', (error) => fail(`its thread failed: ${error.message}`));
  worker.on('exit', (code) => fail(`its thread ended (code ${code})`));
  return async (name, input) => {
    if (end) throw end;
    const id = ++lastId;
    const answer = new Promise<unknown>((resolve, reject) => pending.set(id, { resolve, reject }));
    worker.postMessage({ id, name, input } satisfies Call);
    return answer;
  };
}
