import * as Plot from '@observablehq/plot';
import type { Figure } from '../src/index.ts';

const rows = [
  { n: 1, error: 0.5, method: 'PCA & more' },
  { n: 2, error: 0.25, method: 'PCA & more' },
  { n: 1, error: 1, method: 'DAE <1>' },
  { n: 2, error: 0.3, method: 'DAE <1>' },
];

/** A line per method with a legend; its words hold what XML must escape. */
export const swatches: Figure = {
  name: 'error-by-n',
  title: 'Error & samples',
  alt: 'Two lines falling from n = 1 to n = 2, "DAE <1>" above.',
  plot: {
    width: 240,
    height: 120,
    color: { legend: true, label: 'method' },
    marks: [
      Plot.line(rows, {
        x: 'n',
        y: 'error',
        stroke: 'method',
        clip: true,
        ariaDescription: 'a & b',
      }),
    ],
  },
};

/** A heat map with a ramp. */
export const ramp: Figure = {
  name: 'heat',
  title: 'Error',
  alt: 'Four cells.',
  plot: {
    width: 240,
    marginLeft: 80,
    height: 120,
    color: { legend: true, scheme: 'viridis', label: 'error' },
    marks: [Plot.cell(rows, { x: 'n', y: 'method', fill: 'error' })],
  },
};
