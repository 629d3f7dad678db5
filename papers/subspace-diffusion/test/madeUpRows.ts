/** Rows as a run would yield them, made up so that each claim holds as far as it can. */
import type { Row } from '@working-papers/paper-kit';
import { encodePixels } from '@working-papers/paper-kit/figures';

/** Part A, one subspace: both methods fail below N = d and succeed from there on. */
export function recoveryRow(method: string, d: number, N: number): Row {
  const distance = N < d ? Math.sqrt(2 * (d - N)) : 1e-6;
  const isTrained = method === 'low-rank denoiser';
  return {
    part: 'A',
    K: 1,
    method,
    n: 48,
    d,
    N,
    seeds: 5,
    distance,
    standardError: 0.01,
    largestDistance: 1.1 * distance,
    successRate: N < d ? 0 : 1,
    heldOutError: N < d ? 0.5 : 0.01,
    ...(isTrained && { distanceToPca: 0.001, medianDistanceToPca: 0.002 }),
  };
}

/** Part A, one subspace, for all methods. */
export function recoveryRows(ds: readonly number[], Ns: readonly number[]): Row[] {
  return ['PCA', 'low-rank denoiser', 'linear denoiser'].flatMap((method) =>
    ds.flatMap((d) => Ns.map((N) => recoveryRow(method, d, N))),
  );
}

/** Part A, two subspaces, with the N from which a method succeeds. */
export function clusteringRows(thresholds: Readonly<Record<string, number>>): Row[] {
  return Object.entries(thresholds).flatMap(([method, threshold]) =>
    [2, 3, 4, 5, 6, 8].map((N) => ({
      part: 'A',
      K: 2,
      method,
      n: 48,
      d: 4,
      N,
      seeds: 5,
      restarts: 10,
      distance: N < threshold ? 2 : 0.01,
      standardError: 0.01,
      largestDistance: 2.5,
      successRate: N < threshold ? 0.4 : 0.6,
      accuracy: N < threshold ? 0.7 : 1,
    })),
  );
}

/**
 * Part B: a memorised fraction that falls through 0.5 where `position` is 0, by 0.25 for each unit.
 *
 * @param position - Of a measurement on the axis along which the curves of all d are one.
 */
export function transitionRows(
  settings: { readonly ds: readonly number[]; readonly seeds: readonly number[] },
  position: (at: { readonly d: number; readonly ratio: number; readonly seed: number }) => number,
): Row[] {
  return settings.ds.flatMap((d) =>
    settings.seeds.flatMap((seed) =>
      [1, 2, 4, 8, 16, 32, 64].map((ratio): Row => {
        const memorisedFraction = Math.min(
          1,
          Math.max(0, 0.5 - 0.25 * position({ d, ratio, seed })),
        );
        return {
          part: 'B',
          n: 48,
          d,
          N: d * ratio,
          ratio,
          seed,
          memorisedFraction,
          low: memorisedFraction - 0.05,
          high: memorisedFraction + 0.05,
          chanceFraction: 0.02,
          offSupport: 0.1,
          covarianceError: 0.2,
        };
      }),
    ),
  );
}

/** Part C: what is measured of one N. */
export function imageRow(
  dataset: string,
  N: number,
  { memorised, gain }: { readonly memorised: number; readonly gain: number },
): Row {
  return {
    part: 'C',
    dataset,
    N,
    memorisedFraction: memorised,
    low: memorised - 0.05,
    high: memorised + 0.05,
    agreement: gain + 0.3,
    otherNoise: 0.3,
    agreementGain: gain,
    gainLow: gain - 0.02,
    gainHigh: gain + 0.02,
  };
}

/** Part C with pictures: eight of each kind, all of one grey. */
export function pictureRow(dataset: string, N: number, grey: number): Row {
  const sheet = encodePixels(new Uint8Array(8 * 14 * 14).fill(grey));
  return {
    ...imageRow(dataset, N, { memorised: 0.5, gain: 0.2 }),
    samplesA: sheet,
    nearestA: sheet,
    samplesB: sheet,
    nearestB: sheet,
  };
}

/** Part D: a rank at one noise level. */
export function rankRow(dataset: string, level: number, rank: number): Row {
  const [rankLow, rankHigh] = [rank - 5, rank + 5];
  return { part: 'D', measure: 'rank', dataset, n: 196, level, rank, rankLow, rankHigh };
}

/** Part D: editing that meets every condition. */
export const editingRow: Row = {
  part: 'D',
  measure: 'editing',
  dataset: 'mnist',
  level: 1,
  pictures: 24,
  directions: 2,
  moved: 3,
  movedAny: 0.4,
  concentration: 0.5,
  concentrationMixed: 0.4,
  concentrationGain: 0.1,
  gainLow: 0.05,
  gainHigh: 0.15,
  nearestRatio: 1.02,
  nearestLow: 0.98,
  nearestHigh: 1.06,
  strip: encodePixels(new Uint8Array(10 * 196)),
};
