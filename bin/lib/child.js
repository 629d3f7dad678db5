import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/**
 * @typedef {object} ChildOptions
 * @property {string} [folder] The working directory. Default: that of this process.
 * @property {NodeJS.ProcessEnv} [env] Variables besides those of this process.
 * @property {'show' | 'show on stderr' | 'collect'} output What becomes of stdout and stderr.
 * @property {boolean} [hasInput] Whether it may read stdin. Default false.
 * @property {(pid: number) => void} [onStart]
 * @property {readonly NodeJS.Signals[]} [passedOn] Signals to this process that go to the child
 * instead.
 */

/**
 * Runs a program to its end.
 *
 * @param {string} program - Its path, or its name on the PATH.
 * @param {readonly string[]} args
 * @param {ChildOptions} options
 * @returns {Promise<{ exitCode: number, output: string }>} The exit code, 128 + n after signal n; the
 * output is empty unless it is collected.
 */
export async function run(
  program,
  args,
  { folder, env, output, hasInput, onStart, passedOn = [] },
) {
  const target = /** @type {const} */ ({ show: 'inherit', 'show on stderr': 2, collect: 'pipe' })[
    output
  ];
  const child = spawn(program, args, {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: [hasInput === true ? 'inherit' : 'ignore', target, target],
    // On Windows npm is a script, which needs a shell.
    shell: process.platform === 'win32' && program === 'npm',
  });
  const handlers = passedOn.map((signal) => ({ signal, handler: () => void child.kill(signal) }));
  for (const { signal, handler } of handlers) process.on(signal, handler);
  /** @type {string[]} */
  const texts = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (/** @type {string} */ text) => texts.push(text));
  }
  if (child.pid !== undefined) onStart?.(child.pid);
  try {
    const exitCode = await new Promise(
      (/** @type {(exitCode: number) => void} */ resolve, reject) => {
        child.once('error', reject);
        child.once('close', (code, signal) => {
          resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
        });
      },
    );
    return { exitCode, output: texts.join('') };
  } finally {
    for (const { signal, handler } of handlers) process.off(signal, handler);
  }
}
