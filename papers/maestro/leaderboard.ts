import { meanStandings, type Row, type Standing } from '@working-papers/paper-kit';
import { rowsLike } from './rows.ts';

/** Classifiers of part E3 by accuracy and cost; slices of a network are the same method, and left out. */
export function leaderboard(rows: readonly Row[]): readonly Standing[] {
  const models = rowsLike(rows, { part: 'E3', what: 'model' }).filter(
    ({ method, slice }) => slice === undefined || slice === 1 || method === 'truncated SVD',
  );
  const benchmarks = [...new Set(models.map(benchmarkOf))];
  return benchmarks.flatMap((benchmark) =>
    meanStandings(
      models.filter((row) => benchmarkOf(row) === benchmark),
      {
        benchmark,
        metrics: [
          { key: 'accuracy', metric: 'test accuracy', better: 'higher' },
          { key: 'macs', metric: 'MACs of one image', better: 'lower' },
        ],
        methodOf,
      },
    ),
  );
}

function benchmarkOf({ dataset, model, trainImages }: Row): string {
  return `${String(dataset)}, ${String(model)}, ${String(trainImages)} training images`;
}

/** `Maestro, lambda 0.001`, `fixed rank, size 0.25`, `dense`. */
function methodOf({ method, lambda, size }: Row): string {
  if (typeof lambda === 'number') return `${String(method)}, lambda ${lambda}`;
  return size === undefined || size === 1 ? String(method) : `${String(method)}, size ${size}`;
}
