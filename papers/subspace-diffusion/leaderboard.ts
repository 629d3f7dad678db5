import { studentBound } from '@working-papers/metrics';
import type { Row, Standing } from '@working-papers/paper-kit';

/** Recovery of one subspace from as many samples as it has dimensions, where the theorem draws the line. */
export function leaderboard(rows: readonly Row[]): readonly Standing[] {
  return rows.flatMap((row): Standing[] => {
    const { part, K, n, d, N, method, seeds, distance, standardError } = row;
    if (part !== 'A' || K !== 1 || N !== d) return [];
    if (typeof distance !== 'number' || typeof standardError !== 'number') return [];
    const half = studentBound(0.95, Number(seeds) - 1) * standardError;
    return [
      {
        benchmark: `subspace of dimension ${String(d)} in ${String(n)} from ${String(N)} samples`,
        method: String(method),
        metric: 'distance of subspaces',
        better: 'lower',
        value: distance,
        interval: [distance - half, distance + half],
        runs: Number(seeds),
      },
    ];
  });
}
