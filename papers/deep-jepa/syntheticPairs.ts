/**
 * Part E2: do the equations describe gradient descent on matrices? Features whose covariance rises while
 * their rho falls, as a static and as a dynamic model and turned away from the coordinates.
 */
import { foldIn, keyOf, tensor, type Key } from '@working-papers/grad';
import { matrix, multiply, transpose, type Matrix } from '@working-papers/metrics';
import type { Cell, Row, RunContext } from '@working-papers/paper-kit';
import { curveText } from './curveText.ts';
import { descend, descendOnSamples, type Pairs, type Snapshot } from './descent.ts';
import { learningTimes } from './learningTimes.ts';
import { criticalTime, featureOde, fixedPoint, type Feature, type Objective } from './method.ts';
import { stackMoments, type PairCovariances } from './moments.ts';
import { deepLinearNetwork, identityMatrix, randomRotation, stackMatrices } from './network.ts';
import {
  dynamicModel,
  momentsOf,
  samplePairs,
  staticModel,
  type GenerativeModel,
} from './pairModel.ts';

/** What part E2 trains. */
export interface SyntheticConfig {
  readonly depths: readonly number[];
  /** Features d. */
  readonly dim: number;
  readonly learningRate: number;
  /** Stochastic descent: how deep, how fast, on how many pairs per step. */
  readonly stochastic: {
    readonly depth: number;
    readonly learningRate: number;
    readonly batch: number;
  };
}

/** One training of part E2. */
export interface SyntheticCell extends Cell {
  readonly part: 'E2';
  readonly objective: Objective;
  readonly method: string;
  readonly depth: number;
  readonly dim: number;
  readonly learningRate: number;
  /** Pairs in each step; null for the expected gradient. */
  readonly batch: number | null;
  readonly seed: number;
}

/** The scale w of every matrix at the start, below half of all fixed points at each depth. */
function layerScale(depth: number): number {
  return depth === 1 ? 0.2 : 0.25;
}

/** lambda from 0.6 to 1.4, rho from 1 (static) or 0.95 (dynamic) down to 0.45. */
function syntheticModels(dim: number): Readonly<Record<'static' | 'dynamic', GenerativeModel>> {
  const at = (from: number, to: number) =>
    Array.from({ length: dim }, (_, i) => from + ((to - from) * i) / (dim - 1));
  const lambda = at(0.6, 1.4);
  const noise = at(1, 0.45).map((rho, i) => Math.sqrt(lambda[i]! / rho - lambda[i]!));
  const memory = at(0.95, 0.45);
  return {
    static: staticModel(lambda.map(Math.sqrt), noise),
    dynamic: dynamicModel(
      lambda.map((value, i) => Math.sqrt(value / memory[i]!)),
      memory,
      memory.map(() => 0),
    ),
  };
}

/** A row for each feature of each model: when it was learned, and how far it was from its equation. */
export async function* syntheticRows(
  cell: SyntheticCell,
  { backend, signal, onProgress }: Pick<RunContext, 'backend' | 'signal' | 'onProgress'>,
): AsyncGenerator<Row, void, void> {
  const { objective, depth, dim, batch, learningRate } = cell;
  const key = foldIn(keyOf(cell.seed), 'E2');
  const problems = problemsOf(cell, key);
  const initialScale = layerScale(depth) ** depth;
  const { steps, every } = lengthOf(cell, problems);
  const basis = stackMatrices(problems.map((problem) => problem.basis));
  const options = { objective, learningRate, steps, every, basis, backend, signal };
  const copies = problems.length;
  const network = deepLinearNetwork({ objective, dim, depth, initialScale, copies });
  const descent =
    batch === null
      ? descend(network, stackMoments(problems.map(({ moments }) => moments)), options)
      : descendOnSamples(network, batchesOf(problems, { batch, dim, key }), options);
  const snapshots: Snapshot[] = [];
  for await (const snapshot of descent) {
    const { step } = snapshot;
    snapshots.push(snapshot);
    onProgress({ label: cell.label, fraction: step / steps, step, steps });
  }
  for (const [p, problem] of problems.entries()) {
    const own = snapshots.map(({ strengths, ...rest }) => ({
      ...rest,
      strengths: strengths.subarray(p * dim, (p + 1) * dim),
    }));
    yield* featureRows(own, problem, cell);
  }
}

interface Problem {
  readonly name: string;
  readonly model: GenerativeModel;
  /** Q of the data Q x, whose columns are the features. */
  readonly basis: Matrix;
  readonly moments: PairCovariances;
}

function problemsOf({ dim }: SyntheticCell, key: Key): readonly Problem[] {
  const { static: first, dynamic: second } = syntheticModels(dim);
  const turned = randomRotation(foldIn(key, 'rotation'), dim);
  const problem = (name: string, model: GenerativeModel, basis: Matrix): Problem => {
    return { name, model, basis, moments: momentsOf(model, basis) };
  };
  return [
    problem('static', first, identityMatrix(dim)),
    problem('dynamic', second, identityMatrix(dim)),
    problem('static, rotated', first, turned),
  ];
}

function featuresOf({ objective, depth }: SyntheticCell, { model }: Problem): readonly Feature[] {
  return Array.from(model.lambda, (lambda, i) => ({
    objective,
    depth,
    lambda,
    rho: model.rho[i]!,
  }));
}

/** Steps until the slowest feature has 95 % of its strength, and a tenth more. */
function lengthOf(cell: SyntheticCell, problems: readonly Problem[]) {
  const { objective, depth, learningRate } = cell;
  const timing = { initialScale: layerScale(depth) ** depth, fraction: 0.95 };
  const features = problems.flatMap((problem) => featuresOf(cell, problem));
  const slowest = Math.max(...features.map((feature) => criticalTime(feature, timing).exact));
  const every = objective === 'mae' || cell.batch !== null ? 10 : 50;
  return { every, steps: every * Math.ceil((1.1 * slowest) / (depth * learningRate * every)) };
}

/** Fresh pairs of every problem for each step, [steps, problems, batch, d]. */
function batchesOf(
  problems: readonly Problem[],
  { batch, dim, key }: { readonly batch: number; readonly dim: number; readonly key: Key },
): (firstStep: number, count: number) => Pairs {
  return (firstStep, count) => {
    const x = new Float64Array(count * problems.length * batch * dim);
    const y = new Float64Array(x.length);
    for (let i = 0; i < count * problems.length; i++) {
      const [step, p] = [firstStep + Math.floor(i / problems.length), i % problems.length];
      const { model, basis } = problems[p]!;
      const pairs = samplePairs(model, { count: batch, key: foldIn(foldIn(key, step), p) });
      const turn = (rows: Float64Array) =>
        multiply(matrix(batch, dim, rows), transpose(basis)).data;
      x.set(turn(pairs.x), i * batch * dim);
      y.set(turn(pairs.y), i * batch * dim);
    }
    const shape = [count, problems.length, batch, dim];
    return { x: tensor(x, { shape }), y: tensor(y, { shape }) };
  };
}

function* featureRows(
  snapshots: readonly Snapshot[],
  problem: Problem,
  cell: SyntheticCell,
): Generator<Row, void, void> {
  const { method, depth, batch } = cell;
  const initialScale = layerScale(depth) ** depth;
  const features = featuresOf(cell, problem);
  const ends = features.map(fixedPoint);
  const learned = learningTimes(
    snapshots,
    ends.map((end) => end / 2),
  );
  const times = snapshots.slice(1).map(({ time }) => time);
  for (const [i, feature] of features.entries()) {
    const strengths = snapshots.slice(1).map((snapshot) => snapshot.strengths[i]!);
    const equation = featureOde(feature, initialScale, times);
    const errors = strengths.map((strength, k) => Math.abs(strength - equation[k]!) / ends[i]!);
    yield {
      part: 'E2',
      method,
      gradient: batch === null ? 'expected' : `batches of ${batch}`,
      model: problem.name,
      depth,
      initialScale,
      feature: i,
      lambda: feature.lambda,
      rho: feature.rho,
      equationTime: criticalTime(feature, { initialScale }).exact,
      time: learned[i] ?? null,
      largestError: Math.max(...errors),
      ...(problem.name === 'static' && {
        curve: curveText(
          times,
          strengths.map((strength) => strength / ends[i]!),
        ),
      }),
    };
  }
}
