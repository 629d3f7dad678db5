import { join } from 'node:path';
import { cacheFolder } from '@working-papers/data/node';
import { findPreset, type TakeOver } from '@working-papers/paper-kit';
import { writeResult } from '@working-papers/paper-kit/node';
import { listPapers, loadPaper, type CatalogueEntry } from '@working-papers/papers/catalogue';
import { exitCode } from './exitCode.ts';
import { listenForInterruption } from './interruption.ts';
import { measure, resultOf, type MeasureFlags, type Measurement } from './measure.ts';
import { checkOutputFolder } from './outputFolder.ts';
import { runnablePaper } from './paperByName.ts';
import { reportAsJson, reportAsText, type FinishedRun } from './runReport.ts';
import type { Channel, CommandContext, Terminal } from './terminal.ts';
import { UsageError } from './usageError.ts';

/** What `wp run` was told. */
export interface RunFlags extends MeasureFlags {
  readonly preset: string;
  /** Where to write; not with `record`. */
  readonly out?: string;
  readonly record: boolean;
  /** Measures every cell anew. */
  readonly fresh: boolean;
}

/**
 * `wp run`: runs an experiment, shows its progress, and reports claims against measurements. Each cell
 * is kept in the cache when it is measured, and the next run with the same settings and code goes on
 * from there. The result is written whole and at the end: to `--out`, with `--record` to the paper's
 * results, else to the cache. A stopped run leaves what it has in the cache too, unless `--out` says
 * otherwise, and never as recorded.
 *
 * @returns The exit code.
 * @throws {UsageError} If there is no such paper or preset, flags contradict each other, or nothing can
 * be written where it should.
 */
export async function runCommand(
  name: string,
  flags: RunFlags,
  { terminal, papers }: CommandContext,
): Promise<number> {
  checkFlags(flags);
  const entry = runnablePaper(await listPapers(papers), name, 'wp run');
  const { slug } = entry.paper;
  const command = `wp run ${slug}`;
  const { experiment } = await loadPaper(slug, papers);
  const preset = findPreset(experiment, flags.preset, command).name;
  const folder = outputFolder(entry, flags);
  await checkOutputFolder({ folder, command }, slug, preset);
  const interruption = listenForInterruption(terminal.stderr);
  try {
    const { signal } = interruption;
    const takeOver = takeOverOf(flags);
    const plan = { command, experiment, preset, flags, takeOver, papers, signal };
    const isComplete = await carryOut(plan, folder, terminal);
    return isComplete ? exitCode.ok : interruption.code();
  } finally {
    interruption.release();
  }
}

function checkFlags({ progress, json, workers, queue, store, fromScratch }: RunFlags): void {
  if (progress && !json) {
    throw new UsageError('wp run: --progress needs --json; without it progress is always shown');
  }
  const isAlone = workers === undefined && queue === undefined;
  if (store !== undefined && isAlone) {
    throw new UsageError(
      'wp run: --store needs --workers or --queue; without them it is the cache',
    );
  }
  if (fromScratch && !isAlone) {
    throw new UsageError(
      'wp run: --from-scratch is for a run in one process; "wp prepare --from-scratch" makes artefacts for many',
    );
  }
}

async function carryOut(
  plan: Measurement & { readonly flags: RunFlags },
  folderIfComplete: string,
  terminal: Terminal,
): Promise<boolean> {
  const { experiment, preset, flags } = plan;
  const { slug } = experiment.paper;
  const measured = await measure(plan, terminal);
  const { outcome, facts } = measured;
  const command = repeatingCommand(slug, preset, flags);
  const folder = outcome.isComplete ? folderIfComplete : partialFolder(slug, flags);
  const undrawn = await resultOf(plan, measured, command);
  const result = await writeResult(folder, undrawn, experiment.figures(outcome.rows));
  const { wallSeconds, source } = facts;
  const finished = { experiment, preset, outcome, wallSeconds, folder, result };
  if (flags.json) reportAsJson(finished, terminal.stdout);
  else reportAsText(finished, terminal.stdout);
  const again = flags.record ? `${command} --record` : command;
  if (!outcome.isComplete) noteOnStop(finished, again, terminal.stderr);
  else if (flags.record) noteOnRecord(source.isDirty, terminal.stderr);
  return outcome.isComplete;
}

/** A recorded result is measured by one clean commit; anything else may take over what has its address. */
function takeOverOf({ fresh, record }: RunFlags): TakeOver {
  if (fresh) return 'nothing';
  return record ? 'same commit' : 'all';
}

function outputFolder(entry: CatalogueEntry, { out, record }: RunFlags): string {
  if (record) return join(entry.folder, 'results');
  return out ?? join(cacheFolder(), 'results', entry.paper.slug);
}

/** Beside the complete results of the cache, so that a stopped run replaces none. */
function partialFolder(slug: string, { out }: RunFlags): string {
  return out ?? join(cacheFolder(), 'results', slug, 'stopped');
}

/** Without queue and store, which are of one's own machines and change no number. */
function repeatingCommand(slug: string, preset: string, flags: RunFlags): string {
  const parts = [`npx wp run ${slug} --preset ${preset} --seed ${flags.seed}`];
  if (flags.backend !== 'node') parts.push(`--backend ${flags.backend}`);
  if (flags.threads !== undefined) parts.push(`--threads ${flags.threads}`);
  if (flags.workers !== undefined) parts.push(`--workers ${flags.workers}`);
  return parts.join(' ');
}

function noteOnStop(
  { outcome, preset, folder }: FinishedRun,
  command: string,
  stderr: Channel,
): void {
  stderr.write(
    `stopped: what was measured is in ${join(folder, `${preset}.json`)}, marked as incomplete; ` +
      `"${command}" goes on after ${outcome.cells.length} finished ${outcome.cells.length === 1 ? 'cell' : 'cells'}\n`,
  );
}

function noteOnRecord(isDirty: boolean, stderr: Channel): void {
  if (isDirty) stderr.write('The tree differs from its commit, and the result says so.\n');
  stderr.write('"npm run results" brings the README up to date.\n');
}
