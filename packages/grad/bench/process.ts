import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { Readable, Writable } from 'node:stream';
import type { Failure, Reply, Request } from './request.ts';

/** Something that answers requests: a process or a page. */
export interface Peer {
  /** One request at a time. Rejects if the program cannot run there. */
  readonly ask: (request: Request) => Promise<Reply>;
  readonly stop: () => Promise<void>;
}

/** A program to start. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

// Whatever ends this process ends them too.
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Starts a process that answers each line of JSON on stdin with one on file descriptor 3. */
export function startProcess({ program, args, env }: Command): Peer {
  const child = spawn(program, args, {
    env: { ...process.env, ...env },
    // Rivals greet on stdout.
    stdio: ['pipe', 'ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let complaints = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaints = (complaints + text).slice(-2000);
  });
  const ended = new Promise<never>((_, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      running.delete(child);
      const [lastLine = ''] = complaints.trim().split('\n').slice(-1);
      reject(new Error(`ended with ${signal ?? `exit code ${code}`}: ${lastLine}`));
    });
  });
  // Nobody may be waiting when it ends.
  ended.catch(() => undefined);
  const [input, , , output] = child.stdio;
  if (!(input instanceof Writable) || !(output instanceof Readable)) {
    throw new Error('internal: the process has no pipes');
  }
  input.on('error', () => undefined);
  const lines = createInterface({ input: output })[Symbol.asyncIterator]();
  return {
    ask: async (request) => {
      input.write(`${JSON.stringify(request)}\n`);
      const line = await Promise.race([lines.next(), ended]);
      if (line.done === true) return ended;
      // The process writes nothing else.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      return replyOf(JSON.parse(line.value) as Reply | Failure);
    },
    stop: async () => {
      child.kill('SIGKILL');
      await ended.catch(() => undefined);
    },
  };
}

/** The answer, unless it says what failed. */
export function replyOf(answer: Reply | Failure): Reply {
  if ('error' in answer) throw new Error(answer.error);
  return answer;
}
