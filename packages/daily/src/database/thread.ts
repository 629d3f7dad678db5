/** The thread that holds PGlite: in the main thread a slow query would let no request be answered. */
import { parentPort, workerData } from 'node:worker_threads';
import { DatabaseError } from './database.ts';
import { openPgliteEngine } from './pgliteEngine.ts';

/** This file, wherever the build put it. */
export const threadFile = import.meta.url;

/** What the thread is asked. */
export type Request =
  | {
      readonly kind: 'execute';
      readonly id: number;
      readonly sql: string;
      readonly parameters: readonly unknown[];
    }
  | { readonly kind: 'close'; readonly id: number };

/** What it answers; `id` 0 says that the database is open. */
export type Reply =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: { readonly code: string; readonly message: string } };

/** Marks the thread as ours: other threads may load this file through a shared chunk. */
export interface ThreadData {
  readonly role: 'database';
  readonly folder: string;
}

function isThreadData(data: unknown): data is ThreadData {
  return typeof data === 'object' && data !== null && 'role' in data && data.role === 'database';
}

if (parentPort !== null && isThreadData(workerData)) await serve(workerData.folder, parentPort);

async function serve(folder: string, port: NonNullable<typeof parentPort>): Promise<void> {
  const reply = async (id: number, work: () => Promise<unknown>): Promise<void> => {
    try {
      port.postMessage({ id, value: await work() } satisfies Reply);
    } catch (error) {
      const code = error instanceof DatabaseError ? error.code : 'engine';
      const message = error instanceof Error ? error.message : String(error);
      port.postMessage({ id, error: { code, message } } satisfies Reply);
    }
  };
  const opening = openPgliteEngine(folder);
  await reply(0, async () => {
    await opening;
  });
  const engine = await opening;
  port.on('message', (request: Request) => {
    void reply(request.id, async () => {
      if (request.kind === 'execute') return engine.execute(request.sql, request.parameters);
      await engine.close();
      return undefined;
    });
  });
}
