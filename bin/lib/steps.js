import { join } from 'node:path';
import { run } from './child.js';
import { root } from './command.js';

/**
 * @typedef {{ readonly name: string, readonly commands: readonly (readonly string[])[],
 *   readonly folder?: string }} Step Commands run one after the other until one fails; the first
 *   word is a file in node_modules, run by Node.
 * @typedef {{ readonly name: string, readonly isOk: boolean, readonly seconds: number,
 *   readonly output: string }} StepResult
 */

/**
 * Runs steps side by side, in their order, and says of each how long it took.
 *
 * @param {readonly Step[]} steps
 * @param {object} options
 * @param {number} options.atOnce - How many steps run at the same time, at least 1.
 * @param {(result: StepResult) => void} options.onDone - Called when a step ends.
 * @returns {Promise<StepResult[]>} In the order of `steps`.
 */
export async function runSteps(steps, { atOnce, onDone }) {
  /** @type {StepResult[]} */
  const results = [];
  const waiting = [...steps.entries()];
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [i, step] = next;
      const result = await runStep(step);
      results[i] = result;
      onDone(result);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}

/**
 * @param {Step} step
 * @returns {Promise<StepResult>}
 */
async function runStep({ name, commands, folder = '' }) {
  const started = performance.now();
  let output = '';
  let isOk = true;
  for (const [program = '', ...args] of commands) {
    const result = await run(process.execPath, [join(root, 'node_modules', program), ...args], {
      folder: join(root, folder),
      env: process.stdout.isTTY ? { FORCE_COLOR: '1' } : {},
      output: 'collect',
    });
    output += result.output;
    isOk = result.exitCode === 0;
    if (!isOk) break;
  }
  return { name, isOk, seconds: (performance.now() - started) / 1000, output };
}
