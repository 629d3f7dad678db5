import { renderFigure } from '@working-papers/paper-kit/figures';
import { parseHTML } from 'linkedom';
import { expect, test } from 'vitest';
import { figures } from '../figures.ts';

const { document } = parseHTML('<html></html>');

test('there are none without rows', () => {
  expect(figures([])).toEqual([]);
});

test('each row is a dot, each method a curve, from the first row on', () => {
  const rows = ['robust loss', 'least squares'].flatMap((method, m) =>
    [0, 0.1, 0.2].map((outlierFraction, i) => ({
      method,
      outlierFraction,
      repeat: 0,
      slopeError: m + i,
    })),
  );
  for (const length of [1, 4, 6]) {
    const [figure] = figures(rows.slice(0, length));
    const svg = renderFigure(figure!, document);
    expect(svg.querySelectorAll('g[aria-label="dot"] circle')).toHaveLength(length);
    expect(svg.querySelectorAll('g[aria-label="line"] path')).toHaveLength(length > 3 ? 2 : 1);
    expect(svg.textContent).not.toContain('\u26a0');
  }
});
