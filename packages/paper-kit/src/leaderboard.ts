import { mean, meanInterval } from '@working-papers/metrics';
import type { Row } from './experiment.ts';

/** How a method did at something that other papers of the family may measure too. */
export interface Standing {
  /** Data, task and size; results under the same words can be compared. */
  readonly benchmark: string;
  /** As its authors call it, with what tells two of its models apart. */
  readonly method: string;
  /** With its unit, if it has one. */
  readonly metric: string;
  readonly better: 'higher' | 'lower';
  readonly value: number;
  /** 95 %; absent where there is one run. */
  readonly interval?: readonly [low: number, high: number];
  /** Independent runs behind the value. */
  readonly runs: number;
}

/** What a paper's index exports as `leaderboard`: the standings that recorded rows give. */
export type Leaderboard = (rows: readonly Row[]) => readonly Standing[];

/** Which figures of rows are compared, and how they are called. */
export interface Comparison {
  readonly benchmark: string;
  readonly metrics: readonly {
    /** Field of the rows. */
    readonly key: string;
    readonly metric: string;
    readonly better: 'higher' | 'lower';
  }[];
  /** Default the row's `method`. */
  readonly methodOf?: (row: Row) => string;
}

/**
 * Standings out of rows with one run each: for every method the mean over its runs with Student's 95 %
 * interval. Rows without the figure are left out.
 */
export function meanStandings(rows: readonly Row[], comparison: Comparison): Standing[] {
  const { benchmark, metrics, methodOf = (row) => String(row['method']) } = comparison;
  const methods = [...new Set(rows.map(methodOf))];
  return methods.flatMap((method) => {
    const own = rows.filter((row) => methodOf(row) === method);
    return metrics.flatMap(({ key, metric, better }): Standing[] => {
      const values = own.flatMap((row) => (typeof row[key] === 'number' ? [row[key]] : []));
      if (values.length === 0) return [];
      const interval = values.length > 1 ? { interval: meanInterval(values) } : {};
      const value = mean(values);
      return [{ benchmark, method, metric, better, value, ...interval, runs: values.length }];
    });
  });
}
