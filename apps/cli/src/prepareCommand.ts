import { cacheFolder, nodeDataSource } from '@working-papers/data/node';
import {
  artefactAddress,
  artefactsFrom,
  planRun,
  type Artefact,
  type ArtefactUse,
} from '@working-papers/paper-kit';
import { sourceState, storedArtefacts, duration } from '@working-papers/paper-kit/node';
import { listPapers, loadPaper, type PaperRoots } from '@working-papers/papers/catalogue';
import { openObjects } from '@working-papers/scale';
import { openBackend, type BackendName } from './backend.ts';
import { exitCode } from './exitCode.ts';
import { listenForInterruption } from './interruption.ts';
import { root, runnablePaper } from './paperByName.ts';
import { createProgressLine } from './progressLine.ts';
import { openStorage } from './runStorage.ts';
import type { Channel, CommandContext } from './terminal.ts';
import { modulePathOf } from './workbench.ts';

/** What `wp prepare` was told. */
export interface PrepareFlags {
  readonly preset: string;
  readonly seed: number;
  /** A folder or `s3://bucket/prefix`; default the cache. */
  readonly store?: string;
  readonly fromScratch: boolean;
  readonly backend: BackendName;
  readonly threads?: number;
  readonly json: boolean;
}

/**
 * `wp prepare`: makes the shared artefacts of papers before the runs that need them, and says what each
 * cost to make and costs to read. Each is kept when it is made, and one that is there is only read.
 *
 * @param names - Papers; default all that declare artefacts and have the preset.
 * @returns The exit code.
 * @throws {UsageError} If there is no such paper.
 * @throws {ConfigError} If a named paper has no such preset, or the store is wrong.
 */
export async function prepareCommand(
  names: readonly string[],
  flags: PrepareFlags,
  context: CommandContext,
): Promise<number> {
  const { stdout, stderr } = context.terminal;
  const wanted = await wantedArtefacts(names, flags, context.papers);
  if (wanted.length === 0) {
    stderr.write('no cell of these papers uses a shared artefact\n');
    return exitCode.ok;
  }
  const interruption = listenForInterruption(stderr);
  try {
    for (const { slug, artefact } of wanted) {
      const uses = await prepare(slug, artefact, { flags, context, signal: interruption.signal });
      report(slug, uses, flags.json, stdout);
    }
    return exitCode.ok;
  } catch (error) {
    if (interruption.signal.aborted) return interruption.code();
    throw error;
  } finally {
    interruption.release();
  }
}

interface Wanted {
  readonly slug: string;
  readonly artefact: Artefact<unknown>;
}

/** The artefacts that the cells of a preset ask for, each once. */
async function wantedArtefacts(
  names: readonly string[],
  { preset, seed }: PrepareFlags,
  papers: PaperRoots | undefined,
): Promise<Wanted[]> {
  const all = await listPapers(papers);
  const entries =
    names.length > 0
      ? names.map((name) => runnablePaper(all, name, 'wp prepare'))
      : all.filter(({ hasExperiment }) => hasExperiment);
  const found = new Map<string, Wanted>();
  for (const { paper } of entries) {
    const { experiment, artefactsOf } = await loadPaper(paper.slug, papers);
    if (!artefactsOf) continue;
    const lacksPreset = !Object.keys(experiment.presets).includes(preset);
    if (names.length === 0 && lacksPreset) continue;
    for (const artefact of planRun(experiment, preset, seed).cells.flatMap(artefactsOf)) {
      const address = await artefactAddress(artefact);
      if (!found.has(address)) found.set(address, { slug: paper.slug, artefact });
    }
  }
  return [...found.values()];
}

/** Gets an artefact twice: the first time it may have to be made, the second time it is there. */
async function prepare(
  slug: string,
  artefact: Artefact<unknown>,
  given: {
    readonly flags: PrepareFlags;
    readonly context: CommandContext;
    readonly signal: AbortSignal;
  },
): Promise<readonly ArtefactUse[]> {
  const { flags, signal } = given;
  const { stderr } = given.context.terminal;
  const line = createProgressLine(stderr);
  const onNotice = (notice: string) => stderr.write(`wp prepare: ${notice}\n`);
  const backend = await openBackend(flags.backend, flags.threads, onNotice);
  const storage = await openStorage({
    modulePath: modulePathOf(slug, given.context.papers),
    source: await sourceState(root),
    backend,
    takeOver: 'all',
    onNotice,
  });
  const uses: ArtefactUse[] = [];
  const artefacts = artefactsFrom({
    store: storedArtefacts(await openObjects(flags.store ?? cacheFolder())),
    context: {
      signal,
      backend,
      data: nodeDataSource({ onProgress: line.showLoading }),
      onProgress: (progress) => line.show({ ...progress, stepsPerSecond: null, secondsLeft: null }),
    },
    ...(storage.checkpoints && { checkpoints: storage.checkpoints }),
    ...(flags.fromScratch && { fromScratch: new Set<string>() }),
    onUse: (use) => uses.push(use),
  });
  try {
    for (let i = 0; i < 2; i++) await artefacts.get(artefact);
  } finally {
    line.clear();
  }
  return uses;
}

function report(
  slug: string,
  uses: readonly ArtefactUse[],
  isJson: boolean,
  stdout: Channel,
): void {
  const last = uses.at(-1);
  if (!last) throw new Error('internal: an artefact was got without a report');
  const { name, address, makingSeconds, seconds: readingSeconds } = last;
  const isMade = uses.some((use) => use.name === name && use.isMade);
  if (isJson) {
    const facts = { paper: slug, name, address, isMade, makingSeconds, readingSeconds };
    stdout.write(`${JSON.stringify({ kind: 'artefact', ...facts })}\n`);
    return;
  }
  const state = isMade ? 'made' : 'was there';
  stdout.write(
    `${name} (${slug}): ${state}; making it takes ${duration(makingSeconds)}, reading it ${duration(readingSeconds)}\n`,
  );
}
