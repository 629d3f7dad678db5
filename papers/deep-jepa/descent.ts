/** Gradient descent on the matrices of deep linear networks: what the equations of `method.ts` describe. */
import {
  ConfigError,
  compile,
  eye,
  grad,
  hostData,
  tensor,
  unroll,
  zipTensors,
  type Backend,
  type Tensor,
} from '@working-papers/grad';
import {
  encoderProduct,
  expectedLoss,
  sampleLoss,
  type LinearNetwork,
  type Moments,
  type Objective,
} from './method.ts';

/** Settings of a descent. */
export interface DescentOptions {
  readonly objective: Objective;
  readonly learningRate: number;
  readonly steps: number;
  /** Steps that one call of the runtime makes, and between two snapshots; divides `steps`. Default 50. */
  readonly every?: number;
  /** Features in orthonormal columns, [..., d, d]; default the coordinates. */
  readonly basis?: Tensor;
  /** False lets the gradient through JEPA's target, an ablation. Default true. */
  readonly isDetached?: boolean;
  readonly backend: Backend;
  readonly signal?: AbortSignal;
}

/** What the networks have learned at a step. */
export interface Snapshot {
  readonly step: number;
  /** The t of the equations: L * learningRate * step. */
  readonly time: number;
  /** |W q_i| for each column q_i of the basis, which is wbar_i on diagonal data; [..., d], flat. */
  readonly strengths: Float64Array;
}

/** A descent that is under way; its last value is the network. */
export type Descent = AsyncGenerator<Snapshot, LinearNetwork, void>;

/**
 * Plain gradient descent on the expected loss. `every` steps are one graph, because a step of matrices
 * this small costs less than a call of the runtime.
 *
 * @param network - Matrices [..., d, d]; leading axes are problems that are trained side by side.
 * @returns The start, then a snapshot every `every` steps.
 * @throws {ConfigError} If `every` does not divide the steps, the learning rate is not positive, or a
 * covariance is not symmetric.
 */
export function descend(
  network: LinearNetwork,
  moments: Moments,
  options: DescentOptions,
): Descent {
  const { objective, isDetached = true } = options;
  checkSymmetric('xx', moments.xx);
  checkSymmetric('yy', moments.yy);
  return iterate(network, options, {
    name: `descent of ${objective}`,
    given: moments,
    loss: (params, given) => expectedLoss(objective, params, given, { isDetached }),
    inputs: () => ({}),
  });
}

/** Samples of pairs, [..., batch, d] each. */
export interface Pairs {
  readonly x: Tensor;
  readonly y: Tensor;
}

/**
 * The same with the gradient of batches instead of the expected one.
 *
 * @param batches - The batches of `count` steps from a step on, counted from 0, along a first axis.
 * @throws {ConfigError} If `every` does not divide the steps or the learning rate is not positive.
 */
export function descendOnSamples(
  network: LinearNetwork,
  batches: (firstStep: number, count: number) => Pairs,
  options: Omit<DescentOptions, 'isDetached'>,
): Descent {
  const { objective } = options;
  return iterate(network, options, {
    name: `stochastic descent of ${objective}`,
    given: {},
    loss: (params, _, { x, y }: Pairs) => sampleLoss(objective, params, x, y),
    inputs: batches,
  });
}

/** Runs a descent to its end. */
export async function train(
  descent: Descent,
): Promise<{ readonly snapshots: readonly Snapshot[]; readonly network: LinearNetwork }> {
  const snapshots: Snapshot[] = [];
  for (;;) {
    const next = await descent.next();
    if (next.done) return { snapshots, network: next.value };
    snapshots.push(next.value);
  }
}

interface Rule<Given, Input> {
  readonly name: string;
  /** What stays the same from step to step. */
  readonly given: Given;
  readonly loss: (params: LinearNetwork, given: Given, input: Input) => Tensor;
  readonly inputs: (firstStep: number, count: number) => Input;
}

function iterate<Given, Input>(
  start: LinearNetwork,
  options: Omit<DescentOptions, 'isDetached'>,
  rule: Rule<Given, Input>,
): Descent {
  const { every = 50 } = options;
  // Here and not in the generator, which would wait for the first snapshot to be asked for.
  checkSteps(options, every);
  return iterateChecked(start, { ...options, every }, rule);
}

async function* iterateChecked<Given, Input>(
  start: LinearNetwork,
  options: Omit<DescentOptions, 'isDetached'> & { readonly every: number },
  { name, given, loss, inputs }: Rule<Given, Input>,
): Descent {
  const { learningRate, steps, every, backend, signal } = options;
  const { basis = eye(start.head.shape.at(-1) ?? 1, { dtype: 'float64' }) } = options;
  const rate = tensor(learningRate, { dtype: 'float64' });
  const oneStep = (rateNow: Tensor, fixed: Given) => (from: LinearNetwork, input: Input) => {
    const slopes = grad((params: LinearNetwork) => loss(params, fixed, input).sum())(from);
    return [minus(from, slopes, rateNow), {}] as const;
  };
  const call = compile(
    (state: LinearNetwork, fixed: Given, stacked: Input, rateNow: Tensor) => {
      const [after] = unroll(oneStep(rateNow, fixed), every)(state, stacked);
      return after;
    },
    { backend, name },
  );
  const look = compile(strengthsOf, { backend, name: `features of ${name}` });
  const snapshot = async (network: LinearNetwork, step: number): Promise<Snapshot> => ({
    step,
    time: start.layers.length * learningRate * step,
    strengths: Float64Array.from(hostData(await look(network, basis)), Number),
  });
  let network = start;
  try {
    yield await snapshot(network, 0);
    for (let step = 0; step < steps; step += every) {
      network = await call.withSignal(signal)(network, given, inputs(step, every), rate);
      yield await snapshot(network, step + every);
    }
  } finally {
    await Promise.all([call.dispose(), look.dispose()]);
  }
  return network;
}

function strengthsOf({ layers }: LinearNetwork, basis: Tensor): Tensor {
  return encoderProduct(layers).matmul(basis).square().sum(-2).sqrt();
}

function minus(from: LinearNetwork, slopes: LinearNetwork, rate: Tensor): LinearNetwork {
  return zipTensors([from, slopes], ([value, slope]) => {
    if (!value || !slope) throw new Error('internal: zipTensors gave one tensor');
    return value.sub(slope.mul(rate));
  });
}

function checkSteps({ steps, learningRate }: DescentOptions, every: number): void {
  if (!(learningRate > 0)) {
    throw new ConfigError(`descend: learningRate = ${learningRate} is not positive`);
  }
  if (!Number.isInteger(every) || every < 1 || !Number.isInteger(steps / every) || steps < 0) {
    throw new ConfigError(
      `descend: steps = ${steps}, every = ${every}; expected integers, the first a multiple of the second`,
    );
  }
}

function checkSymmetric(name: 'xx' | 'yy', moments: Tensor): void {
  const values = Float64Array.from(hostData(moments), Number);
  const dim = moments.shape.at(-1) ?? 1;
  const largest = values.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  const at = (k: number, i: number, j: number) => values[(k * dim + i) * dim + j]!;
  for (let k = 0; k < values.length / (dim * dim); k++) {
    for (let i = 0; i < dim; i++) {
      for (let j = 0; j < i; j++) {
        if (Math.abs(at(k, i, j) - at(k, j, i)) <= 1e-10 * largest) continue;
        throw new ConfigError(
          `descend: ${name} is not symmetric: entry (${i}, ${j}) is ${at(k, i, j)} and (${j}, ${i}) is ${at(k, j, i)}; expected a covariance`,
        );
      }
    }
  }
}
