/**
 * Part E3: the order of learning on natural images. Features are the principal components of patches;
 * scaling and independent noise give them the lambda and rho that a claim asks for, and what couples
 * them in real images stays.
 */
import {
  foldIn,
  keyOf,
  permutation,
  uniforms,
  type Key,
  type Safetensor,
} from '@working-papers/grad';
import { matrix, mean, spearmanCorrelation, type Matrix } from '@working-papers/metrics';
import {
  defineArtefact,
  type Artefact,
  type Cell,
  type Row,
  type RunContext,
} from '@working-papers/paper-kit';
import { encodePixels } from '@working-papers/paper-kit/figures';
import { descend, type Snapshot } from './descent.ts';
import { encodeLearned } from './learnedFeatures.ts';
import { learningTimes } from './learningTimes.ts';
import { criticalTime, fixedPoint, type Objective } from './method.ts';
import { describeFeatures, estimateModel, stackMoments, type EstimatedModel } from './moments.ts';
import { deepLinearNetwork } from './network.ts';
import { patchPairs, patchSide, withTargets, type FeatureTarget } from './patches.ts';

/** What part E3 trains. */
export interface PatchesConfig {
  /** Pairs of patches from each image. */
  readonly perImage: number;
  readonly depths: readonly number[];
  /** Draws of the noise on the features. */
  readonly noiseSeeds: number;
  readonly learningRate: number;
  /** wbar(0) at every depth; at most a fifth of JEPA's end at rho = 0.3, where E1 draws the line too. */
  readonly initialScale: number;
  /** Features whose own rho is below this are left out: they would take JEPA too long. */
  readonly leastRho: number;
}

/**
 * What the features are given. `equal lambda`: all the same covariance, noise on a random half (c1, c4).
 * `equal rho`: noise down to one rho, covariances over a factor of two in their own order (c2).
 * `trade-off`: covariances over a factor of 1.2, and noise that grows with them from about rho = 0.6 to 0.3
 * (c3). With L = 3 and wbar(0) = 0.005 the equations then predict as wide a range of times for JEPA, from
 * the least covariance to the largest, as for the autoencoder in the other direction.
 */
export type Setting = 'equal lambda' | 'equal rho' | 'trade-off';

/** One training of part E3, or the moments alone. */
export interface PatchesCell extends Cell {
  readonly part: 'E3';
  readonly task:
    | { readonly kind: 'statistics' }
    | {
        readonly kind: 'training';
        readonly setting: Setting;
        readonly objective: Objective;
        readonly method: string;
        readonly depth: number;
        readonly noiseSeed: number;
      };
  readonly config: Omit<PatchesConfig, 'depths' | 'noiseSeeds'>;
  readonly seed: number;
}

/** Rows of one cell. */
export async function* patchesRows(
  cell: PatchesCell,
  context: RunContext,
): AsyncGenerator<Row, void, void> {
  const model = await context.artefacts.get(patchModel(cell));
  const { task } = cell;
  yield* task.kind === 'statistics'
    ? statisticsRows(cell, model)
    : trainingRows({ ...cell, task }, model, context);
}

/** The features of CIFAR-10's patches with their moments, made once for all cells. */
export function patchModel({ config: { perImage }, seed }: PatchesCell): Artefact<EstimatedModel> {
  const size = patchSide ** 2;
  return defineArtefact({
    name: 'patch-pair-moments',
    version: 1,
    config: { dataset: 'cifar-10', perImage, seed },
    make: async (config, { data, signal }) => {
      const { train } = await data.images('cifar-10', signal);
      const key = foldIn(keyOf(config.seed), 'patches');
      const { x, y } = patchPairs(train, { perImage: config.perImage, key });
      const { basis, covariances } = estimateModel(x, y);
      const part = ({ data: values }: Matrix): Safetensor => ({
        dtype: 'F64',
        shape: [size, size],
        data: values,
      });
      const { xx, xy, yy } = covariances;
      return {
        tensors: { basis: part(basis), xx: part(xx), xy: part(xy), yy: part(yy) },
        json: null,
      };
    },
    read: ({ tensors }) => {
      const part = (name: string) =>
        matrix(size, size, Array.from(tensors[name]?.data ?? [], Number));
      const covariances = { xx: part('xx'), xy: part('xy'), yy: part('yy') };
      return { ...describeFeatures(covariances), basis: part('basis') };
    },
  });
}

/** What the patches are like, and what the equations alone say of their own spectrum. */
function* statisticsRows(cell: PatchesCell, model: EstimatedModel): Generator<Row, void, void> {
  const { config, seed } = cell;
  const equalised = targetsOf('equal lambda', model, { config, key: noiseKey(seed, 0) });
  yield {
    part: 'E3',
    kind: 'statistics',
    perImage: config.perImage,
    features: equalised.length,
    offDiagonal: model.offDiagonal,
    offDiagonalEqualised: describeFeatures(withTargets(model, equalised)).offDiagonal,
    ...naturalSpectrum(model, config),
  };
  for (const [feature, lambda] of model.lambda.entries()) {
    yield {
      part: 'E3',
      kind: 'feature',
      feature,
      lambda,
      rho: model.rho[feature]!,
      filter: encodePixels(filterPixels(model, feature)),
    };
  }
}

/**
 * The orders that the equations predict if the patches keep their own covariances, which span three
 * decades, and noise brings the half of largest covariance down to rho = 0.3. Training would take a
 * thousand times as long as with equal covariances.
 */
function naturalSpectrum(model: EstimatedModel, { leastRho, initialScale }: PatchesCell['config']) {
  const kept = keptFeatures(model, leastRho);
  const order = (objective: Objective) =>
    kept.map((feature, place) => {
      const rho = place < kept.length / 2 ? lowestRho : model.rho[feature]!;
      const lambda = model.lambda[feature]!;
      return criticalTime({ objective, depth: 3, lambda, rho }, { initialScale }).exact;
    });
  return {
    spectrumRange: model.lambda[kept[0]!]! / model.lambda[kept.at(-1)!]!,
    spectrumAgreement: spearmanCorrelation(order('jepa'), order('mae')),
  };
}

type TrainingCell = PatchesCell & { readonly task: { readonly kind: 'training' } };

async function* trainingRows(
  cell: TrainingCell,
  model: EstimatedModel,
  { backend, signal, onProgress }: RunContext,
): AsyncGenerator<Row, void, void> {
  const { config, label } = cell;
  const { setting, objective, method, depth, noiseSeed } = cell.task;
  const { initialScale, learningRate } = config;
  const targets = targetsOf(setting, model, { config, key: noiseKey(cell.seed, noiseSeed) });
  const features = targets.map(({ lambda, rho }) => ({ objective, depth, lambda, rho }));
  const predicted = features.map((feature) => criticalTime(feature, { initialScale }).exact);
  const halves = features.map((feature) => fixedPoint(feature) / 2);
  const every = objective === 'mae' || depth === 1 ? 5 : 50;
  const steps = every * Math.ceil((1.5 * Math.max(...predicted)) / (depth * learningRate * every));
  const descent = descend(
    deepLinearNetwork({ objective, dim: targets.length, depth, initialScale }),
    stackMoments([withTargets(model, targets)]),
    { objective, learningRate, steps, every, backend, signal },
  );
  const snapshots: Snapshot[] = [];
  for await (const snapshot of descent) {
    const { step, strengths } = snapshot;
    snapshots.push(snapshot);
    const left = halves.filter((half, i) => strengths[i]! < half).length;
    const metric = { name: 'features learned', value: halves.length - left };
    onProgress({ label, fraction: step / steps, step, steps, metric });
    if (left === 0) break;
  }
  const times = learningTimes(snapshots, halves);
  yield {
    part: 'E3',
    kind: 'training',
    setting,
    method,
    depth,
    noiseSeed,
    ...orderFigures(targets, times, predicted),
    learned: encodeLearned(targets.map((target, i) => ({ ...target, time: times[i] ?? null }))),
  };
}

/** Rank correlations and slopes of the times; a feature that was not learned comes last. */
function orderFigures(
  targets: readonly FeatureTarget[],
  times: readonly (number | null)[],
  predicted: readonly number[],
): Row {
  const ranked = times.map((time) => time ?? Number.MAX_VALUE);
  const done = targets.flatMap((target, i) => {
    const time = times[i];
    return typeof time === 'number' ? [{ ...target, time }] : [];
  });
  const along = (key: 'lambda' | 'rho') => {
    const values = targets.map((target) => target[key]);
    if (new Set(values).size === 1) return { rank: null, slope: null };
    const slope = logSlope(
      done.map((each) => each[key]),
      done.map(({ time }) => time),
    );
    return { rank: spearmanCorrelation(ranked, values), slope };
  };
  const [lambda, rho] = [along('lambda'), along('rho')];
  return {
    features: targets.length,
    unlearned: targets.length - done.length,
    rankRho: rho.rank,
    slopeRho: rho.slope,
    rankLambda: lambda.rank,
    slopeLambda: lambda.slope,
    rankEquation: spearmanCorrelation(ranked, predicted),
  };
}

/** Slope of the least-squares line of log y against log x. */
function logSlope(x: readonly number[], y: readonly number[]): number {
  const [u, v] = [x.map(Math.log), y.map(Math.log)];
  const [meanU, meanV] = [mean(u), mean(v)];
  const products = u.map((value, i) => (value - meanU) * (v[i]! - meanV));
  return mean(products) / mean(u.map((value) => (value - meanU) ** 2));
}

const lowestRho = 0.3;

/** The features that noise can bring to any rho from 0.3 to `least`, largest covariance first. */
function keptFeatures({ lambda, rho }: EstimatedModel, least: number): readonly number[] {
  return [...rho.keys()]
    .filter((feature) => rho[feature]! >= least)
    .toSorted((a, b) => lambda[b]! - lambda[a]!);
}

function noiseKey(seed: number, noiseSeed: number): Key {
  return foldIn(foldIn(keyOf(seed), 'patch noise'), noiseSeed);
}

/** What a setting gives to each feature; see {@link Setting}. */
export function targetsOf(
  setting: Setting,
  model: EstimatedModel,
  {
    config: { leastRho },
    key,
  }: { readonly config: Pick<PatchesConfig, 'leastRho'>; readonly key: Key },
): readonly FeatureTarget[] {
  // Where noise is to leave 0.66 to the features of least covariance, their own must be that large.
  const kept = keptFeatures(model, setting === 'trade-off' ? 0.66 : leastRho);
  const draws = uniforms(foldIn(key, 'size'), kept.length);
  const isNoisy = permutation(foldIn(key, 'half'), kept.length).map((place) =>
    place < kept.length / 2 ? 1 : 0,
  );
  return kept.map((feature, place) => {
    const own = model.rho[feature]!;
    // 1 for the largest covariance, 0 for the smallest.
    const height = 1 - place / (kept.length - 1);
    const given: Readonly<Record<Setting, Omit<FeatureTarget, 'feature'>>> = {
      'equal lambda': {
        lambda: 1,
        rho: isNoisy[place] ? lowestRho + draws[place]! * (own - lowestRho) : own,
      },
      'equal rho': { lambda: 2 ** height, rho: leastRho },
      'trade-off': {
        lambda: 1.2 ** height,
        rho: (0.6 - 0.3 * height) * (1 + 0.1 * draws[place]!),
      },
    };
    return { feature, ...given[setting] };
  });
}

/** A feature as a grey picture: 0 is middle grey, its largest weight black or white. */
function filterPixels({ basis }: EstimatedModel, feature: number): Uint8Array {
  const weights = Float64Array.from(
    { length: basis.rows },
    (_, i) => basis.data[i * basis.cols + feature]!,
  );
  const largest = weights.reduce((max, weight) => Math.max(max, Math.abs(weight)), 0);
  return Uint8Array.from(weights, (weight) => Math.round(127.5 * (1 + weight / largest)));
}
