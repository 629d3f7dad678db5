import type { CheckpointStore } from '@working-papers/nn';
import {
  artefactsFrom,
  memoryArtefacts,
  type ArtefactStore,
  type ArtefactUse,
} from './artefact.ts';
import type { Checkpoints } from './checkpoints.ts';
import type { Cell, Experiment, Progress, Row, RunContext } from './experiment.ts';
import { interleave, type Interleaved } from './interleave.ts';
import { checkRow } from './rows.ts';

/** What measuring cells needs from outside. */
export interface CellOptions extends Pick<RunContext, 'signal' | 'backend' | 'data'> {
  /** Default: artefacts live as long as the cell. */
  readonly artefacts?: ArtefactStore;
  /** Makes artefacts anew; see {@link artefactsFrom}. */
  readonly fromScratch?: Set<string>;
  /** Where the cell's trainings keep their state, if they do. */
  readonly checkpoints?: { readonly address: string; readonly store: Checkpoints };
  /** Least time between two progress events; default 100. */
  readonly progressIntervalMs?: number;
}

/** What happens beside measuring. */
type CellNote =
  | { readonly kind: 'artefact'; readonly artefact: ArtefactUse }
  /** A training goes on where an earlier run was ended. */
  | { readonly kind: 'resumed'; readonly training: string; readonly step: number };

/** What a cell tells while it is measured; progress is that of the cell, and `measured` is the last. */
export type CellEvent = Interleaved | CellNote | ({ readonly kind: 'measured' } & MeasuredCell);

/** What a cell leaves behind. */
export interface MeasuredCell {
  readonly rows: readonly Row[];
  readonly artefacts: readonly ArtefactUse[];
  readonly seconds: number;
  /** False if it was stopped: then there may be rows, but not all. */
  readonly isComplete: boolean;
}

/**
 * Measures one cell and yields its rows as they come, progress between them, and at the end all of it.
 *
 * When `signal` aborts, the cell ends at its next check of the signal, and `measured` still comes, with
 * `isComplete` false. A reader who leaves the loop ends it likewise.
 *
 * @throws {DataError} If a row is malformed or names a method that the experiment does not list.
 */
export async function* runCell<Config, CellT extends Cell, ClaimId extends string>(
  experiment: Experiment<Config, CellT, ClaimId>,
  cell: CellT,
  options: CellOptions,
): AsyncGenerator<CellEvent, void, void> {
  const { signal } = options;
  const startMs = performance.now();
  const methods = new Set(experiment.methods.map(({ method }) => method));
  const rows: Row[] = [];
  const notes: CellNote[] = [];
  let told = 0;
  const events = interleave({
    start: (onProgress, ownSignal) => {
      const context = contextOf({ ...options, signal: ownSignal }, onProgress, (note) => {
        notes.push(note);
      });
      return experiment.run(cell, context);
    },
    signal,
    progressIntervalMs: options.progressIntervalMs ?? 100,
  });
  try {
    for await (const event of events) {
      for (; told < notes.length; told++) yield notes[told]!;
      if (event.kind === 'row') {
        const where = `${experiment.paper.slug}: ${cell.label}: row ${rows.length + 1}`;
        const row = checkRow(event.row, where, methods);
        rows.push(row);
        yield { kind: 'row', row };
      } else {
        yield event;
      }
    }
  } catch (error) {
    if (!isAbort(error, signal)) throw error;
  }
  for (; told < notes.length; told++) yield notes[told]!;
  const artefacts = notes.flatMap((note) => (note.kind === 'artefact' ? note.artefact : []));
  const seconds = (performance.now() - startMs) / 1000;
  yield { kind: 'measured', rows, artefacts, seconds, isComplete: !signal.aborted };
}

function contextOf(
  options: CellOptions,
  onProgress: RunContext['onProgress'],
  onNote: (note: CellNote) => void,
): RunContext {
  const { signal, backend, data, fromScratch, checkpoints } = options;
  let fraction = 0;
  const context = {
    signal,
    backend,
    data,
    onProgress: (progress: Progress) => {
      fraction = progress.fraction;
      onProgress(progress);
    },
  };
  const announced: Checkpoints | undefined = checkpoints && {
    ...checkpoints.store,
    open: (address, training) =>
      announcing(checkpoints.store.open(address, training), (step) =>
        onNote({ kind: 'resumed', training, step }),
      ),
  };
  return {
    ...context,
    artefacts: artefactsFrom({
      store: options.artefacts ?? memoryArtefacts(),
      // Nobody knows what share of the cell an artefact is: the bar waits.
      context: { ...context, onProgress: (progress) => onProgress({ ...progress, fraction }) },
      ...(announced && { checkpoints: announced }),
      ...(fromScratch && { fromScratch }),
      onUse: (artefact) => onNote({ kind: 'artefact', artefact }),
    }),
    checkpoint: (name) => checkpoints && announced?.open(checkpoints.address, name),
  };
}

/** A store that tells when a training takes up what is in it. */
function announcing(store: CheckpointStore, onResume: (step: number) => void): CheckpointStore {
  return {
    ...store,
    load: async () => {
      const checkpoint = await store.load();
      if (checkpoint) onResume(checkpoint.step);
      return checkpoint;
    },
  };
}

/** Whether an error is how work ends after an abort, rather than a fault that happened beside it. */
function isAbort(error: unknown, signal: AbortSignal): boolean {
  if (!signal.aborted) return false;
  return error === signal.reason || (error instanceof Error && error.name === 'AbortError');
}
