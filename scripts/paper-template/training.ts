import { zeros, type Backend, type Tensor } from '@working-papers/grad';
import { adam, compileStep, gradientStep, train } from '@working-papers/nn';
import { toTensors, type Points } from './line.ts';

/** A fitted line. */
export interface Line {
  readonly slope: number;
  readonly intercept: number;
}

/** How a line is fitted. */
export interface FitOptions {
  /** Of each residual, [count], not reduced. */
  readonly loss: (residual: Tensor) => Tensor;
  readonly steps: number;
  readonly learningRate: number;
  readonly backend: Backend;
  readonly signal: AbortSignal;
  /** Steps between two lines. Default only the last. */
  readonly every?: number;
}

/** A line on the way to the best one. */
export interface FitEvent extends Line {
  /** From 1 to `steps`. */
  readonly step: number;
  readonly loss: number;
}

/**
 * Fits slope and intercept by Adam, from the line y = 0.
 *
 * @returns Yields the line every few steps, and the last one at the end.
 */
export async function* fitLine(
  points: Points,
  { loss, steps, learningRate, backend, signal, every = steps }: FitOptions,
): AsyncGenerator<FitEvent, void, void> {
  const { x, y } = toTensors(points);
  const params = { slope: zeros([]), intercept: zeros([]) };
  const meanLoss = (line: typeof params) =>
    loss(x.mul(line.slope).add(line.intercept).sub(y)).mean();
  const optimiser = adam.with<typeof params>();
  const step = compileStep(gradientStep(meanLoss, optimiser), { backend });
  // All points in every step: there is nothing that changes from batch to batch.
  const batches = () => Array.from({ length: steps }, () => ({}));
  try {
    const state = optimiser.init(params);
    const run = train({ step, state, batches, steps, learningRate, reportEvery: every, signal });
    for await (const event of run) {
      const { slope, intercept } = event.state.params;
      const line = { slope: await slope.item(), intercept: await intercept.item() };
      yield { ...line, step: event.step, loss: event.loss };
    }
  } finally {
    await step.dispose();
  }
}
