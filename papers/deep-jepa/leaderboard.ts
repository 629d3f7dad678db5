import { meanStandings, type Row, type Standing } from '@working-papers/paper-kit';

/** What a linear probe finds in the embeddings of part E4, at each amplitude of the distracting noise. */
export function leaderboard(rows: readonly Row[]): readonly Standing[] {
  const own = rows.filter(({ part }) => part === 'E4');
  const amplitudes = [...new Set(own.map(({ amplitude }) => amplitude))];
  return amplitudes.flatMap((amplitude) =>
    meanStandings(
      own.filter((row) => row['amplitude'] === amplitude),
      {
        benchmark: `Fashion-MNIST 14 x 14 beside noise of amplitude ${String(amplitude)}, linear probe`,
        metrics: [{ key: 'probeAccuracy', metric: 'test accuracy', better: 'higher' }],
      },
    ),
  );
}
