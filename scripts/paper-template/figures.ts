import * as Plot from '@observablehq/plot';
import type { Figure, Row } from '@working-papers/paper-kit';

/** Pictures of the rows at hand, which may be few while a run goes on. */
export function figures(rows: readonly Row[]): readonly Figure[] {
  if (rows.length === 0) return [];
  return [
    {
      name: 'slope-error',
      title: 'Error of the slope against the share of wrong points',
      alt: 'A dot for each line and a curve of means for each method: the error of the fitted slope against the share of outliers, from none on the left.',
      plot: {
        width: 560,
        height: 280,
        grid: true,
        x: { label: 'share of outliers', tickFormat: '%' },
        y: { label: 'error of the slope' },
        color: { legend: true },
        marks: [
          Plot.line(
            rows,
            Plot.groupX({ y: 'mean' }, { x: 'outlierFraction', y: 'slopeError', stroke: 'method' }),
          ),
          Plot.dot(rows, { x: 'outlierFraction', y: 'slopeError', stroke: 'method', r: 2.5 }),
        ],
      },
    },
  ];
}
