/** Which ranks a step truncates its layers to: the set D of the paper and what its code offers beside it. */
import {
  ConfigError,
  foldIn,
  permutation,
  uniforms,
  type Key,
  type Tensor,
} from '@working-papers/grad';
import { rankMask } from './method.ts';

/** The ranks of a network's factorised layers by name. */
export type Ranks = Readonly<Record<string, number>>;

/**
 * The ranks to which a step truncates layers; those that it does not name stay whole. A function of the
 * step alone, so that a training that goes on draws what it would have drawn.
 */
export type RankSampler = (step: number) => Ranks;

/**
 * The paper's: D holds the pairs of a layer and a rank 1..r; each step takes one, without replacement
 * until all were taken, then in a new order.
 *
 * @throws {ConfigError} If there is no factorised layer.
 */
export function singleLayerSampler(ranks: Ranks, key: Key): RankSampler {
  const pairs = entriesOf('singleLayerSampler', ranks).flatMap(([name, r]) =>
    Array.from({ length: r }, (_, i) => ({ [name]: i + 1 })),
  );
  const orders = new Map<number, Int32Array>();
  return (step) => {
    const sweep = Math.floor(step / pairs.length);
    const order = orders.get(sweep) ?? permutation(foldIn(key, sweep), pairs.length);
    orders.clear();
    orders.set(sweep, order);
    return pairs[order[step % pairs.length]!]!;
  };
}

/**
 * Every layer draws its own rank at every step ("independent" in the authors' code).
 *
 * @throws {ConfigError} If there is no factorised layer.
 */
export function independentSampler(ranks: Ranks, key: Key): RankSampler {
  const entries = entriesOf('independentSampler', ranks);
  return (step) => {
    const drawn = uniforms(foldIn(key, step), entries.length);
    return Object.fromEntries(entries.map(([name, r], i) => [name, 1 + Math.floor(r * drawn[i]!)]));
  };
}

/**
 * The same share of every layer's ranks at every step: training at a fixed rank ("pufferfish").
 *
 * @param ratio - Of the ranks that are kept, rounded up; more than 0, at most 1.
 * @throws {ConfigError} If it is not, or there is no factorised layer.
 */
export function fixedRatioSampler(ranks: Ranks, ratio: number): RankSampler {
  const entries = entriesOf('fixedRatioSampler', ranks);
  const fixed = Object.fromEntries(entries.map(([name, r]) => [name, rankAt(r, ratio)]));
  return () => fixed;
}

/** The rank that a share of r ranks is, rounded up. */
export function rankAt(r: number, ratio: number): number {
  if (!(ratio > 0 && ratio <= 1)) {
    throw new ConfigError(`rankAt: ratio = ${ratio} is not more than 0 and at most 1`);
  }
  // 0.1 * 10 is 1, and 0.07 * 100 is more than 7.
  return Math.ceil(r * ratio - 1e-9);
}

/** A mask for each factorised layer: what a step needs as data. */
export function rankMasks(ranks: Ranks, sampled: Ranks): Readonly<Record<string, Tensor>> {
  return Object.fromEntries(
    Object.entries(ranks).map(([name, r]) => [name, rankMask(r, sampled[name] ?? r)]),
  );
}

function entriesOf(operation: string, ranks: Ranks): readonly (readonly [string, number])[] {
  const entries = Object.entries(ranks);
  if (entries.length === 0) {
    throw new ConfigError(
      `${operation}: the network has no low-rank layers; call decomposeNetwork first`,
    );
  }
  return entries;
}
