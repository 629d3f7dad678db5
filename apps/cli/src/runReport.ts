import { join, relative } from 'node:path';
import type { Paper, PresetName, Result, Row, RunOutcome } from '@working-papers/paper-kit';
import { duration } from '@working-papers/paper-kit/node';
import type { Channel } from './terminal.ts';
import { verdictTable } from './verdictTable.ts';

/** A run that has ended, complete or stopped. */
export interface FinishedRun {
  readonly paper: Paper;
  readonly preset: PresetName;
  readonly outcome: RunOutcome;
  readonly wallSeconds: number;
  /** Where `result` was written. */
  readonly folder: string;
  /** Absent if nothing was kept. */
  readonly result: Result | undefined;
}

/** The last JSON line of a run; its rows have been printed before. */
export function reportAsJson(run: FinishedRun, stdout: Channel): void {
  const { isComplete, verdicts } = run.outcome;
  const { wallSeconds } = run;
  const files = writtenFiles(run);
  stdout.write(`${JSON.stringify({ kind: 'done', isComplete, verdicts, wallSeconds, files })}\n`);
}

/** Claims against measurements, where the figures are, and how long it took. */
export function reportAsText(run: FinishedRun, stdout: Channel): void {
  const { paper, preset, outcome, wallSeconds } = run;
  const { colors } = stdout;
  const { rows, isComplete } = outcome;
  const state = isComplete ? '' : colors.yellow(' STOPPED before its end:');
  stdout.write(`${colors.bold(paper.title)}\n${preset}:${state} `);
  stdout.write(`${rows.length} rows in ${duration(wallSeconds)}\n\n`);
  if (!isComplete && rows.length > 0) stdout.write(`${lastRows(rows, stdout)}\n\n`);
  stdout.write(`${verdictTable(paper, outcome.verdicts, stdout)}\n`);
  for (const file of writtenFiles(run)) stdout.write(`${file}\n`);
}

function writtenFiles({ folder, preset, result }: FinishedRun): string[] {
  if (!result) return [];
  const files = [...result.figures.map(({ file }) => file), `${preset}.json`];
  return files.map((file) => nearPath(join(folder, file)));
}

/** Relative to the working folder where that is shorter to read. */
function nearPath(path: string): string {
  const near = relative(process.cwd(), path);
  return near.startsWith('..') ? path : near;
}

const shownRows = 10;

/** The last rows of the last kind, as a line each: what a stopped run was measuring. */
function lastRows(rows: readonly Row[], { width, colors }: Channel): string {
  const lines = rows.slice(-shownRows).map((row) => {
    const cells = Object.entries(row)
      // Pictures and other long text are no figures.
      .filter(([, value]) => typeof value !== 'string' || value.length <= 32)
      .map(([key, value]) => `${key} ${String(value)}`);
    return cells.join('  ').slice(0, width);
  });
  const more = rows.length - lines.length;
  return [...(more > 0 ? [colors.dim(`${more} earlier rows`)] : []), ...lines].join('\n');
}
