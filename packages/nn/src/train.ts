import { ConfigError, WorkingPapersError } from '@working-papers/grad';
import type { CheckpointStore } from './checkpoint.ts';
import type { CompiledStep } from './compileStep.ts';
import { TrainingRun } from './trainingRun.ts';

/** What training tells after some of its steps. */
export interface StepEvent<State> {
  /** Steps done, from 1 to `steps`. */
  readonly step: number;
  readonly steps: number;
  /** Of this step's batch. */
  readonly loss: number;
  /** What the step returns besides its state and loss, by name. */
  readonly metrics: Readonly<Record<string, number>>;
  /** While training, since the event before; what the reader does between events does not count. */
  readonly samplesPerSecond: number;
  /** Until the last step, if all goes on as since the beginning, readers included. */
  readonly etaSeconds: number;
  /** After this step. On a device it is valid until the next event is asked for, the last for good. */
  readonly state: State;
}

/** Where and how often {@link train} keeps what it has reached. */
export interface CheckpointOptions {
  readonly store: CheckpointStore;
  /**
   * What the run is besides its state, as JSON: keys, settings of the optimiser and the schedule, data.
   * A checkpoint of another run is refused.
   */
  readonly config: object;
  /** Steps between two checkpoints. Default: at the end and on abort only. */
  readonly every?: number;
}

/** What {@link train} works with. */
export interface TrainOptions<State, Batch> {
  readonly step: CompiledStep<State, Batch>;
  /** Before the first step. */
  readonly state: State;
  /**
   * The batches from a step on, counted from 0. The batch of step i must not depend on where one
   * begins: draw it from `foldIn(key, i)`.
   */
  readonly batches: (firstStep: number) => Iterable<Batch> | AsyncIterable<Batch>;
  /** Of the whole run. */
  readonly steps: number;
  /** Of all steps, or of a step counted from 0. */
  readonly learningRate: number | ((step: number) => number);
  /** Default 1, so that `samplesPerSecond` counts steps. */
  readonly samplesPerStep?: number;
  /** Steps between two events; the last step always gives one. Default a hundredth of `steps`. */
  readonly reportEvery?: number;
  readonly checkpoints?: CheckpointOptions;
  readonly signal?: AbortSignal;
}

/**
 * Trains: takes a step on each batch and yields an event after some of them. The loss leaves a device
 * for events and checkpoints only; on the host, where it costs nothing, each one is looked at.
 *
 * With `checkpoints` it goes on from the latest one, to the same bits as a run without a break if
 * backend and number of threads are the same; a run that had reached its end yields its last event
 * again. When `signal` aborts, the step under way ends, a checkpoint is kept, and the signal's reason
 * is thrown. Leaving the loop early keeps none.
 *
 * @returns The state after the last step.
 * @throws {TrainingError} As soon as a loss or a state to be kept is found not to be finite; the step
 * runs again with `checkFinite` to say which operation did it.
 * @throws {CheckpointError} If the checkpoint is of another run, or cannot be read or kept.
 * @throws {ConfigError} If a setting makes no sense, or the batches end before the last step.
 */
export async function* train<State, Batch>(
  options: TrainOptions<State, Batch>,
): AsyncGenerator<StepEvent<State>, State, void> {
  checkOptions(options);
  const { steps, checkpoints, signal, reportEvery = Math.ceil(steps / 100) } = options;
  const run = await TrainingRun.begin(options);
  if (run.step === steps) {
    yield run.event();
    return run.state;
  }
  try {
    for await (const batch of options.batches(run.step)) {
      if (signal?.aborted) break;
      await run.advance(batch);
      const isLast = run.step === steps;
      const isReported = isLast || run.step % reportEvery === 0;
      const isKept = isLast || run.step % (checkpoints?.every ?? Infinity) === 0;
      if (isReported || isKept) await run.settle();
      if (isKept) await run.save();
      if (isReported) {
        yield run.event();
        run.resume();
      }
      if (isLast || signal?.aborted) break;
    }
  } catch (error) {
    // Batches may give up with the signal; what is reached is kept all the same.
    if (!signal?.aborted || error instanceof WorkingPapersError) throw error;
  }
  if (run.step === steps) return run.state;
  if (!signal?.aborted) {
    throw new ConfigError(
      `train: the batches ended after step ${run.step}; the run has ${steps} steps`,
    );
  }
  await run.settle();
  await run.save();
  throw signal.reason;
}

function checkOptions<State, Batch>(options: TrainOptions<State, Batch>): void {
  const { steps, samplesPerStep = 1, reportEvery, checkpoints } = options;
  for (const [name, value] of Object.entries({ steps, reportEvery, every: checkpoints?.every })) {
    if (value !== undefined && !(Number.isInteger(value) && value >= 1)) {
      throw new ConfigError(`train: ${name} = ${value} is not a positive integer`);
    }
  }
  if (!(samplesPerStep > 0)) {
    throw new ConfigError(`train: samplesPerStep = ${samplesPerStep} is not positive`);
  }
}
