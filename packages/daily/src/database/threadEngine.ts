import { Worker } from 'node:worker_threads';
import { DatabaseError, type QueryResult } from './database.ts';
import type { Engine } from './oneConnection.ts';
import { openPgliteEngine } from './pgliteEngine.ts';
import type { Reply, Request, ThreadData } from './thread.ts';

/**
 * Opens PGlite in a thread of its own. From source, in development and in unit tests, it works in the
 * calling thread: Node 20 loads no TypeScript into threads.
 *
 * @param folder - Where its files lie.
 * @throws {DatabaseError} If it does not open.
 */
export async function openThreadEngine(folder: string): Promise<Engine> {
  const { threadFile } = await import('./thread.ts');
  if (threadFile.endsWith('.ts')) return openPgliteEngine(folder);
  const worker = new Worker(new URL(threadFile), {
    workerData: { role: 'database', folder } satisfies ThreadData,
  });
  const { ask, opened } = correspond(worker);
  await opened;
  return {
    execute: async <Row>(sql: string, parameters: readonly unknown[] = []) => {
      const value = await ask({ kind: 'execute', sql, parameters });
      // The boundary between threads: the thread answers `execute` with what its engine returned.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      return value as QueryResult<Row>;
    },
    close: async () => {
      await ask({ kind: 'close' });
      await worker.terminate();
    },
  };
}

type Question = Request extends infer Each
  ? Each extends Request
    ? Omit<Each, 'id'>
    : never
  : never;

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

function correspond(worker: Worker) {
  const pending = new Map<number, Pending>();
  let lastId = 0;
  let end: Error | undefined;
  const expect = (id: number) =>
    new Promise<unknown>((resolve, reject) => pending.set(id, { resolve, reject }));
  const fail = (reason: string): void => {
    end ??= new DatabaseError('engine', `database: ${reason}; start the site again`);
    for (const { reject } of pending.values()) reject(end);
    pending.clear();
  };
  worker.on('message', (reply: Reply) => {
    const waiting = pending.get(reply.id);
    pending.delete(reply.id);
    if ('error' in reply) waiting?.reject(new DatabaseError(reply.error.code, reply.error.message));
    else waiting?.resolve(reply.value);
  });
  worker.on('error', (error) => fail(`its thread failed: ${error.message}`));
  worker.on('exit', (code) => fail(`its thread ended (code ${code})`));
  const opened = expect(0);
  const ask = async (question: Question): Promise<unknown> => {
    if (end) throw end;
    const id = ++lastId;
    const answer = expect(id);
    worker.postMessage({ ...question, id });
    return answer;
  };
  return { ask, opened };
}
