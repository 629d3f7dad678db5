import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '@working-papers/data/node';
import { compareResults, type Result, type ResultComparison } from '@working-papers/paper-kit';
import { readResults, writeResult } from '@working-papers/paper-kit/node';
import { listPapers, loadPaper } from '@working-papers/papers/catalogue';
import { exitCode } from './exitCode.ts';
import { listenForInterruption } from './interruption.ts';
import { measure, resultOf, type MeasureFlags } from './measure.ts';
import { inWords } from './nearest.ts';
import { runnablePaper } from './paperByName.ts';
import type { CommandContext, Terminal } from './terminal.ts';
import { UsageError } from './usageError.ts';

/** What `wp reproduce` was told; the seed is that of the recorded result. */
export interface ReproduceFlags extends Omit<
  MeasureFlags,
  'seed' | 'fromScratch' | 'queue' | 'store'
> {
  /** Default the cheapest that is recorded. */
  readonly preset?: string;
}

/**
 * `wp reproduce`: measures a recorded result anew and compares the two, verdict by verdict and row by
 * row. Nothing of earlier runs is taken over, except of a reproduction that was interrupted: its cells
 * have a folder of their own until it is complete.
 *
 * @returns The exit code: 3 if some verdict does not agree.
 * @throws {UsageError} If there is no such paper, or no such result of it is recorded.
 * @throws {ConfigError} If the settings have changed since it was recorded.
 */
export async function reproduceCommand(
  name: string,
  flags: ReproduceFlags,
  { terminal, papers }: CommandContext,
): Promise<number> {
  const entry = runnablePaper(await listPapers(papers), name, 'wp reproduce');
  const { slug } = entry.paper;
  const command = `wp reproduce ${slug}`;
  const recorded = pick(await readResults(join(entry.folder, 'results')), flags.preset, command);
  const { experiment } = await loadPaper(slug, papers);
  const { preset, seed } = recorded;
  // Says before the work what it would say after it.
  const config = experiment.presets[preset];
  compareResults(recorded, { ...recorded, config });
  const folder = join(cacheFolder(), 'reproductions', `${slug}-${preset}-${seed}`);
  const interruption = listenForInterruption(terminal.stderr);
  try {
    const { signal } = interruption;
    const store = flags.workers === undefined ? {} : { store: folder };
    const given = { ...flags, ...store, seed, fromScratch: false };
    const own = { command, experiment, preset, flags: given, papers, signal };
    const plan = { ...own, takeOver: 'all', folder } as const;
    const measured = await measure(plan, terminal);
    if (!measured.outcome.isComplete) {
      terminal.stderr.write(`stopped before the end; the same command goes on from here\n`);
      return interruption.code();
    }
    const result = await resultOf(plan, measured, `npx ${command} --preset ${preset}`);
    const kept = join(cacheFolder(), 'results', slug, 'reproduced');
    const rerun = await writeResult(kept, result, experiment.figures(result.rows));
    await rm(folder, { recursive: true, force: true });
    const comparison = compareResults(recorded, rerun, experiment.tolerances);
    tell(comparison, join(kept, `${preset}.json`), flags.json, terminal);
    return comparison.agreement === 'not reproduced' ? exitCode.negative : exitCode.ok;
  } finally {
    interruption.release();
  }
}

function pick(results: readonly Result[], preset: string | undefined, command: string): Result {
  const found = results.find((result) => preset === undefined || result.preset === preset);
  if (found) return found;
  const recorded = results.map((result) => result.preset);
  const what = preset === undefined ? 'result' : `result of preset "${preset}"`;
  throw new UsageError(
    recorded.length === 0
      ? `${command}: no ${what} is recorded; "wp run ${command.split(' ').at(-1)} --record" records one`
      : `${command}: no ${what} is recorded; recorded are ${inWords(recorded)}`,
  );
}

function tell(
  { text, ...comparison }: ResultComparison,
  file: string,
  isJson: boolean,
  { stdout }: Terminal,
): void {
  if (isJson) {
    stdout.write(`${JSON.stringify({ kind: 'compared', ...comparison, file })}\n`);
    return;
  }
  const { green, yellow, red } = stdout.colors;
  const paint = { identical: green, 'within tolerance': green, 'verdicts only': yellow } as const;
  const { agreement } = comparison;
  const [first = '', ...rest] = text.split('\n');
  const painted = agreement === 'not reproduced' ? red(first) : paint[agreement](first);
  stdout.write([painted, ...rest, `the rerun: ${file}`, ''].join('\n'));
}
