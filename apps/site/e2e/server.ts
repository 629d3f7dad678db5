import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const entry = fileURLToPath(new URL('../build/index.js', import.meta.url));

/** The built site, running. */
export interface RunningSite {
  readonly url: string;
  readonly dataFolder: string;
  readonly process: ChildProcess;
  /** Ends it as an operator would, and gives the exit code. */
  readonly stop: () => Promise<number | null>;
}

/** Makes a folder for data that does not exist before. */
export function temporaryFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'wp-site-'));
}

/**
 * Starts the built site on a free port and waits until it answers.
 *
 * @param dataFolder - Default a new one, removed at the end.
 */
export async function startSite(dataFolder?: string): Promise<RunningSite> {
  const folder = dataFolder ?? (await temporaryFolder());
  const { child, output } = spawnSite({ WP_DATA: folder, PORT: '0' });
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.on('data', () => {
      const found = /http:\/\/localhost:\d+/.exec(output.stdout)?.[0];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', (code) => reject(new Error(`exit code ${code}: ${output.stderr}`)));
  });
  return {
    url,
    dataFolder: folder,
    process: child,
    stop: async () => {
      if (child.exitCode === null) {
        const exited = once(child, 'exit');
        child.kill('SIGTERM');
        await exited;
      }
      if (dataFolder === undefined) await rm(folder, { recursive: true, force: true });
      return child.exitCode;
    },
  };
}

/** Runs the built site's entry until it ends by itself. */
export async function runToEnd(
  environment: Readonly<Record<string, string>>,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const { child, output } = spawnSite(environment);
  await once(child, 'exit');
  return { code: child.exitCode, ...output };
}

function spawnSite(environment: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [entry], {
    env: { ...process.env, HOST: '127.0.0.1', NODE_ENV: 'production', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()));
  return { child, output };
}
