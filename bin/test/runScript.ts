import { spawn } from 'node:child_process';

export interface ScriptResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running Node process and its end. */
export interface Script {
  readonly pid: number;
  readonly ended: Promise<ScriptResult>;
}

/**
 * Starts Node with `args`, and with `env` besides the variables of this process.
 *
 * @param folder - Where it works. Default: here.
 */
export function startScript(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  folder?: string,
): Script {
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => (texts[name] += text));
  }
  const ended = new Promise<ScriptResult>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => resolve({ exitCode, ...texts }));
  });
  return { pid: child.pid ?? 0, ended };
}
