/** Part B: does a neural network pass from copying to generalising at the same N/d? */
import { foldIn, keyOf, uniformStream, type Key } from '@working-papers/grad';
import {
  bootstrapInterval,
  matrix,
  mean,
  memorisation,
  multiply,
  points,
  transpose,
  type Matrix,
  type Points,
} from '@working-papers/metrics';
import type { Cell, Row, RunContext } from '@working-papers/paper-kit';
import { makeMolrg, sampleMolrg } from './molrg.ts';
import { sampleNeuralDenoiser, trainNeuralDenoiser } from './neuralDenoiser.ts';
import { reportTraining } from './reportTraining.ts';
import { assign } from './subspaces.ts';

/** What part B compares. */
export interface TransitionConfig {
  /** Ambient dimension n. */
  readonly n: number;
  /** Intrinsic dimensions d of both subspaces. */
  readonly ds: readonly number[];
  /** Samples of each subspace in parts of d: N/d. */
  readonly ratios: readonly number[];
  readonly seeds: number;
  readonly hidden: readonly number[];
  readonly steps: number;
  readonly batch: number;
  readonly learningRate: number;
  /** Samples drawn from each trained model. */
  readonly drawn: number;
}

/** One network of part B, with the settings that all share. */
export interface TransitionCell extends Cell, Omit<TransitionConfig, 'ds' | 'ratios' | 'seeds'> {
  readonly part: 'B';
  /** Of the run. */
  readonly seed: number;
  readonly d: number;
  readonly ratio: number;
  /** Of this network among those with its d and ratio. */
  readonly networkSeed: number;
}

/**
 * The cells of part B.
 *
 * @param share - What they cost together.
 */
export function transitionCells(
  { ds, ratios, seeds, ...settings }: TransitionConfig,
  seed: number,
  share: number,
): TransitionCell[] {
  const cost = share / (ds.length * ratios.length * seeds);
  return ds.flatMap((d) =>
    ratios.flatMap((ratio) =>
      Array.from({ length: seeds }, (_, networkSeed): TransitionCell => {
        const label = `B: d = ${d}, N/d = ${ratio}, seed ${networkSeed + 1}`;
        return { part: 'B', label, cost, seed, ...settings, d, ratio, networkSeed };
      }),
    ),
  );
}

/** The row of a network of part B. */
export async function transitionRow(cell: TransitionCell, context: RunContext): Promise<Row> {
  const { label, n, d, ratio, networkSeed, steps, drawn } = cell;
  const { backend, signal, onProgress } = context;
  const N = d * ratio;
  const key = [d, ratio, networkSeed].reduce<Key>(foldIn, foldIn(keyOf(cell.seed), 'B'));
  const model = makeMolrg({ dim: n, dims: [d, d], key });
  const labels = Int32Array.from({ length: 2 * N }, (_, i) => i % 2);
  const training = points(sampleMolrg(model, { labels, key: foldIn(key, 'training') }).x, n);
  const denoiser = await trainNeuralDenoiser(training, {
    hidden: cell.hidden,
    steps,
    batch: cell.batch,
    learningRate: cell.learningRate,
    key: foldIn(key, 'network'),
    backend,
    signal,
    onStep: reportTraining(onProgress, { label, index: 0, trainings: 1, steps }),
  });
  const samples = await sampleNeuralDenoiser(denoiser, {
    count: drawn,
    key: foldIn(key, 'sampling'),
    backend,
  });
  const fresh = sampleMolrg(model, { count: drawn, key: foldIn(key, 'fresh') });
  const copied = memorisation(samples, training);
  const [low, high] = bootstrapInterval([...copied.isMemorised], mean, {
    random: uniformStream(foldIn(key, 'bootstrap')),
    resamples: 500,
  });
  return {
    part: 'B',
    n,
    d,
    N,
    ratio,
    seed: networkSeed,
    memorisedFraction: copied.memorisedFraction,
    low,
    high,
    // What the rule calls memorised among points that cannot be: fresh draws of the same mixture.
    chanceFraction: memorisation(points(fresh.x, n), training).memorisedFraction,
    offSupport: offSupportResidual(samples, model.bases),
    covarianceError: covarianceError(samples, model.bases),
  };
}

/** Mean share of a sample's length outside the nearest true subspace, min_k |(I - U_k U_k^T) x| / |x|. */
export function offSupportResidual(samples: Points, bases: readonly Matrix[]): number {
  const nearest = assign(samples.data, bases);
  const residuals = Array.from(nearest, (k, i) => {
    const x = matrix(samples.dim, 1, samples.data.subarray(i * samples.dim, (i + 1) * samples.dim));
    const inside = lengthOf(multiply(transpose(bases[k]!), x));
    const whole = lengthOf(x);
    return Math.sqrt(Math.max(0, whole ** 2 - inside ** 2)) / whole;
  });
  return mean(residuals);
}

/**
 * |C - I|_F / |I|_F for the second moments C of U_k^T x over the samples nearest to subspace k, which
 * are I in the mixture; the mean over subspaces that have samples.
 */
export function covarianceError(samples: Points, bases: readonly Matrix[]): number {
  const nearest = assign(samples.data, bases);
  const errors = bases.flatMap((basis, k) => {
    const members = [...nearest.keys()].filter((i) => nearest[i] === k);
    if (members.length === 0) return [];
    const x = members.flatMap((i) => [
      ...samples.data.subarray(i * samples.dim, (i + 1) * samples.dim),
    ]);
    const codes = multiply(matrix(members.length, samples.dim, x), basis);
    const moments = multiply(transpose(codes), codes);
    const d = basis.cols;
    const squares = moments.data.reduce((sum, value, i) => {
      const identity = i % (d + 1) === 0 ? 1 : 0;
      return sum + (value / members.length - identity) ** 2;
    }, 0);
    return [Math.sqrt(squares / d)];
  });
  return mean(errors);
}

function lengthOf(x: Matrix): number {
  return Math.sqrt(x.data.reduce((sum, value) => sum + value * value, 0));
}
