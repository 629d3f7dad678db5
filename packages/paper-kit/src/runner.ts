import { ConfigError } from '@working-papers/grad';
import {
  presetNames,
  type Experiment,
  type PresetName,
  type Row,
  type RunContext,
} from './experiment.ts';
import { interleave, type Interleaved } from './interleave.ts';
import { checkRow } from './rows.ts';
import { checkVerdict, notMeasured, type Verdict } from './verdict.ts';

/** What a run leaves behind. */
export interface RunOutcome {
  readonly rows: readonly Row[];
  /** By claim; all `not measured` if the run was stopped, because part of the rows proves nothing. */
  readonly verdicts: Readonly<Record<string, Verdict>>;
  /** False if the run was stopped before its end. */
  readonly isComplete: boolean;
}

/** What a run tells those who watch it, in the order in which it happens; `done` is the last. */
export type RunEvent = Interleaved | ({ readonly kind: 'done' } & RunOutcome);

/** What a run needs from outside. */
export interface RunOptions extends Omit<RunContext, 'onProgress'> {
  /** Least time between two progress events; default 100. */
  readonly progressIntervalMs?: number;
}

/**
 * Runs an experiment and yields its rows as they are measured, progress between them, and at the
 * end all rows with a verdict on each claim. Command line, tests and the page all run it so.
 *
 * When `signal` aborts, the experiment ends at its next check of the signal, and `done` still comes:
 * with the rows so far and `isComplete` false. A reader who leaves the loop ends it likewise.
 *
 * @param preset - One of the experiment's presets.
 * @throws {ConfigError} If there is no such preset or the seed is not a non-negative integer.
 * @throws {DataError} If a row or a verdict is malformed, naming its place.
 */
export async function* runExperiment<Config, ClaimId extends string>(
  experiment: Experiment<Config, ClaimId>,
  preset: string,
  options: RunOptions,
): AsyncGenerator<RunEvent, void, void> {
  const { slug } = experiment.paper;
  const { name, config } = findPreset(experiment, preset);
  const { seed, backend, data, signal } = options;
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new ConfigError(`${slug}: seed ${seed} is not a non-negative integer`);
  }
  const events = interleave({
    start: (onProgress, ownSignal) =>
      experiment.run(config, { seed, backend, data, signal: ownSignal, onProgress }),
    signal,
    progressIntervalMs: options.progressIntervalMs ?? 100,
  });
  const rows: Row[] = [];
  try {
    for await (const event of events) {
      if (event.kind === 'row') {
        const row = checkRow(event.row, `${slug} ${name}: row ${rows.length + 1}`);
        rows.push(row);
        yield { kind: 'row', row };
      } else {
        yield event;
      }
    }
  } catch (error) {
    if (!isAbort(error, signal)) throw error;
  }
  const isComplete = !signal.aborted;
  yield { kind: 'done', rows, verdicts: judge(experiment, rows, isComplete), isComplete };
}

/**
 * A preset of an experiment by name.
 *
 * @param where - What asks for it, at the beginning of the message; default the paper's slug.
 * @throws {ConfigError} If the experiment has no such preset; the message lists those it has.
 */
export function findPreset<Config, ClaimId extends string>(
  experiment: Experiment<Config, ClaimId>,
  preset: string,
  where = experiment.paper.slug,
): { readonly name: PresetName; readonly config: Config } {
  const known = presetNames.filter((each) => experiment.presets[each] !== undefined);
  const name = known.find((each) => each === preset);
  const config = name && experiment.presets[name];
  if (name === undefined || config === undefined) {
    const list = new Intl.ListFormat('en', { type: 'conjunction' }).format(known);
    throw new ConfigError(
      `${where}: no preset "${preset}"; ` +
        (known.length === 1 ? `the only preset is ${list}` : `the presets are ${list}`),
    );
  }
  return { name, config };
}

/**
 * The verdict on each claim of the experiment's paper.
 *
 * @param isComplete - Whether `rows` are those of a whole run; else no claim counts as measured.
 * @throws {DataError} If a rule returns a malformed verdict.
 */
export function judge<Config, ClaimId extends string>(
  experiment: Experiment<Config, ClaimId>,
  rows: readonly Row[],
  isComplete: boolean,
): Record<string, Verdict> {
  const rules = Object.entries<(rows: readonly Row[]) => Verdict>(experiment.verdicts);
  return Object.fromEntries(
    rules.map(([id, rule]) => [
      id,
      isComplete
        ? checkVerdict(rule(rows), `${experiment.paper.slug}: verdict on ${id}`)
        : notMeasured('decided on a complete run only', 'the run was stopped'),
    ]),
  );
}

/** Whether an error is how work ends after an abort, rather than a fault that happened beside it. */
function isAbort(error: unknown, signal: AbortSignal): boolean {
  if (!signal.aborted) return false;
  return error === signal.reason || (error instanceof Error && error.name === 'AbortError');
}
