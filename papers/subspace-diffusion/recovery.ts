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
import type { Row, RunContext } from '@working-papers/paper-kit';
import { columns, makeMolrg, sampleMolrg } from './molrg.ts';
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

/** Reports how far a part is, from 0 to 1. */
export type PartProgress = (
  label: string,
  fraction: number,
  step: { readonly step: number; readonly steps: number; readonly loss?: number },
) => void;

/** Rows of part A: one for each cell of method, n, d and N, over its seeds. */
export async function* recoveryRows(
  config: RecoveryConfig,
  context: Omit<RunContext, 'onProgress'>,
  onProgress: PartProgress,
): AsyncGenerator<Row, void, void> {
  const settings = [
    ...config.ds.map((d) => ({ n: config.n, d })),
    ...(config.sweep?.ns ?? [])
      .filter((n) => n !== config.n)
      .map((n) => ({ n, d: config.sweep?.d ?? 1 })),
  ];
  const shares = [...settings.map(() => 1), ...(config.clustering ? [2, 2] : [])];
  const total = shares.reduce((sum, share) => sum + share, 0);
  for (const [i, setting] of settings.entries()) {
    const report: PartProgress = (label, fraction, step) =>
      onProgress(label, (i + fraction) / total, step);
    yield* oneSubspace(setting, { config, context, report });
  }
  if (config.clustering) {
    const report: PartProgress = (label, fraction, step) =>
      onProgress(label, (settings.length + 4 * fraction) / total, step);
    yield* twoSubspaces(config.clustering, { config, context, report });
  }
}

interface PartScope {
  readonly n: number;
  readonly label: string;
  readonly report: PartProgress;
}

interface Scope {
  readonly config: RecoveryConfig;
  readonly context: Omit<RunContext, 'onProgress'>;
  readonly report: PartProgress;
}

/** One data set of the comparison with the subspace that it comes from. */
interface Cell {
  readonly N: number;
  readonly seed: number;
  readonly x: Float32Array;
  readonly truth: Matrix;
  readonly key: Key;
}

async function* oneSubspace(
  { n, d }: { n: number; d: number },
  { config, context, report }: Scope,
): AsyncGenerator<Row, void, void> {
  const cells = config.Ns.flatMap((N) =>
    Array.from({ length: config.seeds }, (_, seed) => makeCell({ n, d, N, seed }, context.seed)),
  );
  const trained = cells.filter((cell) => cell.seed < config.trainedSeeds);
  const options = trainingOptions(config, context, {
    n,
    sigmas: { low: 0.0005, high: 0.001 },
    label: `A: n = ${n}, d = ${d}`,
    report,
  });
  const byPca = cells.map((cell) => {
    const data = transpose(matrix(cell.N, n, cell.x));
    return pca(data, d, uniformStream(foldIn(cell.key, 'complete')));
  });
  yield* cellRows(
    'PCA',
    cells,
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
  const reference = cells.flatMap((cell, i) =>
    cell.seed < config.trainedSeeds ? [byPca[i]!] : [],
  );
  yield* cellRows(
    'low-rank denoiser',
    trained,
    byDenoiser.map((u, i) => ({ u, w: projector(u), reference: reference[i]! })),
  );

  // The control has n^2 parameters for each data set, so it stays at the main n.
  if (n !== config.n) return;
  const maps = await trainLinearDenoisers(problems, options(1));
  yield* cellRows(
    'linear denoiser',
    trained,
    maps.map((w) => ({ u: columns(svd(w).v, 0, d), w })),
  );
}

function makeCell(
  { n, d, N, seed }: { n: number; d: number; N: number; seed: number },
  runSeed: number,
): Cell {
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

function* cellRows(
  method: string,
  cells: readonly Cell[],
  found: readonly Found[],
): Generator<Row, void, void> {
  const results = cells.map((cell, i) => ({ cell, found: found[i]! }));
  for (const N of new Set(cells.map((cell) => cell.N))) {
    const own = results.filter((result) => result.cell.N === N);
    const { rows: n, cols: d } = own[0]!.cell.truth;
    const distances = own.map((result) => subspaceDistance(result.found.u, result.cell.truth));
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
      heldOutError: mean(own.map(({ cell, found: { w } }) => heldOutError(w, cell.truth))),
      ...(toPca.length > 0 && {
        distanceToPca: mean(toPca),
        medianDistanceToPca: quantile(toPca, 0.5),
      }),
    };
  }
}

async function* twoSubspaces(
  clustering: NonNullable<RecoveryConfig['clustering']>,
  { config, context, report }: Scope,
): AsyncGenerator<Row, void, void> {
  const { d, Ns, seeds, restarts } = clustering;
  const { n } = config;
  const cells = Ns.flatMap((N) =>
    Array.from({ length: seeds }, (_, seed) => {
      const key = [d, N, seed].reduce<Key>(foldIn, foldIn(keyOf(context.seed), 'A, K = 2'));
      const model = makeMolrg({ dim: n, dims: [d, d], key });
      const labels = Int32Array.from({ length: 2 * N }, (_, i) => i % 2);
      const { x } = sampleMolrg(model, { labels, key: foldIn(key, 'samples') });
      return { N, key, x, labels, truth: model.bases };
    }),
  );
  const rowsOf = function* (method: string, found: readonly (readonly Matrix[])[]) {
    for (const N of Ns) {
      const own = cells.flatMap((cell, i) => (cell.N === N ? [{ cell, bases: found[i]! }] : []));
      const accuracies = own.map(({ cell, bases }) =>
        clusteringAccuracy(assign(cell.x, bases), cell.labels),
      );
      const distances = own.map(({ cell, bases }) => matchedDistance(bases, cell.truth).distance);
      const base = { part: 'A', K: 2, method, n, d, N, seeds, restarts };
      yield { ...base, ...summary(distances), accuracy: mean(accuracies) };
    }
  };
  yield* rowsOf(
    'K-subspaces',
    cells.map(({ x, key }) => {
      return kSubspaces(x, { dim: n, d, components: 2, restarts: 2 * restarts, key }).bases;
    }),
  );
  // Restarts are problems of their own: the same data from another start.
  const starts = cells.flatMap((cell) => Array.from({ length: restarts }, () => cell));
  const problems = sideBySide(starts, n);
  const options = trainingOptions(config, context, {
    n,
    // Higher than for K = 1: there soft weights differ from hard ones.
    sigmas: { low: 0.01, high: 0.1 },
    label: `A: K = 2, d = ${d}`,
    report,
  });
  for (const [i, weights] of (['hard', 'soft'] as const).entries()) {
    const learned = await trainLowRankDenoisers(problems, {
      ...options(i),
      d,
      components: 2,
      weights,
    });
    const best = cells.map((_, c) => bestOf(learned.slice(c * restarts, (c + 1) * restarts)));
    yield* rowsOf(`low-rank denoiser, ${weights} weights`, best);
  }
}

function bestOf(runs: readonly LearnedSubspaces[]): readonly Matrix[] {
  return runs.reduce((best, run) => (run.loss < best.loss ? run : best)).bases;
}

/** The settings of the first and second training of a setting: the same for every method. */
function trainingOptions(
  config: RecoveryConfig,
  { seed, backend, signal }: Omit<RunContext, 'onProgress'>,
  { n, sigmas, label, report }: Pick<TrainingOptions, 'sigmas'> & PartScope,
): (half: number) => TrainingOptions {
  const { steps, draws } = config;
  return (half) => ({
    steps,
    draws,
    sigmas,
    learningRate: 0.04,
    key: foldIn(foldIn(keyOf(seed), 'A: training'), n),
    backend,
    signal,
    onStep: (step, loss) => report(label, (half + step / steps) / 2, { step, steps, loss }),
  });
}

/** Data sets of different sizes as one tensor. */
function sideBySide(cells: readonly { readonly x: Float32Array }[], n: number): Problems {
  const counts = cells.map(({ x }) => x.length / n);
  const count = Math.max(...counts);
  const data = new Float32Array(cells.length * count * n);
  cells.forEach(({ x }, i) => data.set(x, i * count * n));
  return { x: tensor(data, { shape: [cells.length, count, n] }), counts };
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
