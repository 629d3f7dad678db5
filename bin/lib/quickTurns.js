import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './child.js';
import { CommandError, codeOf, root as repository } from './command.js';

/**
 * @typedef {{ readonly slug: string, readonly seconds: number }} QuickRun The quick preset of a paper,
 *   and how long it takes.
 * @typedef {readonly (readonly QuickRun[])[]} Turns What runs together, by turn.
 * @typedef {{ readonly number: number, readonly name: string }} Commit What decides whose turn it is.
 */

/** All quick presets of one test run together take at most this long. */
export const budgetSeconds = 15 * 60;

/** What a quick preset is taken to cost before its result is recorded: as long as it may take. */
const unrecordedSeconds = 60;

/**
 * The papers whose quick preset runs as a test of its own, with the wall time of their recorded result.
 *
 * @param {string} [root] - The repository.
 * @returns {QuickRun[]} By slug.
 */
export function quickRuns(root = repository) {
  const papers = join(root, 'papers');
  return readdirSync(papers)
    .filter((slug) => existsSync(join(root, quickTestOf(slug))))
    .toSorted()
    .map((slug) => ({ slug, seconds: recordedSeconds(join(papers, slug, 'results/quick.json')) }));
}

/**
 * The test file that runs the quick preset of a paper.
 *
 * @param {string} slug
 */
export function quickTestOf(slug) {
  return `papers/${slug}/test/experiment.slow.test.ts`;
}

/** @param {string} file */
function recordedSeconds(file) {
  try {
    const result = /** @type {{ provenance: { wallSeconds: number } }} */ (
      JSON.parse(readFileSync(file, 'utf8'))
    );
    return result.provenance.wallSeconds;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return unrecordedSeconds;
    throw error;
  }
}

/**
 * Cuts the papers, in their order, into the fewest turns that keep the budget when each is filled
 * before the next begins.
 *
 * @param {readonly QuickRun[]} runs
 * @param {number} [budget] - Seconds.
 * @returns {Turns} One turn at least; with one turn everything runs every time.
 * @throws {CommandError} If one paper alone exceeds the budget.
 */
export function turnsOf(runs, budget = budgetSeconds) {
  /** @type {QuickRun[][]} */
  const turns = [[]];
  for (const one of runs) {
    if (one.seconds > budget) {
      throw new CommandError(
        `${one.slug}: quick took ${one.seconds} s, more than the ${budget} s that all may take; make it shorter`,
      );
    }
    const last = turns.at(-1) ?? [];
    if (secondsOf(last) + one.seconds > budget) turns.push([one]);
    else last.push(one);
  }
  return turns;
}

/** @param {readonly QuickRun[]} turn */
export function secondsOf(turn) {
  return turn.reduce((sum, { seconds }) => sum + seconds, 0);
}

/**
 * The commit that is checked out, with its number in the history, so that turns follow each other. A shallow
 * clone does not know the number, and takes the first digits of the hash instead; without git it is 0.
 *
 * @param {string} [root] - The repository.
 * @returns {Promise<Commit>}
 */
export async function currentCommit(root = repository) {
  const hash = await git(root, 'rev-parse', 'HEAD');
  if (hash === undefined) return { number: 0, name: 'no commit' };
  const short = hash.slice(0, 12);
  if ((await git(root, 'rev-parse', '--is-shallow-repository')) === 'true') {
    return { number: Number.parseInt(hash.slice(0, 8), 16), name: `${short} of a shallow clone` };
  }
  const number = Number(await git(root, 'rev-list', '--count', 'HEAD'));
  return { number, name: `${short}, number ${number}` };
}

/**
 * @param {string} root
 * @param {string[]} args
 * @returns {Promise<string | undefined>} What git prints; undefined if there is no git or no repository.
 */
async function git(root, ...args) {
  try {
    const { exitCode, output } = await run('git', ['-C', root, ...args], { output: 'collect' });
    return exitCode === 0 ? output.trim() : undefined;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Which quick presets run at a commit, and which have to wait.
 *
 * @param {Turns} turns
 * @param {Commit} commit
 * @returns {{ readonly chosen: readonly QuickRun[], readonly left: readonly QuickRun[],
 *   readonly message: string }} The message is for whoever reads the log.
 */
export function turnAt(turns, { number, name }) {
  const i = number % turns.length;
  const chosen = turns[i] ?? [];
  const left = turns.filter((_, j) => j !== i).flat();
  const minutes = (secondsOf(chosen) / 60).toFixed(1);
  const list = (/** @type {readonly QuickRun[]} */ some) => some.map(({ slug }) => slug).join(', ');
  const which =
    turns.length === 1 ? 'all papers' : `turn ${i + 1} of ${turns.length} at commit ${name}`;
  const rest = left.length === 0 ? '' : `; left to other turns: ${list(left)}`;
  const message = `Quick presets, ${which}, ${minutes} of ${budgetSeconds / 60} minutes: ${list(chosen)}${rest}.`;
  return { chosen, left, message };
}

/**
 * All turns, and which of them the last commits had, by the papers and times of now.
 *
 * @param {Turns} turns
 * @param {string} [root] - The repository.
 * @returns {Promise<string>} One line each.
 */
export async function describeTurns(turns, root = repository) {
  const lines = turns.map((turn, i) => {
    const papers = turn.map(({ slug, seconds }) => `${slug} (${Math.round(seconds)} s)`).join(', ');
    return `turn ${i + 1} of ${turns.length}, ${(secondsOf(turn) / 60).toFixed(1)} min: ${papers}`;
  });
  const isShallow = (await git(root, 'rev-parse', '--is-shallow-repository')) !== 'false';
  if (turns.length === 1 || isShallow) return lines.join('\n');
  const log = await git(root, 'log', '--format=%h %cs %s', '-20');
  for (const line of log?.split('\n') ?? []) {
    const number = Number(await git(root, 'rev-list', '--count', line.split(' ', 1)[0] ?? 'HEAD'));
    lines.push(`turn ${(number % turns.length) + 1}: ${line}`);
  }
  return lines.join('\n');
}
