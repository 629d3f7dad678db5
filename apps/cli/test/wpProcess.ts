import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What a command left behind. */
interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that may still run. */
export interface RunningCommand {
  /** Resolves when standard error holds a text; rejects if the command ends before. */
  readonly says: (text: string) => Promise<void>;
  readonly interrupt: () => void;
  /** As kill -9. */
  readonly kill: () => void;
  /** Stops reading what it writes. */
  readonly closeOutput: () => void;
  readonly finished: Promise<Finished>;
}

const pathOf = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Starts the real command over the papers of this repository. */
export function startWp(parameters: readonly string[]): RunningCommand {
  return start([pathOf('../src/main.ts'), ...parameters]);
}

/** Starts the command over the toy papers, whose README and results are in `folders`. */
export function startToyWp(folders: string, parameters: readonly string[]): RunningCommand {
  return start([pathOf('toyWp.ts'), folders, ...parameters]);
}

function start(parameters: readonly string[]): RunningCommand {
  const flags = ['--import', 'tsx', '--conditions=source'];
  const { FORCE_COLOR: _, ...env } = process.env;
  const child = spawn(process.execPath, [...flags, ...parameters], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const text = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text.stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (text.stderr += chunk));
  const finished = new Promise<Finished>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, ...text }));
  });
  return {
    says: (expected) =>
      new Promise((resolve, reject) => {
        const check = () => {
          if (text.stderr.includes(expected)) resolve();
        };
        child.stderr.on('data', check);
        child.once('close', () => reject(new Error(`ended with: ${text.stderr}`)));
        check();
      }),
    kill: () => void child.kill('SIGKILL'),
    interrupt: () => void child.kill('SIGINT'),
    closeOutput: () => void child.stdout.destroy(),
    finished,
  };
}
