/** Rows as a run would yield them; those of the equations are computed, those of trainings made up. */
import type { Row } from '@working-papers/paper-kit';
import { encodePixels } from '@working-papers/paper-kit/figures';
import { experiment } from '../experiment.ts';
import { encodeLearned } from '../learnedFeatures.ts';
import { theoryRows } from '../theory.ts';

/** Part E1 as every preset has it. */
export const equationRows: readonly Row[] = [...theoryRows(experiment.presets.quick.theory)];

/** Part E2: ten features, each at a distance from its equation. */
export function descentRows(largestError: number): Row[] {
  return ['JEPA', 'MAE'].flatMap((method) =>
    ['expected', 'batches of 256'].flatMap((gradient) =>
      [1, 2].flatMap((depth) =>
        Array.from({ length: 10 }, (_, feature): Row => ({
          part: 'E2',
          method,
          gradient,
          model: 'static',
          depth,
          initialScale: 0.25 ** depth,
          feature,
          lambda: 0.6 + 0.08 * feature,
          rho: 1 - 0.05 * feature,
          equationTime: 100 - feature,
          time: 100.5 - feature,
          largestError: feature === 3 ? largestError : largestError / 2,
          curve: '1 0.1;10 0.5;100 1',
        })),
      ),
    ),
  );
}

/** What a made-up training on patches comes out with. */
export interface MadeUp {
  readonly rankRho?: number;
  readonly slopeRho?: number;
  readonly rankLambda?: number;
  /** Time of each feature; default in their order. */
  readonly times?: readonly (number | null)[];
}

/** One training of part E3. */
export function patchRow(
  at: { setting: string; method: string; depth: number; noiseSeed: number },
  { times = [1, 2, 3, 4], ...found }: MadeUp,
): Row {
  const learned = times.map((time, feature) => ({
    feature,
    lambda: 1,
    rho: 0.9 - 0.1 * feature,
    time,
  }));
  return {
    part: 'E3',
    kind: 'training',
    ...at,
    features: times.length,
    unlearned: 0,
    rankRho: null,
    slopeRho: null,
    rankLambda: null,
    slopeLambda: null,
    rankEquation: 1,
    ...found,
    learned: encodeLearned(learned),
  };
}

/** Part E3 over three draws of noise: what each setting, method and depth comes out with. */
export function patchRows(
  setting: string,
  outcome: (method: string, depth: number, noiseSeed: number) => MadeUp,
): Row[] {
  return [1, 3].flatMap((depth) =>
    ['JEPA', 'MAE'].flatMap((method) =>
      [0, 1, 2].map((noiseSeed) =>
        patchRow({ setting, method, depth, noiseSeed }, outcome(method, depth, noiseSeed)),
      ),
    ),
  );
}

/** The features themselves, grey all over. */
export function featureRows(count: number): Row[] {
  return Array.from({ length: count }, (_, feature) => ({
    part: 'E3',
    kind: 'feature',
    feature,
    lambda: 1 / (feature + 1),
    rho: 0.9,
    filter: encodePixels(new Uint8Array(64).fill(40 * feature)),
  }));
}

/** Part E4. */
export function distractorRows(): Row[] {
  return ['JEPA', 'MAE'].flatMap((method) =>
    [0, 1].flatMap((amplitude) =>
      [0, 1, 2].map((seed): Row => ({
        part: 'E4',
        method,
        amplitude,
        seed,
        learningRate: 1e-3,
        steps: 10,
        probeAccuracy: 0.8 - 0.1 * amplitude + 0.01 * seed,
        embeddingSpread: 0.5,
      })),
    ),
  );
}
