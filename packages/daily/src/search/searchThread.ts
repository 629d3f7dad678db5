/** The thread in which search computes: in the main thread it would let no request be answered. */
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { makeWorkbench, type Workbench } from './workbench.ts';

/** This file, wherever the build put it. */
export const threadFile = import.meta.url;

/** What the thread is asked. */
export interface Call {
  readonly id: number;
  readonly name: keyof Workbench;
  readonly input: unknown;
}

/** What it answers. */
export type Answer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: string };

/** Marks the thread as ours: other threads may load this file through a shared chunk. */
export const threadData = { role: 'search' } as const;

function isOurs(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'role' in data && data.role === 'search';
}

if (parentPort !== null && isOurs(workerData)) serve(parentPort);

function serve(port: MessagePort): void {
  const calls = callsOf(makeWorkbench());
  port.on('message', ({ id, name, input }: Call) => {
    calls[name](input).then(
      (value) => port.postMessage({ id, value } satisfies Answer),
      (error: unknown) => {
        const text = error instanceof Error ? error.message : String(error);
        port.postMessage({ id, error: text } satisfies Answer);
      },
    );
  });
}

/** The boundary between threads: `openWorkbench` sends each call what its type asks for. */
function callsOf(
  workbench: Workbench,
): Record<keyof Workbench, (input: unknown) => Promise<unknown>> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return workbench as Record<keyof Workbench, (input: unknown) => Promise<unknown>>;
}
