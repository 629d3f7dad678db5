#!/usr/bin/env node
import './lib/requireNode.js';
import { CommandError, command } from './lib/command.js';
import { ensureInstalled } from './lib/install.js';
import { runSteps } from './lib/steps.js';

/** What SvelteKit generates from the routes, which the other steps read. */
const preparation = [
  { name: 'site routes', folder: 'apps/site', commands: [['@sveltejs/kit/svelte-kit.js', 'sync']] },
];

/** The longest first, so that they end together. */
const steps = [
  {
    name: 'tests',
    commands: [['vitest/vitest.mjs', 'run', '--project=node', '--passWithNoTests']],
  },
  {
    name: 'site types',
    folder: 'apps/site',
    commands: [['svelte-check/bin/svelte-check', '--tsgo', '--fail-on-warnings']],
  },
  {
    name: 'format',
    commands: [['prettier/bin/prettier.cjs', '--check', '--cache', '--log-level=warn', '.']],
  },
  { name: 'dead code', commands: [['knip/bin/knip.js']] },
  { name: 'types', commands: [['@typescript/native/bin/tsc', '--noEmit']] },
  { name: 'lint', commands: [['oxlint/bin/oxlint', '--type-aware', '--deny-warnings']] },
  {
    name: 'results',
    commands: [['tsx/dist/cli.mjs', '--conditions=source', 'scripts/check-results.ts']],
  },
  { name: 'lock file', commands: [['tsx/dist/cli.mjs', 'scripts/lock.ts', '--check']] },
];

await command('npm run check', async (args) => {
  const [option, ...rest] = args;
  if (rest.length > 0 || (option !== undefined && option !== '--no-tests')) {
    throw new CommandError(`unknown option ${args.join(' ')}; the only one is --no-tests`);
  }
  await ensureInstalled();
  const chosen = option === '--no-tests' ? steps.filter(({ name }) => name !== 'tests') : steps;
  const started = performance.now();
  const options = { atOnce: 2, onDone: report };
  const results = [...(await runSteps(preparation, options)), ...(await runSteps(chosen, options))];
  const failed = results.filter(({ isOk }) => !isOk).map(({ name }) => name);
  const total = `${((performance.now() - started) / 1000).toFixed(1)} s`;
  console.log(
    failed.length === 0 ? `All well in ${total}.` : `Failed: ${failed.join(', ')} (${total}).`,
  );
  return failed.length === 0 ? 0 : 1;
});

/** @param {import('./lib/steps.js').StepResult} result */
function report({ name, isOk, seconds, output }) {
  console.log(
    `${isOk ? 'ok    ' : 'FAILED'} ${name.padEnd(12)} ${seconds.toFixed(1).padStart(5)} s`,
  );
  if (!isOk) console.log(output.trimEnd());
}
