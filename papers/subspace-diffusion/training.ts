/** Training of denoisers on many small data sets side by side: one graph, one call per step. */
import {
  ConfigError,
  compile,
  div,
  foldIn,
  hostData,
  normals,
  tensor,
  uniforms,
  valueAndGrad,
  type Backend,
  type Key,
  type Tensor,
} from '@working-papers/grad';
import { matrix, mean, orthonormalBasis, type Matrix } from '@working-papers/metrics';
import { cosineSchedule, muon, type MuonState } from '@working-papers/nn';
import { denoisingErrors, type Corruption } from './method.ts';
import { randomBasis } from './molrg.ts';

/** Data sets of one dimension that are learned side by side, each by a denoiser of its own. */
export interface Problems {
  /** [problems, count, n]; rows beyond a problem's own count are ignored. */
  readonly x: Tensor;
  /** Samples of each problem, from 1 to count. */
  readonly counts: readonly number[];
}

/** Noise levels from low to high. */
export interface SigmaRange {
  readonly low: number;
  readonly high: number;
}

/** Settings that all denoisers share, so that none is trained longer than another. */
export interface TrainingOptions {
  readonly steps: number;
  /** Noise draws for each sample in each step; even, because they come in pairs of opposite sign. */
  readonly draws: number;
  /**
   * Range of the noise levels, log-uniform. Any levels have the same minimisers, but the gradient noise
   * of higher ones hides the directions that few samples hardly show, and at lower ones soft weights
   * become hard.
   */
  readonly sigmas: SigmaRange;
  /** Of Muon at its peak, falling to 0 along a cosine: the angle in rad by which a subspace turns. */
  readonly learningRate: number;
  readonly key: Key;
  readonly backend: Backend;
  readonly signal?: AbortSignal;
  /** Called after every step with the mean loss of all problems. */
  readonly onStep?: (step: number, loss: number) => void;
}

/** Settings of the low-rank denoiser. */
export interface LowRankOptions extends TrainingOptions {
  /** Dimension of each subspace. */
  readonly d: number;
  /** Number of subspaces K. */
  readonly components: number;
  /** The posterior's weights or those of the theorem; without meaning for K = 1. */
  readonly weights: 'soft' | 'hard';
}

/** What training finds for one problem. */
export interface LearnedSubspaces {
  /** U_k by component, with orthonormal columns in float64, [n, d]. */
  readonly bases: readonly Matrix[];
  /** Mean loss over the last tenth of the steps: what restarts are compared by. */
  readonly loss: number;
}

/**
 * Trains one low-rank denoiser per problem by Muon on the subspaces: the gradient is projected to the
 * tangent space of orthonormal matrices, and each step is followed by the polar retraction
 * U <- W (W^T W)^(-1/2). Muon turns all directions at the same rate, also those that the samples hardly
 * show.
 *
 * @throws {ConfigError} If there is no problem, a count or d is out of range, or K < 1.
 */
export async function trainLowRankDenoisers(
  problems: Problems,
  options: LowRankOptions,
): Promise<readonly LearnedSubspaces[]> {
  const { params, losses } = await lastOf(lowRankSteps(problems, options), options);
  return losses.map((loss, p) => ({ loss, bases: params.map((basis) => basisOf(basis, p)) }));
}

/**
 * The same training step by step, for those who watch it: what each problem has found so far, with the
 * loss of that step alone.
 */
export async function* watchLowRankDenoisers(
  problems: Problems,
  options: LowRankOptions & { readonly every: number },
): AsyncGenerator<{ step: number; found: readonly LearnedSubspaces[] }, void, void> {
  for await (const { step, losses, params } of lowRankSteps(problems, options)) {
    if (step % options.every !== 0 && step !== options.steps) continue;
    const found = losses.map((loss, p) => ({ loss, bases: params.map((u) => basisOf(u, p)) }));
    yield { step, found };
  }
}

function lowRankSteps(problems: Problems, options: LowRankOptions) {
  const { d, components, weights } = options;
  const dim = problems.x.shape[2] ?? 0;
  if (!(components >= 1 && d >= 1 && d <= dim)) {
    throw new ConfigError(
      `low-rank denoiser: K = ${components}, d = ${d}; expected K of 1 or more and d from 1 to ${dim}`,
    );
  }
  return trainingSteps<readonly Tensor[]>(problems, options, {
    name: 'low-rank denoiser',
    initial: initialBases(options.key, { problems: problems.counts.length, components, dim, d }),
    errors: (bases, x0, corruption) => denoisingErrors(x0, bases, { ...corruption, weights }),
    direction: (gradients, bases) => gradients.map((gradient, k) => toTangent(gradient, bases[k])),
    settle: (bases) => bases.map(retract),
  });
}

/**
 * Trains one unconstrained linear denoiser x_t -> c_t W x_t per problem, the control: it can denoise
 * its samples without finding a subspace of a given dimension.
 *
 * @returns W for each problem, [n, n].
 */
export async function trainLinearDenoisers(
  problems: Problems,
  options: TrainingOptions,
): Promise<readonly Matrix[]> {
  const dim = problems.x.shape[2] ?? 0;
  const steps = trainingSteps(problems, options, {
    name: 'linear denoiser',
    initial: tensor(new Float32Array(problems.counts.length * dim * dim), {
      shape: [problems.counts.length, dim, dim],
    }),
    errors: (w, x0, { level, eps }) => {
      const xt = x0.add(eps.mul(level.noise));
      return xt.matmul(w).mul(shrinkage(level.noise)).sub(x0).square().sum(-1);
    },
  });
  const { params } = await lastOf(steps, options);
  return problems.counts.map((_, p) => matrixOf(params, p));
}

/** A denoiser as the training loop sees it; every tensor of `Params` has a leading axis of problems. */
interface TrainedModel<Params> {
  readonly name: string;
  readonly initial: Params;
  /** Squared error at one draw per point, [problems, rows]. */
  readonly errors: (params: Params, x0: Tensor, corruption: LevelAndNoise) => Tensor;
  /** What Muon gets instead of the gradient. Default the gradient. */
  readonly direction?: (gradients: Params, params: Params) => Params;
  /** Applied to the parameters after each step. Default nothing. */
  readonly settle?: (params: Params) => Params;
}

interface LevelAndNoise extends Omit<Corruption, 'weights' | 'level'> {
  readonly level: { readonly signal: 1; readonly noise: Tensor };
}

/** The state after a step, and the loss of each problem before it. */
interface TrainedStep<Params> {
  readonly step: number;
  readonly params: Params;
  readonly losses: readonly number[];
}

async function* trainingSteps<Params>(
  problems: Problems,
  options: TrainingOptions,
  model: TrainedModel<Params>,
): AsyncGenerator<TrainedStep<Params>, void, void> {
  checkProblems(model.name, problems, options);
  const { steps, draws, sigmas, key, backend, signal } = options;
  const [nProblems = 0, count = 0, dim = 0] = problems.x.shape;
  const share = tensor(sampleShares(problems.counts, count), { shape: [nProblems, count, 1] });
  const step = compile(trainingStep(model, draws), { backend, name: `step of the ${model.name}` });
  let state: MuonState<Params> = muon.init(model.initial);
  try {
    for (let i = 0; i < steps; i++) {
      signal?.throwIfAborted();
      const stepKey = foldIn(foldIn(key, 'noise'), i);
      const result = await step(state, {
        x: problems.x,
        share,
        eps: antitheticNoise(stepKey, [count, draws, dim]),
        sigma: logUniformSigmas(stepKey, [count, draws], sigmas),
        learningRate: tensor(cosineSchedule(i, { peak: options.learningRate, steps })),
      });
      state = result.state;
      const losses = Array.from(hostData(result.losses), Number);
      options.onStep?.(i + 1, mean(losses));
      yield { step: i + 1, params: state.params, losses };
    }
  } finally {
    await step.dispose();
  }
}

/** The parameters at the end, and each problem's mean loss over the last tenth of the steps. */
async function lastOf<Params>(
  trained: AsyncGenerator<TrainedStep<Params>, void, void>,
  { steps }: TrainingOptions,
): Promise<{ params: Params; losses: readonly number[] }> {
  const tail = Math.max(1, Math.floor(steps / 10));
  let last: TrainedStep<Params> | null = null;
  let sums: readonly number[] = [];
  for await (last of trained) {
    const { step, losses } = last;
    if (step > steps - tail) sums = losses.map((loss, p) => loss + (sums[p] ?? 0));
  }
  if (last === null) throw new ConfigError(`training: steps = ${steps}; expected 1 or more`);
  return { params: last.params, losses: sums.map((sum) => sum / tail) };
}

interface StepInputs {
  readonly x: Tensor;
  readonly share: Tensor;
  readonly eps: Tensor;
  readonly sigma: Tensor;
  readonly learningRate: Tensor;
}

function trainingStep<Params>(model: TrainedModel<Params>, draws: number) {
  return (state: MuonState<Params>, inputs: StepInputs) => {
    const { eps, sigma, learningRate } = inputs;
    const x0 = repeatRows(inputs.x, draws);
    const weight = repeatRows(inputs.share, draws)
      .mul(lossWeight(sigma))
      .mul(1 / draws);
    const lossesOf = (params: Params) => {
      const errors = model.errors(params, x0, { level: { signal: 1, noise: sigma }, eps });
      return errors.mul(weight.reshape(errors.shape)).sum(1);
    };
    // The problems share no parameters, so the gradient of the sum is that of each.
    const [, gradients] = valueAndGrad((params: Params) => lossesOf(params).sum())(state.params);
    const direction = model.direction?.(gradients, state.params) ?? gradients;
    const next = muon.update(state, direction, { learningRate, momentum, iterations });
    const params = model.settle?.(next.params) ?? next.params;
    return { state: { ...next, params }, losses: lossesOf(state.params) };
  };
}

// A short memory, because the directions still to be found change as the strong ones settle; enough
// iterations for gradients that differ by orders of magnitude.
const momentum = 0.8;
const iterations = 7;

/** EDM's weight lambda_t for data of unit variance (arXiv:2206.00364, table 1), [rows, 1]. */
function lossWeight(sigma: Tensor): Tensor {
  return div(sigma.square().add(1), sigma.square());
}

/** c_t = 1 / (1 + sigma^2). */
function shrinkage(sigma: Tensor): Tensor {
  return div(1, sigma.square().add(1));
}

/** The part of a gradient along which U keeps orthonormal columns: G - U sym(U^T G). */
function toTangent(gradient: Tensor, basis: Tensor | undefined): Tensor {
  if (basis === undefined) throw new Error('internal: a gradient without its basis');
  const inner = basis.matmul(gradient, { transposeA: true });
  const symmetric = inner.add(inner.matrixTranspose()).mul(0.5);
  return gradient.sub(basis.matmul(symmetric));
}

/** The nearest matrix with orthonormal columns by Newton-Schulz, X <- X (3 I - X^T X) / 2. */
function retract(basis: Tensor): Tensor {
  let x = basis;
  // A turn by 0.2 rad lengthens columns by 2 %, of which four quadratic steps leave only rounding.
  for (let i = 0; i < 4; i++) {
    x = x.mul(1.5).sub(x.matmul(x.matmul(x, { transposeA: true })).mul(0.5));
  }
  return x;
}

/** Each row of [problems, count, n] `times` times, one copy after the other. */
function repeatRows(x: Tensor, times: number): Tensor {
  const [problems = 1, count = 1, n = 1] = x.shape;
  const copies = x.reshape([problems, count, 1, n]).expand([problems, count, times, n]);
  return copies.reshape([problems, count * times, n]);
}

/** 1 / N on a problem's own samples, 0 on the others. */
function sampleShares(counts: readonly number[], count: number): Float32Array {
  return Float32Array.from({ length: counts.length * count }, (_, i) => {
    const own = counts[Math.floor(i / count)] ?? 0;
    return i % count < own ? 1 / own : 0;
  });
}

/** Normal draws in pairs of opposite sign, so that what is linear in the noise cancels: [1, rows, n]. */
function antitheticNoise(key: Key, [count, draws, dim]: readonly [number, number, number]): Tensor {
  const half = (draws / 2) * dim;
  const drawn = normals(foldIn(key, 'eps'), count * half);
  const data = new Float32Array(count * draws * dim);
  for (let i = 0; i < count; i++) {
    const own = drawn.subarray(i * half, (i + 1) * half);
    data.set(own, 2 * i * half);
    for (let j = 0; j < half; j++) data[(2 * i + 1) * half + j] = -own[j]!;
  }
  return tensor(data, { shape: [1, count * draws, dim] });
}

/** Noise levels, the same for both of a pair of draws: [rows, 1]. */
function logUniformSigmas(
  key: Key,
  [count, draws]: readonly [number, number],
  { low, high }: SigmaRange,
): Tensor {
  const pairs = draws / 2;
  const drawn = uniforms(foldIn(key, 'sigma'), count * pairs);
  const levels = Float32Array.from({ length: count * draws }, (_, i) => {
    const u = drawn[Math.floor(i / draws) * pairs + (i % pairs)]!;
    return low * (high / low) ** u;
  });
  return tensor(levels, { shape: [count * draws, 1] });
}

function initialBases(
  key: Key,
  sizes: { problems: number; components: number; dim: number; d: number },
): readonly Tensor[] {
  const { problems, components, dim, d } = sizes;
  return Array.from({ length: components }, (_, k) => {
    const data = new Float32Array(problems * dim * d);
    for (let p = 0; p < problems; p++) {
      data.set(randomBasis(foldIn(foldIn(key, p), k), dim, d).data, p * dim * d);
    }
    return tensor(data, { shape: [problems, dim, d] });
  });
}

function basisOf(bases: Tensor, problem: number): Matrix {
  return orthonormalBasis(matrixOf(bases, problem));
}

function matrixOf(batch: Tensor, problem: number): Matrix {
  const [, rows = 0, cols = 0] = batch.shape;
  const start = problem * rows * cols;
  const own = Array.from(hostData(batch).slice(start, start + rows * cols), Number);
  return matrix(rows, cols, own);
}

function checkProblems(
  name: string,
  { x, counts }: Problems,
  { draws, sigmas }: TrainingOptions,
): void {
  const { low, high } = sigmas;
  if (!(0 < low && low <= high)) {
    throw new ConfigError(`${name}: sigmas from ${low} to ${high}; expected 0 < low <= high`);
  }
  const [nProblems = 0, count = 0] = x.shape;
  if (x.rank !== 3 || counts.length !== nProblems) {
    throw new ConfigError(
      `${name}: ${counts.length} counts for x of shape [${x.shape.join(', ')}]; expected [problems, count, n] and a count for each problem`,
    );
  }
  const odd = counts.find((own) => !Number.isInteger(own) || own < 1 || own > count);
  if (odd !== undefined) {
    throw new ConfigError(
      `${name}: a problem has ${odd} samples; expected an integer from 1 to ${count}`,
    );
  }
  if (!Number.isInteger(draws / 2) || draws < 2) {
    throw new ConfigError(`${name}: draws = ${draws} is not an even number of 2 or more`);
  }
}
