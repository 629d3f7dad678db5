/** A small neural denoiser under EDM's preconditioning, as the paper trains it on mixtures and images. */
import {
  compile,
  concat,
  cos,
  foldIn,
  integers,
  normal,
  sin,
  split,
  tensor,
  valueAndGrad,
  type Backend,
  type Key,
  type Tensor,
} from '@working-papers/grad';
import {
  edmLoss,
  heunSample,
  precondition,
  sigmaSchedule,
  trainingSigmas,
  type Denoiser,
} from '@working-papers/diffusion';
import { adam, cosineSchedule, mlp, type AdamState, type Mlp } from '@working-papers/nn';
import { points, type Points } from '@working-papers/metrics';

/** A trained denoiser with what sampling needs to know of its data. */
export interface NeuralDenoiser {
  readonly params: Mlp;
  /** Mean of the training data, [dim]; the network works on deviations from it. */
  readonly mean: Float32Array;
  /** Root mean square of these deviations. */
  readonly sigmaData: number;
}

/** Settings of {@link trainNeuralDenoiser}. */
export interface NeuralTrainingOptions {
  /** Widths of the hidden layers. */
  readonly hidden: readonly number[];
  readonly steps: number;
  readonly batch: number;
  /** Of Adam at its peak, falling to 0 along a cosine. */
  readonly learningRate: number;
  readonly key: Key;
  readonly backend: Backend;
  readonly signal?: AbortSignal;
  readonly onStep?: (step: number, loss: number) => void;
}

/**
 * Trains an MLP to denoise points drawn with replacement from a training set, at EDM's noise levels
 * relative to the scale of the data.
 *
 * @param data - Training points, [count, dim].
 */
export async function trainNeuralDenoiser(
  data: Points,
  options: NeuralTrainingOptions,
): Promise<NeuralDenoiser> {
  const { hidden, steps, batch, key, backend, signal } = options;
  const { dim } = data;
  const centre = meanPoint(data);
  const deviations = points(
    data.data.map((value, i) => value - centre[i % dim]!),
    dim,
  );
  const sigmaData = rootMeanSquare(deviations.data);
  const [initKey, dataKey] = twoKeys(key);
  const step = compile(
    (state: AdamState<Mlp>, inputs: BatchInputs) => {
      const [loss, gradients] = valueAndGrad((params: Mlp) =>
        edmLoss(denoiserOf(params, sigmaData), inputs, sigmaData),
      )(state.params);
      return { state: adam.update(state, gradients, inputs), loss };
    },
    { backend, name: 'step of the neural denoiser' },
  );
  let state = adam.init(mlp.init(initKey, [dim + embeddingWidth, ...hidden, dim]));
  try {
    for (let i = 0; i < steps; i++) {
      signal?.throwIfAborted();
      const result = await step(state, {
        ...drawBatch(deviations, { batch, sigmaData, key: foldIn(dataKey, i) }),
        learningRate: tensor(cosineSchedule(i, { peak: options.learningRate, steps })),
      });
      state = result.state;
      if (options.onStep) options.onStep(i + 1, await result.loss.item());
    }
  } finally {
    await step.dispose();
  }
  return { params: state.params, mean: centre, sigmaData };
}

/**
 * Draws samples by EDM's Heun sampler, 18 steps.
 *
 * @param options - `count`: samples to draw. `key`: of their noise; the same key gives the same samples.
 * @returns [count, dim].
 */
export async function sampleNeuralDenoiser(
  { params, mean: centre, sigmaData }: NeuralDenoiser,
  options: { readonly count: number; readonly key: Key; readonly backend: Backend },
): Promise<Points> {
  // EDM's range of noise levels is meant for data of deviation 0.5.
  const scale = sigmaData / 0.5;
  const sigmas = sigmaSchedule({ nSteps: 18, sigmaMin: 0.002 * scale, sigmaMax: 80 * scale });
  const dim = centre.length;
  const sample = compile(
    (weights: Mlp, noise: Tensor) => heunSample(denoiserOf(weights, sigmaData), noise, sigmas),
    { backend: options.backend, name: 'sampler' },
  );
  try {
    const x = await sample(params, normal(options.key, [options.count, dim]));
    const deviations = Float32Array.from(await x.data(), Number);
    return points(
      deviations.map((value, i) => value + centre[i % dim]!),
      dim,
    );
  } finally {
    await sample.dispose();
  }
}

interface BatchInputs {
  readonly x0: Tensor;
  readonly noise: Tensor;
  readonly sigma: Tensor;
  readonly learningRate: Tensor;
}

/** The denoiser with these weights, for data of mean 0 and deviation `sigmaData`. */
export function denoiserOf(params: Mlp, sigmaData: number): Denoiser {
  return precondition((x, cNoise) => mlp.apply(params, concat([x, embed(cNoise)], -1)), sigmaData);
}

const embeddingWidth = 16;

/** Sines and cosines of cNoise = ln(sigma) / 4 at frequencies 1, sqrt 2, 2, ...: [batch, 16]. */
function embed(cNoise: Tensor): Tensor {
  const frequencies = Float32Array.from({ length: embeddingWidth / 2 }, (_, j) => 2 ** (j / 2));
  const phases = cNoise.mul(tensor(frequencies, { shape: [1, frequencies.length] }));
  return concat([sin(phases), cos(phases)], -1);
}

function drawBatch(
  data: Points,
  { batch, sigmaData, key }: { batch: number; sigmaData: number; key: Key },
): Omit<BatchInputs, 'learningRate'> {
  const { dim, count } = data;
  const rows = integers(foldIn(key, 'rows'), batch, count);
  const x0 = new Float32Array(batch * dim);
  rows.forEach((row, i) => x0.set(data.data.subarray(row * dim, (row + 1) * dim), i * dim));
  // ln sigma ~ N(-1.2, 1.2^2) for data of deviation 0.5, shifted with the scale of these data.
  const mean = -1.2 + Math.log(sigmaData / 0.5);
  return {
    x0: tensor(x0, { shape: [batch, dim] }),
    noise: normal(foldIn(key, 'noise'), [batch, dim]),
    sigma: trainingSigmas(foldIn(key, 'sigma'), batch, { mean }),
  };
}

function twoKeys(key: Key): [Key, Key] {
  const [first, second] = split(key, 2);
  if (first === undefined || second === undefined) throw new Error('internal: split gave no keys');
  return [first, second];
}

function meanPoint({ data, dim, count }: Points): Float32Array {
  const sums = new Float64Array(dim);
  data.forEach((value, i) => (sums[i % dim]! += value));
  return Float32Array.from(sums, (sum) => sum / count);
}

function rootMeanSquare(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
}
