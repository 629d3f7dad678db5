import type { Row } from '@working-papers/paper-kit';
import { renderFigure } from '@working-papers/paper-kit/figures';
import { parseHTML } from 'linkedom';
import { expect, test } from 'vitest';
import { figures } from '../figures.ts';
import { descentRows, distractorRows, equationRows, featureRows, patchRows } from './madeUpRows.ts';

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
    cells: count('g[aria-label="cell"] rect'),
    images: count('g[aria-label="image"] image'),
  };
}

const none = { dots: 0, lines: 0, cells: 0, images: 0 };
const gridRows = equationRows.filter((row) => row['kind'] === 'grid');

test('there are none without rows', () => {
  expect(figures([])).toEqual([]);
});

test('the equations are drawn as curves, as maps and as places in the order', () => {
  const pictures = drawn(equationRows);
  expect([...pictures.keys()]).toEqual(['learning-curves', 'critical-times', 'order-inversion']);
  const curves = gridRows.filter(
    (row) =>
      row['lambda'] === 1 && row['initialScale'] === 0.01 && [1, 3].includes(Number(row['depth'])),
  );
  expect(marks(pictures.get('learning-curves'))).toEqual({ ...none, lines: curves.length });
  const cells = gridRows.filter((row) => row['initialScale'] === 0.001 && row['depth'] !== 8);
  expect(marks(pictures.get('critical-times'))).toEqual({ ...none, cells: cells.length });
  expect(cells.length).toBeGreaterThan(400);
  // Six features at five depths, for both objectives.
  expect(marks(pictures.get('order-inversion'))).toEqual({ ...none, lines: 12, dots: 60 });
});

test('the autoencoder keeps its order at every depth and JEPA does not', () => {
  const svg = drawn(equationRows).get('order-inversion')!;
  const paths = [...svg.querySelectorAll('g[aria-label="line"] path')].map((path) => {
    const numbers = (path.getAttribute('d')?.match(/-?[\d.]+/g) ?? []).map(Number);
    return new Set(numbers.filter((_, i) => i % 2 === 1)).size;
  });
  // Heights of a path: one if it is level.
  expect(paths.filter((heights) => heights === 1)).toHaveLength(6);
});

test('descent has a line and its dots for each feature with expected gradients', () => {
  const svg = drawn(descentRows(0.001)).get('descent');
  expect(marks(svg)).toEqual({ ...none, lines: 40, dots: 120 });
});

test('patches show when each feature is learned, with the first draw of noise', () => {
  const rows = patchRows('equal lambda', () => ({
    rankRho: -1,
    slopeRho: -1,
    times: [1, 2, null, 4],
  }));
  const pictures = drawn(rows);
  expect([...pictures.keys()]).toEqual(['patch-times']);
  expect(marks(pictures.get('patch-times'))).toEqual({ ...none, dots: 12 });
});

test('filters stand in the order in which each objective learned them', () => {
  const rows = [
    ...featureRows(4),
    ...patchRows('trade-off', (method) => ({
      times: method === 'MAE' ? [1, 2, 3, 4] : [4, 3, 2, null],
    })),
  ];
  const pictures = drawn(rows);
  expect([...pictures.keys()]).toEqual(['patch-filters']);
  expect(marks(pictures.get('patch-filters'))).toEqual({ ...none, images: 2 });
  const sources = [...pictures.get('patch-filters')!.querySelectorAll('image')].map((image) =>
    image.getAttribute('href'),
  );
  expect(new Set(sources).size).toBe(2);
});

test('distractors have a line for each method and a dot for each seed', () => {
  const svg = drawn(distractorRows()).get('distractors');
  expect(marks(svg)).toEqual({ ...none, lines: 2, dots: 12 });
  expect(svg!.querySelector('title')!.textContent).toContain('Our extension');
});

test('no picture of a run that goes on carries a warning', () => {
  const parts = [
    gridRows.filter((row) => row['initialScale'] === 0.001).slice(0, 20),
    equationRows.filter((row) => row['kind'] === 'trade-off').slice(0, 12),
    descentRows(0.001).slice(0, 12),
    [
      ...featureRows(4),
      ...patchRows('trade-off', () => ({})),
      ...patchRows('equal lambda', () => ({})),
    ],
    distractorRows(),
  ];
  for (const rows of parts) {
    for (const length of rows.keys()) {
      for (const [name, svg] of drawn(rows.slice(0, length + 1))) {
        expect(svg.textContent, `${name} after ${length + 1} rows`).not.toContain('\u26a0');
      }
    }
  }
});
