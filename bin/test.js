#!/usr/bin/env node
import './lib/requireNode.js';
import { findChromium, howToGetChromium } from './lib/chromium.js';
import { CommandError, command } from './lib/command.js';
import { ensureInstalled } from './lib/install.js';
import {
  currentCommit,
  describeTurns,
  quickRuns,
  quickTestOf,
  turnAt,
  turnsOf,
} from './lib/quickTurns.js';
import { ensureSiteBuilt } from './lib/siteBuild.js';
import { testFiles, runProject, summaryOf } from './lib/testRun.js';

/** The projects of vitest.config.ts in their order; `prepare` makes what the tests start from. */
const projects = [
  { name: 'node', needsBrowser: false, prepare: async () => {} },
  { name: 'slow', needsBrowser: false, prepare: async () => {} },
  { name: 'browser', needsBrowser: true, prepare: async () => {} },
  { name: 'site', needsBrowser: true, prepare: ensureSiteBuilt },
];

/** A skipped test says in its title what it needs; with --strict these two must not be missing. */
const needsRequired = /needs an? (browser|database)/i;

const options = ['--strict', '--all', '--turns'];

await command('npm test', async (args) => {
  const filters = args.filter((arg) => !options.includes(arg));
  if (args.includes('--turns')) {
    console.log(await describeTurns(turnsOf(quickRuns())));
    return 0;
  }
  /** @type {import('./lib/testRun.js').Counts[]} */
  const counts = [];
  // The last line whatever happens, after the text of a failure too.
  process.once('exit', (code) => console.log(summaryOf(counts, code === 0)));
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

  const unknown = filters.find((arg) => arg.startsWith('-'));
  if (unknown !== undefined) {
    throw new CommandError(
      `unknown option ${unknown}; give parts of file names, ${options.join(', ')}`,
    );
  }
  await ensureInstalled();
  const chromium = await findChromium();
  const waiting = filters.length > 0 || args.includes('--all') ? [] : await waitingQuickTests();
  for (const { name, needsBrowser, prepare } of projects) {
    if (needsBrowser && chromium === undefined) {
      const skipped = (await testFiles(name, filters)).map((file) => `${file} (needs a browser)`);
      counts.push({ passed: 0, failed: 0, skipped });
    } else {
      await prepare();
      const without = name === 'slow' ? waiting : [];
      counts.push(await runProject(name, { filters, without, chromium }));
    }
  }
  const skipped = counts.flatMap((count) => count.skipped);
  if (skipped.length > 0) console.log(`\nSkipped:\n  ${skipped.join('\n  ')}`);
  if (chromium === undefined) console.log(`\nNo browser was found: ${howToGetChromium}.`);
  const lacking = skipped.filter((name) => needsRequired.test(name)).length;
  if (args.includes('--strict') && lacking > 0) {
    throw new CommandError(`--strict: ${lacking} tests had no browser or no database`, 1);
  }
  return counts.some(({ failed }) => failed > 0) ? 1 : 0;
});

/** The quick presets that wait for another commit, as test files; says so in the log. */
async function waitingQuickTests() {
  const { left, message } = turnAt(turnsOf(quickRuns()), await currentCommit());
  console.log(message);
  return left.map(({ slug }) => quickTestOf(slug));
}
