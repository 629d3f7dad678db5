import { join, relative } from 'node:path';
import type {
  ArtefactCost,
  Experiment,
  MethodEntry,
  PresetName,
  Result,
  Row,
  RunEvent,
  RunOutcome,
} from '@working-papers/paper-kit';
import { budgetText, duration } from '@working-papers/paper-kit/node';
import type { Channel } from './terminal.ts';
import { verdictTable } from './verdictTable.ts';

/** A run that has ended, complete or stopped. */
export interface FinishedRun {
  readonly experiment: Experiment;
  readonly preset: PresetName;
  readonly outcome: RunOutcome;
  readonly wallSeconds: number;
  /** Where `result` was written. */
  readonly folder: string;
  readonly result: Result;
}

/** What happens beside rows and progress, as a line for a person; undefined if it needs none. */
export function describeEvent(event: RunEvent): string | undefined {
  switch (event.kind) {
    case 'begin': {
      const { cells, seconds } = event.takenOver;
      if (cells === 0) return undefined;
      return `taking over ${cells} of ${event.cells} cells, measured in ${duration(seconds)}; --fresh measures them anew`;
    }
    case 'resumed':
      return `training ${event.training} goes on after step ${event.step}`;
    case 'artefact': {
      const { name, isMade, makingSeconds, seconds } = event.artefact;
      if (isMade) return `made ${name} in ${duration(makingSeconds)}, and kept it`;
      return `read ${name} in ${duration(seconds)}; making it took ${duration(makingSeconds)}`;
    }
    case 'row':
    case 'progress':
    case 'cell':
    case 'done':
      return undefined;
  }
}

/** The last JSON line of a run; its rows have been printed before. */
export function reportAsJson(run: FinishedRun, stdout: Channel): void {
  const { isComplete, verdicts, cells, artefacts } = run.outcome;
  const { wallSeconds } = run;
  const { methods } = run.experiment;
  const files = writtenFiles(run);
  const done = { isComplete, verdicts, methods, cells, artefacts, wallSeconds, files };
  stdout.write(`${JSON.stringify({ kind: 'done', ...done })}\n`);
}

/** Claims against measurements, where the figures are, and how long it took. */
export function reportAsText(run: FinishedRun, stdout: Channel): void {
  const { experiment, preset, outcome, wallSeconds } = run;
  const { paper, methods } = experiment;
  const { colors } = stdout;
  const { rows, isComplete } = outcome;
  const state = isComplete ? '' : colors.yellow(' STOPPED before its end:');
  stdout.write(`${colors.bold(paper.title)}\n${preset}:${state} `);
  stdout.write(`${rows.length} rows in ${duration(wallSeconds)}\n\n`);
  if (!isComplete && rows.length > 0) stdout.write(`${lastRows(rows, stdout)}\n\n`);
  stdout.write(`${verdictTable(paper, outcome.verdicts, stdout)}\n`);
  stdout.write(`\n${tuningTable(methods, stdout)}\n\n`);
  for (const cost of outcome.artefacts) stdout.write(`${artefactLine(cost)}\n`);
  for (const file of writtenFiles(run)) stdout.write(`${file}\n`);
}

/** What was spent on tuning each method, as the budget check compared it. */
function tuningTable(methods: readonly MethodEntry[], { width, colors }: Channel): string {
  const nameWidth = Math.max(...methods.map(({ method }) => method.length));
  const lines = methods.map(({ method, role, tuning }) => {
    const budget = budgetText(tuning).padEnd(15);
    return `${method.padEnd(nameWidth)}  ${role.padEnd(8)}  ${budget}  ${tuning.what}`;
  });
  return [colors.dim('what was tuned before the run'), ...lines]
    .map((line) => line.slice(0, Math.max(width, 80)))
    .join('\n');
}

/** What a shared artefact cost, cold and warm. */
function artefactLine({ name, uses, makingSeconds, readingSeconds }: ArtefactCost): string {
  const read = readingSeconds === null ? '' : `, getting it ${duration(readingSeconds)}`;
  return `${name}: used by ${uses} ${uses === 1 ? 'cell' : 'cells'}; making it took ${duration(makingSeconds)}${read}`;
}

function writtenFiles({ folder, preset, result }: FinishedRun): string[] {
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
