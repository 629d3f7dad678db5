import type { Row } from '@working-papers/paper-kit';
import { renderFigure } from '@working-papers/paper-kit/figures';
import { parseHTML } from 'linkedom';
import { expect, test } from 'vitest';
import { figures } from '../figures.ts';
import { clusteringRows, pictureRow, recoveryRows, transitionRows } from './madeUpRows.ts';

const { document } = parseHTML('<html></html>');

/** The figures of some rows, drawn, by name. */
function drawn(rows: readonly Row[]): Map<string, Element> {
  return new Map(figures(rows).map((figure) => [figure.name, renderFigure(figure, document)]));
}

/** How many marks of each kind a picture holds, without its axes and its legend. */
function marks(svg: Element | undefined) {
  const count = (selector: string) => svg?.querySelectorAll(selector).length ?? 0;
  return {
    dots: count('g[aria-label="dot"] circle'),
    lines: count('g[aria-label="line"] path'),
    rules: count('g[aria-label="rule"] line'),
    cells: count('g[aria-label="cell"] rect'),
    images: count('g[aria-label="image"] image'),
    panels: count('g[aria-label="fx-axis tick label"] text'),
  };
}

/** What the image marks of a picture show. */
function sources(svg: Element | undefined): string[] {
  return [...(svg?.querySelectorAll('image') ?? [])].map(
    (image) => image.getAttribute('href') ?? '',
  );
}

const none = { dots: 0, lines: 0, rules: 0, cells: 0, images: 0, panels: 0 };
const recovery = recoveryRows([2, 4], [2, 3, 4, 5, 6]);

test('there are none without rows', () => {
  expect(figures([])).toEqual([]);
});

test('recovery has a panel for each d with a curve for each method, success a map for each', () => {
  const pictures = drawn(recovery);
  expect([...pictures.keys()]).toEqual(['recovery', 'success']);
  expect(marks(pictures.get('recovery'))).toEqual({
    ...none,
    dots: 30,
    lines: 6,
    rules: 2,
    panels: 2,
  });
  expect(marks(pictures.get('success'))).toEqual({ ...none, cells: 20, panels: 2 });
});

test('a run that has only begun is drawn too', () => {
  const pictures = drawn(recovery.slice(0, 5));
  expect(marks(pictures.get('recovery'))).toEqual({
    ...none,
    dots: 5,
    lines: 1,
    rules: 1,
    panels: 1,
  });
  expect(marks(pictures.get('success'))).toEqual({ ...none, cells: 5, panels: 1 });
});

test('no picture of a run that goes on carries a warning', () => {
  const elsewhere = recoveryRows([4], [3, 4]).map((row): Row => ({ ...row, n: 96 }));
  const parts = [
    [...recoveryRows([4], [3, 4]), ...elsewhere],
    clusteringRows({ 'K-subspaces': 4, 'low-rank denoiser, hard weights': 5 }),
    transitionRows({ ds: [3, 7], seeds: [0] }, ({ ratio }) => Math.log2(ratio) - 3),
    ['mnist', 'fashion-mnist'].flatMap((set) => [64, 512].map((N) => pictureRow(set, N, 0))),
  ];
  for (const rows of parts) {
    for (const length of rows.keys()) {
      for (const [name, svg] of drawn(rows.slice(0, length + 1))) {
        expect(svg.textContent, `${name} after ${length + 1} rows`).not.toContain('\u26a0');
      }
    }
  }
});

test('ambient dimensions are compared at the d that several have', () => {
  const others = recovery
    .filter((row) => row['d'] === 4)
    .flatMap((row): Row[] => [
      { ...row, n: 24 },
      { ...row, n: 96 },
    ]);
  const pictures = drawn([...recovery, ...others]);
  expect([...pictures.keys()]).toEqual(['recovery', 'success', 'ambient-dimension']);
  expect(marks(pictures.get('recovery'))).toMatchObject({ dots: 30 });
  expect(marks(pictures.get('ambient-dimension'))).toEqual({
    ...none,
    dots: 15,
    lines: 3,
    rules: 1,
  });
});

test('clustering has a curve for each method', () => {
  const pictures = drawn(
    clusteringRows({ 'K-subspaces': 4, 'low-rank denoiser, hard weights': 5 }),
  );
  expect([...pictures.keys()]).toEqual(['clustering']);
  expect(marks(pictures.get('clustering'))).toEqual({ ...none, dots: 12, lines: 2, rules: 1 });
});

test('the transition is drawn against N and against N/d, means over seeds as lines', () => {
  const rows = transitionRows(
    { ds: [3, 7], seeds: [0, 1, 2] },
    ({ ratio }) => Math.log2(ratio) - 3,
  );
  const pictures = drawn(rows);
  expect([...pictures.keys()]).toEqual(['transition-against-n', 'transition-against-ratio']);
  // Beside the curves of both d those of chance.
  for (const svg of pictures.values()) expect(marks(svg)).toEqual({ ...none, dots: 42, lines: 4 });
});

test('images have a panel for each set with three curves, and pairs for the fewest and the most', () => {
  const rows = [
    { part: 'C', dataset: 'mnist', images: 60_000, intrinsicDimension: 12 },
    ...[64, 512, 8192].map((N, i) => pictureRow('mnist', N, 10 * i)),
    ...[64, 512, 8192].map((N, i) => pictureRow('fashion-mnist', N, 100 + 10 * i)),
  ];
  const pictures = drawn(rows);
  expect([...pictures.keys()]).toEqual(['images', 'pairs-mnist', 'pairs-fashion-mnist']);
  expect(marks(pictures.get('images'))).toEqual({ ...none, dots: 18, lines: 6, panels: 2 });
  const sheets = ['pairs-mnist', 'pairs-fashion-mnist'].flatMap((name) => {
    expect(marks(pictures.get(name))).toEqual({ ...none, images: 2, panels: 2 });
    return sources(pictures.get(name));
  });
  expect(new Set(sheets).size).toBe(4);
});

test('pairs are four rows of small images', () => {
  const pictures = drawn([pictureRow('mnist', 64, 0), pictureRow('mnist', 8192, 255)]);
  for (const source of sources(pictures.get('pairs-mnist'))) {
    const png = Buffer.from(source.replace('data:image/png;base64,', ''), 'base64');
    // 8 by 4 images of 14 pixels with one between them.
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([119, 59]);
  }
});

test('pairs of a run with one N are one picture', () => {
  const svg = drawn([pictureRow('mnist', 64, 0)]).get('pairs-mnist');
  expect(marks(svg)).toEqual({ ...none, images: 1, panels: 1 });
});
