import { readFile } from 'node:fs/promises';
import {
  NonFiniteError,
  TrainingError,
  tensor,
  valueAndGrad,
  type Tensor,
} from '@working-papers/grad';
import { describe, expect, test } from 'vitest';
import {
  compileStep,
  memoryCheckpoints,
  train,
  type StepResult,
  type TrainOptions,
} from '../src/index.ts';
import { backends } from './backends.ts';

/** One parameter, moved against the gradient of a loss. */
interface Point {
  readonly w: Tensor;
}

const descend =
  (lossOf: (w: Tensor, x: Tensor) => Tensor) =>
  (point: Point, x: Tensor, learningRate: Tensor): StepResult<Point> => {
    const [loss, slope] = valueAndGrad((w: Tensor) => lossOf(w, x))(point.w);
    return { state: { w: point.w.sub(slope.mul(learningRate)) }, loss };
  };

describe.each(backends)('a loss that is no number, on $name', (backend) => {
  /** Trains on the numbers of a list; returns the error and the line that it names. */
  async function stopped(
    lossOf: (w: Tensor, x: Tensor) => Tensor,
    xs: readonly number[],
    options: Partial<TrainOptions<Point, Tensor>> = {},
  ) {
    const step = compileStep(descend(lossOf), { backend, name: 'descend' });
    const error = await lastEvent(
      train({
        step,
        state: { w: tensor(1) },
        batches: (first) => xs.slice(first).map((x) => tensor(x)),
        steps: xs.length,
        learningRate: (i) => (i + 1) / 16,
        ...options,
      }),
    ).catch((reason: unknown) => reason);
    await step.dispose();
    if (!(error instanceof TrainingError)) throw new Error(`not a TrainingError: ${String(error)}`);
    const [, file = '', line = ''] = /built at (\S+):(\d+):\d+/.exec(error.message) ?? [];
    const source = file === '' ? '' : (await readFile(file, 'utf8')).split('\n')[Number(line) - 1];
    return {
      error,
      message: error.message.replace(/\S+:\d+:\d+/, '<line>'),
      source: source?.trim(),
    };
  }

  test('names the step, its learning rate, the operation and its line', async () => {
    const { error, message, source } = await stopped(
      (w, x) => {
        const product = w.mul(x);
        return product.log();
      },
      [1, 1, 1, -1, 1],
    );
    expect(message).toMatchInlineSnapshot(
      `"train: the loss is NaN in step 4 of 5 (learning rate 0.25): descend: log, built at <line>, gives NaN"`,
    );
    expect(source).toBe('return product.log();');
    expect(error).toMatchObject({ name: 'TrainingError', step: 4, learningRate: 0.25, loss: NaN });
    expect(error.cause).toBeInstanceOf(NonFiniteError);
  });

  test('names the step before if its update spoilt the state', async () => {
    // The slope of the root at 0 is infinite, times 0: the loss of that step itself is 0.
    const { error, message, source } = await stopped(
      (w, x) => {
        const square = w.mul(x).square();
        return square.sqrt();
      },
      [1, 1, 0, 1, 1],
    );
    expect(message).toMatchInlineSnapshot(
      `"train: the loss is NaN in step 4 of 5, spoilt by step 3 (learning rate 0.1875): descend: div in the gradient of sqrt, built at <line>, gives Infinity"`,
    );
    expect(source).toBe('return square.sqrt();');
    expect(error).toMatchObject({ step: 3, learningRate: 3 / 16, loss: NaN });
  });

  test('names infinities too, in the first step too', async () => {
    const { message } = await stopped((w, x) => w.mul(x).exp(), [1000, 1]);
    expect(message).toMatchInlineSnapshot(
      `"train: the loss is Infinity in step 1 of 2 (learning rate 0.0625): descend: exp, built at <line>, gives Infinity"`,
    );
  });

  test('names the number that came in', async () => {
    const { message } = await stopped((w, x) => w.mul(x), [1, NaN, 1]);
    expect(message).toMatchInlineSnapshot(
      `"train: the loss is NaN in step 2 of 3 (learning rate 0.125): descend: argument 1 holds NaN"`,
    );
  });

  test('is never kept: a state with NaN stops training at its checkpoint', async () => {
    const store = memoryCheckpoints();
    const { message } = await stopped((w, x) => w.mul(x).square().sqrt(), [1, 1, 0, 1, 1], {
      checkpoints: { store, config: {}, every: 1 },
    });
    expect(message).toMatchInlineSnapshot(
      `"train: w holds NaN in step 3 of 5 (learning rate 0.1875): descend: div in the gradient of sqrt, built at <line>, gives Infinity"`,
    );
    expect((await store.load())?.step).toBe(2);
  });

  test('says so if the batches of a repetition are others', async () => {
    const xs = [1, 1, -1, 1];
    let next = 0;
    const { message } = await stopped((w, x) => w.mul(x).log(), xs, {
      *batches() {
        for (; next < xs.length; next++) yield tensor(xs[next] ?? 0);
      },
    });
    expect(message).toMatchInlineSnapshot(
      `"train: the loss is NaN in step 3 of 4 (learning rate 0.1875): when repeated, the step gives other numbers; batches must give the same again when they begin anew"`,
    );
  });
});

async function lastEvent(events: AsyncIterable<unknown>): Promise<unknown> {
  let last: unknown;
  for await (const event of events) last = event;
  return last;
}
