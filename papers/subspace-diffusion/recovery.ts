/** Part A: from how many samples do the denoiser and its classical counterpart recover the subspaces? */
import { foldIn, keyOf, tensor, uniformStream, type Key } from '@working-papers/grad';
import {
  clusteringAccuracy,
  matrix,
  mean,
  multiply,
  pca,
  quantile,
  svd,
  transpose,
  type Matrix,
} from '@working-papers/metrics';
import type { Cell, Row, RunContext } from '@working-papers/paper-kit';
import { columns, makeMolrg, sampleMolrg } from './molrg.ts';
import { reportTraining } from './reportTraining.ts';
import { assign, kSubspaces, matchedDistance, subspaceDistance } from './subspaces.ts';
import {
  trainLinearDenoisers,
  trainLowRankDenoisers,
  type LearnedSubspaces,
  type Problems,
  type TrainingOptions,
} from './training.ts';

/** What part A compares. */
export interface RecoveryConfig {
  /** Ambient dimension n of the main comparison. */
  readonly n: number;
  /** Intrinsic dimensions d. */
  readonly ds: readonly number[];
  /** Numbers of samples N. */
  readonly Ns: readonly number[];
  /** Seeds of PCA, and how many of the first of them the trained denoisers get too. */
  readonly seeds: number;
  readonly trainedSeeds: number;
  readonly steps: number;
  readonly draws: number;
  /** Further ambient dimensions at one d: the transition must not move with n. */
  readonly sweep: { readonly ns: readonly number[]; readonly d: number } | null;
  /** Two subspaces; N is the number of samples of each. */
  readonly clustering: {
    readonly d: number;
    readonly Ns: readonly number[];
    readonly seeds: number;
    readonly restarts: number;
  } | null;
}

/** A subspace counts as recovered when it is closer to the truth than this; the paper's figures show 0 or 1. */
const recoveredBelow = 0.1;

/** What all cells of part A have. */
interface RecoverySettings extends Cell {
  readonly part: 'A';
  readonly seed: number;
  readonly n: number;
  readonly d: number;
  readonly Ns: readonly number[];
  /** Data sets for each N. */
  readonly seeds: number;
  readonly steps: number;
  readonly draws: number;
}

/** One subspace: every N at one n and d. All data sets train side by side, so they are one cell. */
interface OneSubspaceCell extends RecoverySettings {
  readonly K: 1;
  readonly trainedSeeds: number;
  /** Whether the linear denoiser runs too. It has n^2 parameters, so it stays at the main n. */
  readonly hasControl: boolean;
}

/** Two subspaces: every N at one d. */
interface TwoSubspacesCell extends RecoverySettings {
  readonly K: 2;
  readonly restarts: number;
}

/** A cell of part A. */
export type RecoveryCell = OneSubspaceCell | TwoSubspacesCell;

/**
 * The cells of part A.
 *
 * @param share - What they cost together.
 */
export function recoveryCells(config: RecoveryConfig, seed: number, share: number): RecoveryCell[] {
  const { sweep, clustering, steps, draws } = config;
  const settings = [
    ...config.ds.map((d) => ({ n: config.n, d })),
    ...(sweep?.ns ?? []).filter((n) => n !== config.n).map((n) => ({ n, d: sweep?.d ?? 1 })),
  ];
  const cost = share / (settings.length + (clustering ? 4 : 0));
  const common = { part: 'A', seed, steps, draws } as const;
  const cells: RecoveryCell[] = settings.map(({ n, d }) => ({
    ...common,
    label: `A: n = ${n}, d = ${d}`,
    cost,
    K: 1,
    n,
    d,
    Ns: config.Ns,
    seeds: config.seeds,
    trainedSeeds: config.trainedSeeds,
    hasControl: n === config.n,
  }));
  if (clustering) {
    const label = `A: K = 2, d = ${clustering.d}`;
    cells.push({ ...common, ...clustering, label, cost: 4 * cost, K: 2, n: config.n });
  }
  return cells;
}

/** Rows of part A: one for each method and N, over its seeds. */
export function recoveryRows(
  cell: RecoveryCell,
  context: RunContext,
): AsyncGenerator<Row, void, void> {
  return cell.K === 1 ? oneSubspace(cell, context) : twoSubspaces(cell, context);
}

/** One data set of the comparison with the subspace that it comes from. */
interface Sample {
  readonly N: number;
  readonly seed: number;
  readonly x: Float32Array;
  readonly truth: Matrix;
  readonly key: Key;
}

async function* oneSubspace(
  cell: OneSubspaceCell,
  context: RunContext,
): AsyncGenerator<Row, void, void> {
  const { n, d, Ns, seeds, trainedSeeds } = cell;
  const samples = Ns.flatMap((N) =>
    Array.from({ length: seeds }, (_, seed) => makeSample({ n, d, N, seed }, cell.seed)),
  );
  const trained = samples.filter((sample) => sample.seed < trainedSeeds);
  const options = trainingOptions(cell, context, {
    sigmas: { low: 0.0005, high: 0.001 },
    trainings: cell.hasControl ? 2 : 1,
  });
  const byPca = samples.map((sample) => {
    const data = transpose(matrix(sample.N, n, sample.x));
    return pca(data, d, uniformStream(foldIn(sample.key, 'complete')));
  });
  yield* methodRows(
    'PCA',
    samples,
    byPca.map((u) => ({ u, w: projector(u) })),
  );

  const problems = sideBySide(trained, n);
  const lowRank = await trainLowRankDenoisers(problems, {
    ...options(0),
    d,
    components: 1,
    weights: 'soft',
  });
  const byDenoiser = lowRank.map(({ bases }) => bases[0]!);
  const reference = samples.flatMap((sample, i) => (sample.seed < trainedSeeds ? [byPca[i]!] : []));
  yield* methodRows(
    'low-rank denoiser',
    trained,
    byDenoiser.map((u, i) => ({ u, w: projector(u), reference: reference[i]! })),
  );

  if (!cell.hasControl) return;
  const maps = await trainLinearDenoisers(problems, options(1));
  yield* methodRows(
    'linear denoiser',
    trained,
    maps.map((w) => ({ u: columns(svd(w).v, 0, d), w })),
  );
}

function makeSample(
  { n, d, N, seed }: { n: number; d: number; N: number; seed: number },
  runSeed: number,
): Sample {
  const key = [n, d, N, seed].reduce<Key>(foldIn, foldIn(keyOf(runSeed), 'A'));
  const model = makeMolrg({ dim: n, dims: [d], key });
  const { x } = sampleMolrg(model, { count: N, key: foldIn(key, 'samples') });
  return { N, seed, x, truth: model.bases[0]!, key };
}

interface Found {
  /** The subspace found. */
  readonly u: Matrix;
  /** The linear map that denoises, up to c_t. */
  readonly w: Matrix;
  /** What PCA finds on the same data. */
  readonly reference?: Matrix;
}

function* methodRows(
  method: string,
  samples: readonly Sample[],
  found: readonly Found[],
): Generator<Row, void, void> {
  const results = samples.map((sample, i) => ({ sample, found: found[i]! }));
  for (const N of new Set(samples.map((sample) => sample.N))) {
    const own = results.filter((result) => result.sample.N === N);
    const { rows: n, cols: d } = own[0]!.sample.truth;
    const distances = own.map((result) => subspaceDistance(result.found.u, result.sample.truth));
    const toPca = own.flatMap(({ found: { u, reference } }) =>
      reference ? [subspaceDistance(u, reference)] : [],
    );
    yield {
      part: 'A',
      K: 1,
      method,
      n,
      d,
      N,
      seeds: own.length,
      ...summary(distances),
      heldOutError: mean(own.map(({ sample, found: { w } }) => heldOutError(w, sample.truth))),
      ...(toPca.length > 0 && {
        distanceToPca: mean(toPca),
        medianDistanceToPca: quantile(toPca, 0.5),
      }),
    };
  }
}

async function* twoSubspaces(
  cell: TwoSubspacesCell,
  context: RunContext,
): AsyncGenerator<Row, void, void> {
  const { n, d, Ns, seeds, restarts } = cell;
  const samples = Ns.flatMap((N) =>
    Array.from({ length: seeds }, (_, seed) => {
      const key = [d, N, seed].reduce<Key>(foldIn, foldIn(keyOf(cell.seed), 'A, K = 2'));
      const model = makeMolrg({ dim: n, dims: [d, d], key });
      const labels = Int32Array.from({ length: 2 * N }, (_, i) => i % 2);
      const { x } = sampleMolrg(model, { labels, key: foldIn(key, 'samples') });
      return { N, key, x, labels, truth: model.bases };
    }),
  );
  const rowsOf = function* (method: string, found: readonly (readonly Matrix[])[]) {
    for (const N of Ns) {
      const own = samples.flatMap((sample, i) =>
        sample.N === N ? [{ sample, bases: found[i]! }] : [],
      );
      const accuracies = own.map(({ sample, bases }) =>
        clusteringAccuracy(assign(sample.x, bases), sample.labels),
      );
      const distances = own.map(
        ({ sample, bases }) => matchedDistance(bases, sample.truth).distance,
      );
      const base = { part: 'A', K: 2, method, n, d, N, seeds, restarts };
      yield { ...base, ...summary(distances), accuracy: mean(accuracies) };
    }
  };
  yield* rowsOf(
    'K-subspaces',
    samples.map(({ x, key }) => {
      return kSubspaces(x, { dim: n, d, components: 2, restarts: 2 * restarts, key }).bases;
    }),
  );
  // Restarts are problems of their own: the same data from another start.
  const starts = samples.flatMap((sample) => Array.from({ length: restarts }, () => sample));
  const problems = sideBySide(starts, n);
  const options = trainingOptions(cell, context, {
    // Higher than for K = 1: there soft weights differ from hard ones.
    sigmas: { low: 0.01, high: 0.1 },
    trainings: 2,
  });
  for (const [i, weights] of (['hard', 'soft'] as const).entries()) {
    const learned = await trainLowRankDenoisers(problems, {
      ...options(i),
      d,
      components: 2,
      weights,
    });
    const best = samples.map((_, c) => bestOf(learned.slice(c * restarts, (c + 1) * restarts)));
    yield* rowsOf(`low-rank denoiser, ${weights} weights`, best);
  }
}

function bestOf(runs: readonly LearnedSubspaces[]): readonly Matrix[] {
  return runs.reduce((best, run) => (run.loss < best.loss ? run : best)).bases;
}

/** The settings of each training of a cell, counted from 0: the same for every method. */
function trainingOptions(
  { seed, n, steps, draws, label }: RecoveryCell,
  { backend, signal, onProgress }: RunContext,
  { sigmas, trainings }: Pick<TrainingOptions, 'sigmas'> & { readonly trainings: number },
): (index: number) => TrainingOptions {
  return (index) => ({
    steps,
    draws,
    sigmas,
    learningRate: 0.04,
    key: foldIn(foldIn(keyOf(seed), 'A: training'), n),
    backend,
    signal,
    onStep: reportTraining(onProgress, { label, index, trainings, steps }),
  });
}

/** Data sets of different sizes as one tensor. */
function sideBySide(samples: readonly { readonly x: Float32Array }[], n: number): Problems {
  const counts = samples.map(({ x }) => x.length / n);
  const count = Math.max(...counts);
  const data = new Float32Array(samples.length * count * n);
  samples.forEach(({ x }, i) => data.set(x, i * count * n));
  return { x: tensor(data, { shape: [samples.length, count, n] }), counts };
}

/** Mean over seeds with its standard error, and the share of seeds that recover the subspace. */
function summary(distances: readonly number[]) {
  const average = mean(distances);
  const squares = distances.reduce((sum, distance) => sum + (distance - average) ** 2, 0);
  const standardError = Math.sqrt(squares / Math.max(1, distances.length - 1) / distances.length);
  const recovered = distances.filter((distance) => distance < recoveredBelow).length;
  return {
    distance: average,
    standardError,
    largestDistance: Math.max(...distances),
    successRate: recovered / distances.length,
  };
}

/**
 * Expected error of x_t -> c_t W x_t on new points of the subspace at sigma = 0.1, in parts of their
 * energy: (|(c W - I) U|_F^2 + c^2 sigma^2 |W|_F^2) / d.
 */
function heldOutError(w: Matrix, truth: Matrix): number {
  const sigma = 0.1;
  const c = 1 / (1 + sigma ** 2);
  // Points are rows and W acts from the right, so it is W^T that maps columns.
  const image = multiply(transpose(w), truth);
  const bias = image.data.reduce((sum, value, i) => sum + (c * value - truth.data[i]!) ** 2, 0);
  const spread = w.data.reduce((sum, value) => sum + value * value, 0);
  return (bias + (c * sigma) ** 2 * spread) / truth.cols;
}

function projector(u: Matrix): Matrix {
  return multiply(u, transpose(u));
}
