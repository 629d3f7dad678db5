import { cacheFolder, nodeDataSource } from '@working-papers/data/node';
import {
  runExperiment,
  type Experiment,
  type PresetName,
  type RunEvent,
  type RunOutcome,
  type RunStorage,
  type TakenOver,
  type TakeOver,
} from '@working-papers/paper-kit';
import {
  folderObjects,
  sourceState,
  storedArtefacts,
  type RunFacts,
  type UndrawnResult,
  collectProvenance,
} from '@working-papers/paper-kit/node';
import type { PaperRoots } from '@working-papers/papers/catalogue';
import { runElsewhere } from '@working-papers/scale';
import { openBackend, type BackendName } from './backend.ts';
import { crewOf, type CrewFlags } from './crew.ts';
import { root } from './paperByName.ts';
import { createProgressLine, type ProgressLine } from './progressLine.ts';
import { describeEvent } from './runReport.ts';
import { openStorage } from './runStorage.ts';
import type { Terminal } from './terminal.ts';
import { modulePathOf } from './workbench.ts';

/** Who measures, with what, and what is shown meanwhile. */
export interface MeasureFlags extends CrewFlags {
  readonly seed: number;
  /** JSON lines on standard output instead of a table. */
  readonly json: boolean;
  /** With `json`: progress too. */
  readonly progress: boolean;
  /** Makes every artefact anew. */
  readonly fromScratch: boolean;
  readonly backend: BackendName;
}

/** What is to be measured. */
export interface Measurement {
  /** What asked for it, for messages: `wp run var`. */
  readonly command: string;
  readonly experiment: Experiment;
  readonly preset: PresetName;
  readonly flags: MeasureFlags;
  readonly takeOver: TakeOver;
  /** Where cells and checkpoints are; default the cache. */
  readonly folder?: string;
  readonly papers: PaperRoots | undefined;
  readonly signal: AbortSignal;
}

/** What came out, and all of its provenance but the command that repeats it. */
export interface Measured {
  readonly outcome: RunOutcome;
  readonly facts: Omit<RunFacts, 'command'>;
}

/**
 * Runs an experiment, in this process or by a crew, and shows its progress.
 *
 * @throws {ConfigError} If the place that `--store` names is wrong.
 */
export async function measure(plan: Measurement, terminal: Terminal): Promise<Measured> {
  const { command, experiment, preset, flags, signal } = plan;
  const line = createProgressLine(terminal.stderr);
  const source = await sourceState(root);
  const onNotice = (notice: string) => {
    line.clear();
    terminal.stderr.write(`${command}: ${notice}\n`);
  };
  const backend = await openBackend(flags.backend, flags.threads, onNotice);
  const { takeOver, papers, folder } = plan;
  const modulePath = modulePathOf(experiment.paper.slug, papers);
  const options = { modulePath, source, backend, takeOver, onNotice };
  const storage = await openStorage({ ...options, ...(folder !== undefined && { folder }) });
  const isAlone = flags.workers === undefined && flags.queue === undefined;
  const crew = isAlone
    ? undefined
    : await crewOf(
        flags,
        { backend: flags.backend, source, ...(papers && { papers }) },
        storage,
        onNotice,
      );
  const startedAt = new Date();
  const events = crew
    ? runElsewhere(experiment, preset, { seed: flags.seed, signal, ...crew })
    : runExperiment(experiment, preset, {
        seed: flags.seed,
        signal,
        backend,
        data: nodeDataSource({ onProgress: line.showLoading }),
        storage,
        artefacts: storedArtefacts(folderObjects(cacheFolder())),
        ...(flags.fromScratch && { fromScratch: new Set<string>() }),
      });
  const { outcome, takenOver } = await follow(events, line, flags, terminal);
  const wallSeconds = (Date.now() - startedAt.getTime()) / 1000 + takenOver.seconds;
  const used = usedBackend(backend, crew?.storage ?? storage);
  return { outcome, facts: { root, source, backend: used, startedAt, wallSeconds } };
}

/** The backend with the threads that each cell had. */
function usedBackend(backend: RunFacts['backend'], { origin }: RunStorage): RunFacts['backend'] {
  const { name, version } = backend;
  return { name, version, threads: origin.threads };
}

/** Shows the events of a run as they come. */
async function follow(
  events: AsyncIterable<RunEvent>,
  line: ProgressLine,
  flags: Pick<MeasureFlags, 'json' | 'progress'>,
  { stdout, stderr }: Terminal,
): Promise<{ outcome: RunOutcome; takenOver: TakenOver }> {
  let takenOver: TakenOver = { cells: 0, seconds: 0 };
  const notes = new Set<string>();
  try {
    for await (const event of events) {
      if (event.kind === 'done') return { outcome: event, takenOver };
      if (event.kind === 'begin') ({ takenOver } = event);
      const note = describeEvent(event);
      if (event.kind === 'progress') line.show(event.progress);
      else if (note !== undefined && !notes.has(note)) {
        notes.add(note); // Many cells read the same artefact.
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

/** The result of a run, with the command that repeats it. */
export async function resultOf(
  { experiment, preset, flags }: Measurement,
  { outcome, facts }: Measured,
  command: string,
): Promise<UndrawnResult> {
  const { rows, verdicts, isComplete, cells, artefacts } = outcome;
  return {
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
    provenance: await collectProvenance({ ...facts, command }),
  };
}
