import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { nodeFlags } from './toyRun.ts';
import type { ToyWorkerOptions } from './toyWorker.ts';

interface Line {
  readonly kind?: string;
  readonly name?: string;
  readonly message?: string;
  readonly notice?: string;
}

/** A worker in a process of its own. */
export interface StartedWorker {
  readonly lines: readonly Line[];
  /** Resolves when a line fulfils the condition. */
  readonly says: (condition: (line: Line) => boolean) => Promise<Line>;
  /** The cell that it has begun and not ended. */
  readonly current: () => string | undefined;
  readonly signal: (signal: NodeJS.Signals) => void;
  /** Its exit code or signal, and what it wrote on standard error. */
  readonly ended: Promise<{ how: number | string; stderr: string }>;
}

const program = fileURLToPath(new URL('toyWorker.ts', import.meta.url));
const running = new Set<StartedWorker>();

export function startedWorker(options: ToyWorkerOptions): StartedWorker {
  const child = spawn(process.execPath, [...nodeFlags, program, JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: Line[] = [];
  let rest = '';
  let stderr = '';
  const listeners = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const [last = '', ...whole] = `${rest}${text}`.split('\n').toReversed();
    rest = last;
    lines.push(...whole.toReversed().map((line) => JSON.parse(line) as Line));
    for (const listener of listeners) listener();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const worker: StartedWorker = {
    lines,
    says: (condition) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const line = lines.find(condition);
          if (line) resolve(line);
        };
        listeners.add(look);
        child.once('close', () => reject(new Error(`the worker ended: ${stderr}`)));
        look();
      }),
    current: () => {
      const last = lines.findLast(({ kind }) => kind !== undefined);
      return last?.kind === 'begun' ? last.name : undefined;
    },
    signal: (signal) => void child.kill(signal),
    ended: once(child, 'close').then(([code, signal]: (number | string)[]) => {
      running.delete(worker);
      return { how: code ?? signal ?? 'nothing', stderr };
    }),
  };
  running.add(worker);
  return worker;
}

/** Ends those that a failed test has left. */
export async function endWorkers(): Promise<void> {
  for (const worker of running) worker.signal('SIGKILL');
  await Promise.all([...running].map(({ ended }) => ended));
}
