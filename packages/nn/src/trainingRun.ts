import {
  ConfigError,
  ShapeError,
  flattenTensors,
  hostData,
  letOthersRun,
  tensor,
  type Tensor,
} from '@working-papers/grad';
import { restoreState, storedTensors, type Checkpoint } from './checkpoint.ts';
import type { StepResult } from './compileStep.ts';
import { plainConfig } from './configuration.ts';
import { explainDivergence, learningRateOf, pathWith, type Waypoint } from './divergence.ts';
import { Pace } from './pace.ts';
import type { StepEvent, TrainOptions } from './train.ts';

/** Training under way: what {@link train} does between two events. */
export class TrainingRun<State, Batch> {
  private readonly options: TrainOptions<State, Batch>;
  private readonly config: unknown;
  private readonly pace = new Pace();
  private readonly first: Waypoint<State>;
  /** What is reached. */
  private now: Waypoint<State>;
  private numbers: Pick<Checkpoint, 'loss' | 'metrics'>;
  /** What the last step returned, until its numbers are read. */
  private result: StepResult<State> | undefined;
  /** Before the last step. */
  private before: Waypoint<State>;
  /** Before the last step whose loss is known to be finite. */
  private sound: Waypoint<State>;
  private soundStep: number;
  private savedStep: number;

  private constructor(
    options: TrainOptions<State, Batch>,
    start: Waypoint<State>,
    more: { readonly config: unknown; readonly numbers: Pick<Checkpoint, 'loss' | 'metrics'> },
  ) {
    this.options = options;
    this.config = more.config;
    this.numbers = more.numbers;
    this.first = start;
    this.now = start;
    this.before = start;
    this.sound = start;
    this.soundStep = start.step;
    this.savedStep = start.step;
  }

  /** A run at its first state, or where its latest checkpoint is. */
  static async begin<State, Batch>(
    options: TrainOptions<State, Batch>,
  ): Promise<TrainingRun<State, Batch>> {
    const { checkpoints, state, steps } = options;
    const config = plainConfig(checkpoints?.config ?? {});
    const checkpoint = await checkpoints?.store.load();
    if (!checkpoints || !checkpoint) {
      return new TrainingRun(options, { step: 0, state }, { config, numbers: unknown });
    }
    const { place } = checkpoints.store;
    const restored = restoreState(checkpoint, { template: state, config, place });
    if (checkpoint.step > steps) {
      throw new ConfigError(
        `train: steps = ${steps} and the checkpoint in ${place} is after step ${checkpoint.step}; raise steps, or use another place`,
      );
    }
    const { step, loss, metrics } = checkpoint;
    return new TrainingRun(
      options,
      { step, state: restored },
      { config, numbers: { loss, metrics } },
    );
  }

  /** Steps done. */
  get step(): number {
    return this.now.step;
  }

  /** After them. */
  get state(): State {
    return this.now.state;
  }

  /** Takes one step. */
  async advance(batch: Batch): Promise<void> {
    const { step, state } = this.now;
    const rate = tensor(learningRateOf(this.options, step));
    // An abort comes by a timer or a message, and not every backend lets those in.
    await letOthersRun();
    const result = await this.options.step(state, batch, rate);
    this.pace.count();
    const { before } = this;
    if (this.result) dispose({ ...this.result, state: null });
    this.before = this.now;
    this.now = { step: step + 1, state: result.state };
    this.result = result;
    this.release(before);
    const loss = lossOnHost(result.loss);
    if (loss !== null) await this.checkLoss(loss);
  }

  /** Reads the numbers of the last step, and checks that training may go on. */
  async settle(): Promise<void> {
    if (this.result === undefined) return;
    const { state: _, ...scalars } = this.result;
    const numbers: Record<string, number> = {};
    for (const { path, value } of flattenTensors(scalars)) numbers[path] = await value.item();
    const { loss = NaN, ...metrics } = numbers;
    this.numbers = { loss, metrics };
    await this.checkLoss(loss);
    dispose(scalars);
    this.result = undefined;
  }

  /** Keeps what is reached, if there is a place for it and it is not there yet. */
  async save(): Promise<void> {
    const { checkpoints } = this.options;
    if (!checkpoints || this.savedStep === this.step) return;
    const tensors = await storedTensors(this.state);
    const path = pathWith(tensors, Number.isNaN);
    if (path !== undefined) await this.stop(`${path || 'the state'} holds NaN`);
    const { step, config, numbers } = this;
    await checkpoints.store.save({ step, tensors, config, ...numbers });
    this.savedStep = step;
  }

  /** What the reader is told. */
  event(): StepEvent<State> {
    const { steps, samplesPerStep = 1 } = this.options;
    const { step, state } = this.now;
    return {
      step,
      steps,
      ...this.numbers,
      samplesPerSecond: samplesPerStep * this.pace.stepsPerSecond(),
      etaSeconds: this.pace.secondsFor(steps - step),
      state,
    };
  }

  /** The reader is done with an event. */
  resume(): void {
    this.pace.startLap();
  }

  private async checkLoss(loss: number): Promise<void> {
    if (!Number.isFinite(loss)) await this.stop(`the loss is ${loss}`, loss);
    const { sound } = this;
    this.sound = this.before;
    this.soundStep = this.step;
    this.release(sound);
  }

  private async stop(problem: string, loss = this.numbers.loss): Promise<never> {
    const { step, soundStep } = this;
    throw await explainDivergence(this.options, this.sound, { problem, loss, step, soundStep });
  }

  /** Frees a state's memory on a device, unless it is the caller's or still of use. */
  private release(waypoint: Waypoint<State>): void {
    const isInUse = [this.first, this.sound, this.before].includes(waypoint);
    if (!isInUse && this.result && isOnDevice(this.result.loss)) dispose(waypoint.state);
  }
}

const unknown = { loss: NaN, metrics: {} };

function isOnDevice({ node: { constant } }: Tensor): boolean {
  return constant !== undefined && 'device' in constant;
}

/** The loss, if reading it takes no time. */
function lossOnHost(loss: Tensor): number | null {
  if (loss.size !== 1) {
    throw new ShapeError(
      `train: the loss is [${loss.shape.join(', ')}]; expected one number, such as its mean`,
    );
  }
  return isOnDevice(loss) ? null : Number(hostData(loss)[0]);
}

function dispose(tree: unknown): void {
  for (const { value } of flattenTensors(tree)) value.dispose();
}
