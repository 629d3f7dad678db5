/** Part E1: what the equations alone say of the order in which features are learned. */
import type { Row } from '@working-papers/paper-kit';
import { criticalTime, fixedPoint, type Objective } from './method.ts';
import { objectives } from './objectives.ts';

/** What part E1 computes. */
export interface TheoryConfig {
  readonly depths: readonly number[];
  /** wbar(0); at the smallest the whole grid is computed, at the others lambda = 1. */
  readonly initialScales: readonly number[];
  readonly lambdas: readonly number[];
  readonly rhos: readonly number[];
}

/** Features from a clean one of small covariance to a noisy one of larger covariance. */
const tradeOff = [0, 0.2, 0.4, 0.6, 0.8, 1].map((share) => ({
  lambda: 1 + 0.3 * share,
  rho: 1 - 0.4 * share,
}));

/** Critical times on the grid, then those of `tradeOff`, for both objectives at every depth. */
export function* theoryRows(config: TheoryConfig): Generator<Row, void, void> {
  for (const setting of settings(config)) {
    for (const initialScale of config.initialScales) {
      yield* gridRows({ ...setting, initialScale }, config);
    }
  }
  for (const { objective, method, depth } of settings(config)) {
    // Below half of JEPA's fixed point of the noisiest, so that both objectives start alike.
    const initialScale = Math.min(0.02, 0.3 * 0.6 ** depth);
    for (const { lambda, rho } of tradeOff) {
      const time = criticalTime({ objective, depth, lambda, rho }, { initialScale }).exact;
      yield { part: 'E1', kind: 'trade-off', method, depth, initialScale, lambda, rho, time };
    }
  }
}

function settings({ depths }: TheoryConfig) {
  return objectives.flatMap((each) => depths.map((depth) => ({ ...each, depth })));
}

interface GridSetting {
  readonly objective: Objective;
  readonly method: string;
  readonly depth: number;
  readonly initialScale: number;
}

function* gridRows(setting: GridSetting, config: TheoryConfig): Generator<Row, void, void> {
  const { objective, method, depth, initialScale } = setting;
  const isFilled = initialScale === Math.min(...config.initialScales);
  for (const lambda of isFilled ? config.lambdas : [1]) {
    for (const rho of config.rhos) {
      // A feature that starts close to its end is there at once. JEPA's ends are the smaller ones, and
      // what it leaves out the other does too.
      const end = fixedPoint({ objective: 'jepa', depth, lambda, rho });
      if (initialScale >= end / 5) continue;
      const times = criticalTime({ objective, depth, lambda, rho }, { initialScale });
      const shared = { part: 'E1', kind: 'grid', method, depth, initialScale, lambda, rho };
      yield { ...shared, time: times.exact, leadingTime: times.asymptotic };
    }
  }
}
