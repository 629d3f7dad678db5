import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder, nodeDataSource } from '@working-papers/data/node';
import {
  findPreset,
  runExperiment,
  type PresetName,
  type Result,
  type RunEvent,
  type RunOutcome,
} from '@working-papers/paper-kit';
import {
  collectProvenance,
  sourceState,
  writeResult,
  type RunFacts,
} from '@working-papers/paper-kit/node';
import {
  listPapers,
  loadPaper,
  type CatalogueEntry,
  type PaperModule,
} from '@working-papers/papers/catalogue';
import { openBackend, type BackendName } from './backend.ts';
import { exitCode } from './exitCode.ts';
import { listenForInterruption } from './interruption.ts';
import { checkOutputFolder } from './outputFolder.ts';
import { paperByName } from './paperByName.ts';
import { createProgressLine, type ProgressLine } from './progressLine.ts';
import { reportAsJson, reportAsText, type FinishedRun } from './runReport.ts';
import type { Channel, CommandContext, Terminal } from './terminal.ts';
import { UsageError } from './usageError.ts';

/** What `wp run` was told. */
export interface RunFlags {
  readonly preset: string;
  readonly seed: number;
  /** JSON lines on standard output instead of a table. */
  readonly json: boolean;
  /** With `json`: progress too. */
  readonly progress: boolean;
  /** Where to write; not with `record`. */
  readonly out?: string;
  readonly record: boolean;
  readonly backend: BackendName;
  readonly threads?: number;
}

const root = fileURLToPath(new URL('../../../', import.meta.url));

/**
 * `wp run`: runs an experiment, shows its progress, and reports claims against measurements. What it
 * writes, it writes whole and at the end: to `--out`, with `--record` to the paper's results, else to
 * the cache.
 *
 * @returns The exit code.
 * @throws {UsageError} If there is no such paper or preset, or nothing can be written where it should.
 */
export async function runCommand(
  name: string,
  flags: RunFlags,
  { terminal, papers }: CommandContext,
): Promise<number> {
  const entry = runnablePaper(await listPapers(papers), name);
  const { slug } = entry.paper;
  const { experiment } = await loadPaper(slug, papers);
  const preset = findPreset(experiment, flags.preset, `wp run ${slug}`).name;
  const folder = outputFolder(entry, flags);
  await checkOutputFolder({ folder, command: `wp run ${slug}` }, slug, preset);
  const interruption = listenForInterruption(terminal.stderr);
  try {
    const plan = { experiment, preset, folder, flags, signal: interruption.signal };
    const isComplete = await carryOut(plan, terminal);
    return isComplete ? exitCode.ok : interruption.code();
  } finally {
    interruption.release();
  }
}

interface Plan extends Pick<PaperModule, 'experiment'> {
  readonly preset: PresetName;
  readonly folder: string;
  readonly flags: RunFlags;
  readonly signal: AbortSignal;
}

async function carryOut(plan: Plan, terminal: Terminal): Promise<boolean> {
  const { experiment, preset, folder, flags, signal } = plan;
  const { paper } = experiment;
  const line = createProgressLine(terminal.stderr);
  const source = await sourceState(root);
  const backend = await openBackend(flags.backend, flags.threads, (notice) =>
    terminal.stderr.write(`wp run ${paper.slug}: ${notice}\n`),
  );
  const data = nodeDataSource({ onProgress: line.showLoading });
  const startedAt = new Date();
  const events = runExperiment(experiment, preset, { seed: flags.seed, signal, backend, data });
  const outcome = await follow(events, line, flags, terminal.stdout);
  const wallSeconds = (Date.now() - startedAt.getTime()) / 1000;
  const command = repeatingCommand(paper.slug, preset, flags);
  const facts = { root, source, command, backend, startedAt, wallSeconds };
  // A stopped run is worth keeping only where somebody named a place for it, and never as recorded.
  const isKept = outcome.isComplete || flags.out !== undefined;
  const result = isKept ? await keep(plan, outcome, facts) : undefined;
  const finished = { paper, preset, outcome, wallSeconds, folder, result };
  if (flags.json) reportAsJson(finished, terminal.stdout);
  else reportAsText(finished, terminal.stdout);
  if (flags.record) noteOnRecord(finished, source.isDirty, terminal.stderr);
  return outcome.isComplete;
}

function runnablePaper(entries: readonly CatalogueEntry[], name: string): CatalogueEntry {
  const entry = paperByName(entries, name, 'wp run');
  if (!entry.hasExperiment) {
    throw new UsageError(
      `wp run ${entry.paper.slug}: does not run here yet; "wp list" marks those that do with *`,
    );
  }
  return entry;
}

function outputFolder(entry: CatalogueEntry, { out, record }: RunFlags): string {
  if (record) return join(entry.folder, 'results');
  return out ?? join(cacheFolder(), 'results', entry.paper.slug);
}

/** Shows the events of a run as they come. */
async function follow(
  events: AsyncIterable<RunEvent>,
  line: ProgressLine,
  flags: RunFlags,
  stdout: Channel,
): Promise<RunOutcome> {
  try {
    for await (const event of events) {
      if (event.kind === 'done') return event;
      if (event.kind === 'progress') line.show(event.progress);
      if (flags.json && (event.kind === 'row' || flags.progress)) {
        if (stdout.isTerminal) line.clear();
        stdout.write(`${JSON.stringify(event)}\n`);
      }
    }
  } finally {
    line.clear();
  }
  throw new Error('internal: the run ended without an outcome');
}

async function keep(plan: Plan, outcome: RunOutcome, facts: RunFacts): Promise<Result> {
  const { experiment, preset, folder, flags } = plan;
  const { rows, verdicts, isComplete } = outcome;
  const result = {
    schema: 1,
    paper: experiment.paper.slug,
    preset,
    config: experiment.presets[preset],
    seed: flags.seed,
    isComplete,
    rows,
    verdicts,
    provenance: await collectProvenance(facts),
  } as const;
  return writeResult(folder, result, experiment.figures(rows));
}

function repeatingCommand(slug: string, preset: string, flags: RunFlags): string {
  const parts = [`npx wp run ${slug} --preset ${preset} --seed ${flags.seed}`];
  if (flags.backend !== 'node') parts.push(`--backend ${flags.backend}`);
  if (flags.threads !== undefined) parts.push(`--threads ${flags.threads}`);
  return parts.join(' ');
}

function noteOnRecord(run: FinishedRun, isDirty: boolean, stderr: Channel): void {
  const { slug } = run.paper;
  if (!run.result) {
    stderr.write(`wp run ${slug}: stopped, so nothing was recorded\n`);
    return;
  }
  if (isDirty) stderr.write('The tree differs from its commit, and the result says so.\n');
  stderr.write(
    '"npx tsx --conditions=source scripts/check-results.ts --write" brings the README up to date.\n',
  );
}
