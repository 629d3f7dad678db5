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
  type TakenOver,
  type TakeOver,
} from '@working-papers/paper-kit';
import {
  collectProvenance,
  folderObjects,
  sourceState,
  storedArtefacts,
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
import { describeEvent, reportAsJson, reportAsText, type FinishedRun } from './runReport.ts';
import { openStorage } from './runStorage.ts';
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
  /** Measures every cell anew. */
  readonly fresh: boolean;
  /** Makes every artefact anew. */
  readonly fromScratch: boolean;
  readonly backend: BackendName;
  readonly threads?: number;
}

const root = fileURLToPath(new URL('../../../', import.meta.url));

/**
 * `wp run`: runs an experiment, shows its progress, and reports claims against measurements. Each cell
 * is kept in the cache when it is measured, and the next run with the same settings and code goes on
 * from there. The result is written whole and at the end: to `--out`, with `--record` to the paper's
 * results, else to the cache. A stopped run leaves what it has in the cache too, unless `--out` says
 * otherwise, and never as recorded.
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
  const modulePath = join(papers?.modules ?? join(root, 'papers'), slug, 'index.ts');
  const interruption = listenForInterruption(terminal.stderr);
  try {
    const { signal } = interruption;
    const plan = { experiment, preset, folder, modulePath, flags, signal };
    const isComplete = await carryOut(plan, terminal);
    return isComplete ? exitCode.ok : interruption.code();
  } finally {
    interruption.release();
  }
}

interface Plan extends Pick<PaperModule, 'experiment'> {
  readonly preset: PresetName;
  readonly folder: string;
  readonly modulePath: string;
  readonly flags: RunFlags;
  readonly signal: AbortSignal;
}

async function carryOut(plan: Plan, terminal: Terminal): Promise<boolean> {
  const { experiment, preset, modulePath, flags, signal } = plan;
  const { paper } = experiment;
  const line = createProgressLine(terminal.stderr);
  const source = await sourceState(root);
  const onNotice = (notice: string) => terminal.stderr.write(`wp run ${paper.slug}: ${notice}\n`);
  const backend = await openBackend(flags.backend, flags.threads, onNotice);
  const data = nodeDataSource({ onProgress: line.showLoading });
  const takeOver = takeOverOf(flags);
  const storage = await openStorage({ modulePath, source, backend, takeOver, onNotice });
  const startedAt = new Date();
  const events = runExperiment(experiment, preset, {
    seed: flags.seed,
    signal,
    backend,
    data,
    storage,
    artefacts: storedArtefacts(folderObjects(cacheFolder())),
    ...(flags.fromScratch && { fromScratch: new Set<string>() }),
  });
  const { outcome, takenOver } = await follow(events, line, flags, terminal);
  const wallSeconds = (Date.now() - startedAt.getTime()) / 1000 + takenOver.seconds;
  const command = repeatingCommand(paper.slug, preset, flags);
  const facts = { root, source, command, backend, startedAt, wallSeconds };
  const folder = outcome.isComplete ? plan.folder : partialFolder(paper.slug, flags);
  const result = await keep({ ...plan, folder }, outcome, facts);
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

/** Beside the complete results of the cache, so that a stopped run replaces none. */
function partialFolder(slug: string, { out }: RunFlags): string {
  return out ?? join(cacheFolder(), 'results', slug, 'stopped');
}

/** Shows the events of a run as they come. */
async function follow(
  events: AsyncIterable<RunEvent>,
  line: ProgressLine,
  flags: RunFlags,
  { stdout, stderr }: Terminal,
): Promise<{ outcome: RunOutcome; takenOver: TakenOver }> {
  let takenOver: TakenOver = { cells: 0, seconds: 0 };
  try {
    for await (const event of events) {
      if (event.kind === 'done') return { outcome: event, takenOver };
      if (event.kind === 'begin') ({ takenOver } = event);
      const note = describeEvent(event);
      if (event.kind === 'progress') line.show(event.progress);
      else if (note !== undefined) {
        line.clear();
        stderr.write(`${note}\n`);
      }
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
  const { rows, verdicts, isComplete, cells, artefacts } = outcome;
  const result = {
    schema: 1,
    paper: experiment.paper.slug,
    preset,
    config: experiment.presets[preset],
    seed: flags.seed,
    isComplete,
    methods: experiment.methods,
    cells,
    artefacts,
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
  stderr.write(
    '"npx tsx --conditions=source scripts/check-results.ts --write" brings the README up to date.\n',
  );
}
