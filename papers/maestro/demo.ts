/** The toy of the page: a picture as a linear map, whose factors turn into its SVD while one watches. */
import * as Plot from '@observablehq/plot';
import type { DataSource } from '@working-papers/data';
import { eye, foldIn, integers, keyOf, tensor } from '@working-papers/grad';
import { torchUniform } from '@working-papers/nn';
import { matrix, multiply, svd, transpose, type Matrix } from '@working-papers/metrics';
import { defineDemo, type Figure } from '@working-papers/paper-kit';
import { encodePixels, pixelGrid } from '@working-papers/paper-kit/figures';
import { trainLod } from './lod.ts';
import { firstColumns, matrixOf, svdFactors, tensorOf } from './matrices.ts';
import { applyLinear, decompose, importance } from './method.ts';

/** Factors of a picture as plain numbers, row-major, [side, side] each. */
export interface PlainFactors {
  readonly left: readonly number[];
  readonly right: readonly number[];
}

/** What the page draws. */
export interface DemoFrame {
  readonly step: number;
  readonly steps: number;
  readonly side: number;
  /** Grey values from 0 to 1, [side, side]. */
  readonly picture: readonly number[];
  readonly learned: PlainFactors;
  readonly exact: PlainFactors;
  readonly importances: readonly number[];
  readonly singularValues: readonly number[];
}

const side = 28;
const steps = 3000;
const kinds = ['rings', 'a disc on stripes', 'a digit (MNIST)', 'clothes (Fashion-MNIST)'] as const;

/** What a visitor sets, what then runs in a worker, and how the page draws it. */
export const demo = defineDemo({
  title: 'A picture compressed by its first k learned terms',
  instruction:
    'Choose a picture and how many terms are kept. The factors learn it under randomly sampled ranks; watch the middle picture turn into the truncated SVD on the right, and the importances settle on the singular values.',
  controls: {
    picture: { kind: 'choice', label: 'Picture', options: kinds, value: 'rings' },
    k: { kind: 'range', label: 'Terms kept, k', min: 1, max: 16, step: 1, value: 4 },
  },
  async *run(
    { picture: kind },
    { seed, signal, backend, data },
  ): AsyncGenerator<DemoFrame, void, void> {
    const key = foldIn(keyOf(seed), 'demo');
    const target = await pictureOf(kind, { data, signal, seed });
    const singular = svd(target).values;
    // With 1 as the largest singular value, one learning rate serves every picture.
    const unit = singular[0] ?? 1;
    const bias = tensor(new Float32Array(side));
    const start = decompose({ w: torchUniform(foldIn(key, 'start'), [side, side], side), b: bias });
    const batch = { x: eye(side), y: tensorOf(transpose(scaled(target, 1 / unit))) };
    const training = trainLod({
      factors: { u: start.u, v: start.v },
      loss: (factors, mask, { x, y }: typeof batch) =>
        applyLinear({ ...factors, b: bias }, x, mask)
          .sub(y)
          .square()
          .sum(),
      data: () => batch,
      isSampled: true,
      steps,
      learningRate: 0.05,
      momentum: 0.9,
      every: 50,
      key: foldIn(key, 'ranks'),
      backend,
      signal,
    });
    const exact = svdFactors(target);
    for await (const { step, factors } of training) {
      const [left, right] = [scaled(matrixOf(factors.u), unit), matrixOf(factors.v)];
      yield {
        step,
        steps,
        side,
        picture: [...target.data],
        learned: { left: [...left.data], right: [...right.data] },
        exact: { left: [...exact.left.data], right: [...exact.right.data] },
        importances: importance({ ...factors, b: bias }, { isHierarchical: false }).map(
          (value) => value * unit,
        ),
        singularValues: [...singular],
      };
    }
  },
  draw: (frame, { k }) => [pictures(frame, k), spectrum(frame, k)],
});

function pictures(frame: DemoFrame, k: number): Figure {
  const learned = firstTerms(frame.learned, frame.side, k);
  const exact = firstTerms(frame.exact, frame.side, k);
  const shown = [
    { panel: 'picture', values: frame.picture },
    { panel: `${k} learned terms`, values: learned },
    { panel: `SVD, rank ${k}`, values: exact },
  ];
  const panels = shown.map(({ panel, values }) => ({ panel, src: greySheet(values, frame.side) }));
  const away = relativeDistance(learned, exact);
  return {
    name: 'compression',
    title: `Step ${frame.step} of ${frame.steps}: the first ${k} terms are ${(100 * away).toFixed(1)} % away from the best of rank ${k}`,
    alt: `Three grey pictures: the original, its reconstruction from ${k} learned terms, and the truncated SVD of rank ${k}. The last two differ by ${(100 * away).toFixed(1)} per cent.`,
    plot: {
      width: 720,
      height: 260,
      axis: null,
      x: { domain: [0, 1] },
      y: { domain: [0, 1] },
      fx: { label: null, axis: 'top', domain: panels.map(({ panel }) => panel) },
      marks: [
        Plot.image(panels, {
          fx: 'panel',
          x: 0.5,
          y: 0.5,
          src: 'src',
          width: 200,
          height: 200,
          imageRendering: 'pixelated',
        }),
      ],
    },
  };
}

function spectrum({ importances, singularValues }: DemoFrame, k: number): Figure {
  const shown = 16;
  const entries = (values: readonly number[], what: string) =>
    values.slice(0, shown).map((value, i) => ({ term: i + 1, value, what }));
  const exact = entries(singularValues, 'singular value');
  const learned = entries(importances, 'learned importance');
  return {
    name: 'spectrum',
    title: 'Importance of each learned term beside the singular values',
    alt: `Bars of the first sixteen singular values of the picture, and a dot for the importance of each learned term; the first ${k} are kept.`,
    plot: {
      width: 720,
      height: 220,
      x: { label: 'term', type: 'band', domain: exact.map(({ term }) => term) },
      y: { label: null, grid: true },
      color: { legend: true },
      marks: [
        Plot.barY(exact, {
          x: 'term',
          y: 'value',
          fill: 'what',
          fillOpacity: ({ term }: { term: number }) => (term <= k ? 0.7 : 0.25),
        }),
        Plot.dot(learned, { x: 'term', y: 'value', fill: 'what', r: 4 }),
      ],
    },
  };
}

/** The sum of the first k products of a left with a right column. */
function firstTerms({ left, right }: PlainFactors, size: number, k: number): readonly number[] {
  const [a, b] = [left, right].map((values) => firstColumns(matrix(size, size, values), k));
  if (a === undefined || b === undefined) throw new Error('internal: a factor is missing');
  return [...multiply(a, transpose(b)).data];
}

function relativeDistance(values: readonly number[], reference: readonly number[]): number {
  const norm = (entries: readonly number[]) => Math.hypot(...entries);
  return norm(values.map((value, i) => value - (reference[i] ?? 0))) / norm(reference);
}

function greySheet(values: readonly number[], size: number): string {
  const bytes = Uint8Array.from(values, (value) =>
    Math.max(0, Math.min(255, Math.round(255 * value))),
  );
  return pixelGrid({ images: [encodePixels(bytes)], width: size, height: size, columns: 1 }).src;
}

function scaled({ rows, cols, data }: Matrix, factor: number): Matrix {
  return matrix(
    rows,
    cols,
    data.map((entry) => entry * factor),
  );
}

/** The chosen picture, [side, side], grey values from 0 to 1. */
async function pictureOf(
  kind: string,
  { data, signal, seed }: { data: DataSource; signal: AbortSignal; seed: number },
): Promise<Matrix> {
  const at = (draw: (x: number, y: number) => number) =>
    matrix(
      side,
      side,
      Array.from({ length: side * side }, (_, i) => {
        const centre = (side - 1) / 2;
        return draw((i % side) - centre, Math.floor(i / side) - centre);
      }),
    );
  if (kind === 'rings') return at((x, y) => 0.5 + 0.5 * Math.cos(Math.hypot(x, 0.8 * y) * 0.9));
  if (kind === 'a disc on stripes') {
    return at((x, y) => (Math.hypot(x, y) < 8 ? 0.9 : 0.35 + 0.25 * Math.sin((x + 0.5 * y) * 0.7)));
  }
  const { test } = await data.images(
    kind === 'a digit (MNIST)' ? 'mnist' : 'fashion-mnist',
    signal,
  );
  const [chosen = 0] = integers(foldIn(keyOf(seed), 'picture'), 1, test.count);
  const pixels = test.pixels.subarray(chosen * side * side, (chosen + 1) * side * side);
  return matrix(
    side,
    side,
    Array.from(pixels, (value) => value / 255),
  );
}
