/** The toy of the page: a line that finds its points, and is not moved by the wrong ones. */
import * as Plot from '@observablehq/plot';
import { keyOf } from '@working-papers/grad';
import { defineDemo, type Figure } from '@working-papers/paper-kit';
import { samplePoints, truth } from './line.ts';
import { robustLoss } from './method.ts';
import { fitLine, type Line } from './training.ts';

/** What the page draws. */
export interface DemoFrame extends Line {
  readonly step: number;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

/** What a visitor sets, what then runs in a worker, and how the page draws it. */
export const demo = defineDemo({
  title: 'A line among wrong points',
  instruction:
    'Add wrong points, and change where the loss turns from a square into a line: a large delta is least squares, and the fitted line (solid) leaves the true one (dashed).',
  controls: {
    outliers: { kind: 'range', label: 'Wrong points', min: 0, max: 0.4, step: 0.05, value: 0.2 },
    delta: { kind: 'range', label: 'Delta', min: 0.1, max: 5, step: 0.1, value: 0.1 },
  },
  async *run({ outliers, delta }, context): AsyncGenerator<DemoFrame, void, void> {
    const { seed, backend, signal } = context;
    const sample = samplePoints(100, { outlierFraction: outliers, key: keyOf(seed) });
    const points = Array.from(sample.x, (x, i) => ({ x, y: sample.y[i]! }));
    const loss = (residual: Parameters<typeof robustLoss>[0]) => robustLoss(residual, delta);
    const options = { loss, steps: 200, learningRate: 0.05, backend, signal, every: 5 };
    for await (const { step, slope, intercept } of fitLine(sample, options)) {
      yield { step, slope, intercept, points };
    }
  },
  draw: (frame) => [scene(frame)],
});

function scene({ step, slope, intercept, points }: DemoFrame): Figure {
  const ends = ({ slope: rise, intercept: start }: Line) =>
    [-1, 1].map((x) => ({ x, y: rise * x + start }));
  return {
    name: 'line',
    title: `Step ${step}: slope ${slope.toFixed(2)}, the true one is ${truth.slope}`,
    alt: `${points.length} points, the line they come from (dashed) and the fitted line (solid) with slope ${slope.toFixed(2)}.`,
    plot: {
      width: 480,
      height: 360,
      grid: true,
      x: { domain: [-1, 1] },
      y: { domain: [-3, 3] },
      marks: [
        Plot.dot(points, { x: 'x', y: 'y', r: 2.5, clip: true }),
        Plot.line(ends(truth), { x: 'x', y: 'y', strokeDasharray: '4,4' }),
        Plot.line(ends({ slope, intercept }), { x: 'x', y: 'y', strokeWidth: 2, clip: true }),
      ],
    },
  };
}
