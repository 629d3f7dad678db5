/** The toy of the page: subspaces of three dimensions that swing into place when N reaches d. */
import * as Plot from '@observablehq/plot';
import { foldIn, keyOf, tensor } from '@working-papers/grad';
import { defineDemo, type Figure } from '@working-papers/paper-kit';
import type { Matrix } from '@working-papers/metrics';
import { makeMolrg, sampleMolrg } from './molrg.ts';
import { matchedDistance } from './subspaces.ts';
import { watchLowRankDenoisers } from './training.ts';

/** What the page draws: bases as plain numbers, one after the other, [3, d] each. */
export interface DemoFrame {
  readonly step: number;
  readonly steps: number;
  readonly samples: readonly { readonly x: readonly number[]; readonly component: number }[];
  readonly truth: readonly (readonly number[])[];
  readonly learned: readonly (readonly number[])[];
  readonly d: number;
  /** Mean distance to the true subspaces after the best matching. */
  readonly distance: number;
}

const dim = 3;
const steps = 300;
/** Training runs from several starts at once and shows the one with the lowest loss. */
const starts = 8;

/** What a visitor sets, what then runs in a worker, and how the page draws it. */
export const demo = defineDemo({
  title: 'Subspaces from a handful of points',
  instruction:
    'Choose how many points each subspace gives away. With fewer than d the learned subspaces (solid) end up anywhere that fits the points; from d points on, for one subspace, they swing onto the true ones (dashed).',
  controls: {
    N: { kind: 'range', label: 'Points per subspace, N', min: 1, max: 12, step: 1, value: 3 },
    d: { kind: 'range', label: 'Dimension of each subspace, d', min: 1, max: 2, step: 1, value: 2 },
    K: { kind: 'range', label: 'Number of subspaces, K', min: 1, max: 3, step: 1, value: 1 },
  },
  async *run({ N, d, K }, { seed, signal, backend }): AsyncGenerator<DemoFrame, void, void> {
    const key = [N, d, K].reduce(foldIn, keyOf(seed));
    const dims = Array.from({ length: K }, () => d);
    const model = makeMolrg({ dim, dims, isOrthogonal: d * K <= dim, key: foldIn(key, 'model') });
    const labels = Int32Array.from({ length: N * K }, (_, i) => i % K);
    const { x } = sampleMolrg(model, { labels, key: foldIn(key, 'samples') });
    const copies = Float32Array.from({ length: starts * x.length }, (_, i) => x[i % x.length]!);
    const problems = {
      x: tensor(copies, { shape: [starts, N * K, dim] }),
      counts: Array.from({ length: starts }, () => N * K),
    };
    const samples = Array.from(labels, (component, i) => ({
      component,
      x: [...x.subarray(i * dim, (i + 1) * dim)],
    }));
    const training = watchLowRankDenoisers(problems, {
      d,
      components: K,
      weights: 'soft',
      steps,
      draws: 8,
      sigmas: { low: 0.01, high: 0.1 },
      every: 5,
      learningRate: 0.1,
      key: foldIn(key, 'training'),
      backend,
      signal,
    });
    for await (const { step, found } of training) {
      const best = found.reduce((a, b) => (b.loss < a.loss ? b : a));
      const { distance } = matchedDistance(best.bases, model.bases);
      const plain = (bases: readonly Matrix[]) => bases.map((basis) => [...basis.data]);
      yield {
        step,
        steps,
        samples,
        d,
        distance,
        truth: plain(model.bases),
        learned: plain(best.bases),
      };
    }
  },
  draw: (frame) => [scene(frame)],
});

function scene({ step, samples, truth, learned, d, distance }: DemoFrame): Figure {
  const outlines = (bases: DemoFrame['truth'], kind: string) =>
    bases.flatMap((basis, k) =>
      outline(basis, d).map((corner) => ({ ...project(corner), z: `${kind} ${k + 1}` })),
    );
  const points = samples.map(({ x }) => project(x));
  return {
    name: 'subspaces',
    title: `Step ${step}: distance to the true subspaces ${distance.toFixed(3)}`,
    alt: `A three-dimensional scene: ${truth.length} true subspaces with dashed outline, as many learned ones with solid outline, and ${samples.length} points. Their distance is ${distance.toFixed(3)}.`,
    plot: {
      width: 480,
      height: 420,
      aspectRatio: 1,
      axis: null,
      x: { domain: [-3, 3] },
      y: { domain: [-2.7, 2.7] },
      marks: [
        Plot.line(outlines(truth, 'true'), {
          x: 'x',
          y: 'y',
          z: 'z',
          stroke: 'currentColor',
          strokeDasharray: '4,4',
          strokeOpacity: 0.6,
        }),
        Plot.line(outlines(learned, 'learned'), {
          x: 'x',
          y: 'y',
          z: 'z',
          stroke: 'z',
          strokeWidth: 2,
          fill: d === 2 ? 'z' : 'none',
          fillOpacity: 0.15,
        }),
        Plot.dot(points, { x: 'x', y: 'y', r: 4, fill: 'currentColor' }),
      ],
    },
  };
}

/** Corners of a piece of the subspace: a segment of a line, or a closed square of a plane. */
function outline(basis: readonly number[], d: number): readonly (readonly number[])[] {
  // The corners of every plane stay inside the picture.
  const reach = 1.7;
  const at = (weights: readonly number[]) =>
    Array.from({ length: dim }, (_, row) =>
      weights.reduce((sum, weight, j) => sum + reach * weight * (basis[row * d + j] ?? 0), 0),
    );
  const corners =
    d === 1
      ? [[-1], [1]]
      : [
          [-1, -1],
          [-1, 1],
          [1, 1],
          [1, -1],
          [-1, -1],
        ];
  return corners.map(at);
}

/** An oblique view of R^3. */
function project([x = 0, y = 0, z = 0]: readonly number[]): { x: number; y: number } {
  return { x: 0.87 * (y - x), y: z - 0.35 * (x + y) };
}
