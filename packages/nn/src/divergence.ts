import {
  ConfigError,
  TrainingError,
  WorkingPapersError,
  flattenTensors,
  mapTensors,
  tensor,
  type Safetensor,
  type Tensor,
  type TypedArray,
} from '@working-papers/grad';
import { storedTensors } from './checkpoint.ts';
import type { TrainOptions } from './train.ts';

/** A state and the number of steps that led to it. */
export interface Waypoint<State> {
  readonly step: number;
  readonly state: State;
}

/** What one step was taken from. */
interface Attempt<State, Batch> extends Waypoint<State> {
  readonly batch: Batch;
}

/**
 * The learning rate of a step.
 *
 * @throws {ConfigError} If it is not finite.
 */
export function learningRateOf(
  { learningRate }: Pick<TrainOptions<unknown, unknown>, 'learningRate'>,
  step: number,
): number {
  const rate = typeof learningRate === 'number' ? learningRate : learningRate(step);
  if (Number.isFinite(rate)) return rate;
  throw new ConfigError(
    `train: the learning rate of step ${step + 1} is ${rate}; expected a number`,
  );
}

/**
 * Repeats the steps from a sound state until the loss is not finite, and that step once more while
 * every value is looked at.
 *
 * @param from - Before the last step whose loss is known to be finite, or before any step.
 * @param found - What is wrong, after which step that was seen, and the last step with a finite loss.
 */
export async function explainDivergence<State, Batch>(
  options: TrainOptions<State, Batch>,
  from: Waypoint<State>,
  found: {
    readonly problem: string;
    readonly step: number;
    readonly loss: number;
    readonly soundStep: number;
  },
): Promise<TrainingError> {
  const { attempts, step, loss } = await repeat(options, from, found.step);
  // A loss that was finite the first time shows that this is not the same step again.
  const isSame = Number.isFinite(loss) || step > found.soundStep;
  const culprit = isSame ? await culpritOf(attempts) : undefined;
  const reason = culprit && (await reasonOf(options, culprit));
  const [lastStep, problem] =
    isSame && !Number.isFinite(loss) ? [step, `the loss is ${loss}`] : [found.step, found.problem];
  const culpritStep = culprit ? culprit.step + 1 : lastStep;
  const origin = culpritStep === lastStep ? '' : `, spoilt by step ${culpritStep}`;
  const learningRate = learningRateOf(options, culpritStep - 1);
  return new TrainingError(
    `train: ${problem} in step ${lastStep} of ${options.steps}${origin} (learning rate ${learningRate}): ${reason?.message ?? 'when repeated, the step gives other numbers; batches must give the same again when they begin anew'}`,
    { step: culpritStep, learningRate, loss: found.loss, ...(reason && { cause: reason }) },
  );
}

/** The last two steps until the loss is not finite, or up to a step. */
async function repeat<State, Batch>(
  options: TrainOptions<State, Batch>,
  from: Waypoint<State>,
  end: number,
) {
  let { step, state } = from;
  let loss = NaN;
  let attempts: readonly Attempt<State, Batch>[] = [];
  for await (const batch of options.batches(step)) {
    attempts = [...attempts.slice(-1), { step, state, batch }];
    const result = await options.step(state, batch, tensor(learningRateOf(options, step)));
    loss = await result.loss.item();
    state = result.state;
    step += 1;
    if (!Number.isFinite(loss) || step >= end) break;
  }
  return { attempts, step, loss };
}

/** The step before, if it is what spoilt the state: its own loss was made before its update. */
async function culpritOf<State, Batch>(
  attempts: readonly Attempt<State, Batch>[],
): Promise<Attempt<State, Batch> | undefined> {
  const [earlier, last] = attempts;
  if (earlier === undefined || last === undefined) return earlier;
  const isSpoilt = async (state: State) =>
    pathWith(await storedTensors(state), (value) => !Number.isFinite(value)) !== undefined;
  return (await isSpoilt(last.state)) && !(await isSpoilt(earlier.state)) ? earlier : last;
}

async function reasonOf<State, Batch>(
  options: TrainOptions<State, Batch>,
  { step, state, batch }: Attempt<State, Batch>,
): Promise<WorkingPapersError | undefined> {
  const rate = tensor(learningRateOf(options, step));
  try {
    await options.step.checked(await onHost(state), await onHost(batch), rate);
    return undefined;
  } catch (error) {
    if (error instanceof WorkingPapersError) return error;
    throw error;
  }
}

/** The path of the first tensor with such an element. */
export function pathWith(
  tensors: Readonly<Record<string, Safetensor>>,
  isWanted: (value: number) => boolean,
): string | undefined {
  return Object.keys(tensors).find((path) => {
    const data: TypedArray | undefined = tensors[path]?.data;
    if (data instanceof Float32Array || data instanceof Float64Array) return data.some(isWanted);
    return false;
  });
}

async function onHost<Tree>(tree: Tree): Promise<Tree> {
  const values: Tensor[] = [];
  for (const { value } of flattenTensors(tree)) {
    const { shape, dtype } = value;
    values.push(tensor(await value.data(), { shape, dtype }));
  }
  let next = 0;
  return mapTensors(tree, (value) => values[next++] ?? value);
}
