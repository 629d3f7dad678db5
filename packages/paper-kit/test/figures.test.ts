import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { renderFigure } from '../src/figures.ts';
import { renderFigureSvg } from '../src/svgFile.ts';
import { ramp, swatches } from './tinyFigures.ts';

const { document } = parseHTML('<html></html>');

describe('renderFigureSvg', () => {
  it('writes a file that stands alone', async () => {
    await expect(renderFigureSvg(swatches)).toMatchFileSnapshot('fixtures/swatches.svg');
    await expect(renderFigureSvg(ramp)).toMatchFileSnapshot('fixtures/ramp.svg');
  });

  it('escapes words and keeps them', () => {
    const svg = renderFigureSvg(swatches);
    expect(svg).toContain('<title>Error &amp; samples</title>');
    expect(svg).toContain('>DAE &lt;1&gt;</text>');
    expect(svg).toContain('aria-description="a &amp; b"');
  });

  it('runs no script and follows the light or dark setting', () => {
    const svg = renderFigureSvg(swatches);
    expect(svg).not.toMatch(/<script|\son[a-z]+=|javascript:/i);
    expect(svg).toContain('@media (prefers-color-scheme: dark)');
  });

  it('rounds coordinates, not words', () => {
    const svg = renderFigureSvg({
      ...ramp,
      alt: 'error 0.123456',
      plot: { width: 100, marks: [Plot.dotX([1, 2, 3.14159265, 4])] },
    });
    expect(svg).toContain('error 0.123456');
    expect(svg.replace(/<desc>.*<\/desc>/, '')).not.toMatch(/\d\.\d{3}/);
  });
});

describe('renderFigure', () => {
  it('puts the legend above the picture and makes room for it', () => {
    const svg = renderFigure(swatches, document);
    const plot = svg.querySelector('svg');
    expect(svg.getAttribute('viewBox')).toBe('0 0 240 140');
    expect(plot?.getAttribute('y')).toBe('20');
    const strokes = [...svg.querySelectorAll('path[stroke]')].map((path) =>
      path.getAttribute('stroke'),
    );
    const swatchFills = [...svg.querySelectorAll('rect[fill]')].map((rect) =>
      rect.getAttribute('fill'),
    );
    expect(strokes).toEqual(expect.arrayContaining(swatchFills));
    expect(new Set(swatchFills).size).toBe(2);
  });

  it('wraps swatches that do not fit in a line', () => {
    const narrow = { ...swatches, plot: { ...swatches.plot, width: 120 } };
    expect(renderFigure(narrow, document).getAttribute('viewBox')).toBe('0 0 120 172');
  });

  it('colours the ends of a ramp like the ends of its domain', () => {
    const svg = renderFigure(ramp, document);
    const fills = [...svg.querySelectorAll('g[aria-label="legend"] rect')].map((rect) =>
      rect.getAttribute('fill'),
    );
    expect(fills).toHaveLength(60);
    expect(fills[0]).toMatch(/^#45/); // viridis begins at #440154 ...
    expect(fills.at(-1)).toMatch(/^#f/); // ... and ends at #fde725
    const words = [...svg.querySelectorAll('g[aria-label="legend"] text')].map(
      (text) => text.textContent,
    );
    expect(words).toEqual(['error', '0.25', '1']);
  });

  it('gives two figures of one page different ids', () => {
    const ids = ['one', 'two'].map((name) => {
      const svg = renderFigure({ ...swatches, name }, document);
      const id = svg.querySelector('clipPath')?.id;
      expect(svg.querySelector('[clip-path]')?.getAttribute('clip-path')).toBe(`url(#${id})`);
      return id;
    });
    expect(ids).toEqual(['one-1', 'two-1']);
  });

  it('carries no style of its own, which a content security policy may forbid', () => {
    expect(renderFigure(swatches, document).querySelectorAll('style, [style]')).toHaveLength(0);
  });

  it('refuses what would not be drawn', () => {
    const render = (change: object) => () => renderFigure({ ...ramp, ...change }, document);
    expect(render({ name: 'Heat Map' })).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: figure Heat Map: the name is not kebab-case]`,
    );
    expect(render({ alt: ' ' })).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: figure heat: alt is empty; say what a person sees in it]`,
    );
    expect(render({ title: '' })).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: figure heat: the title is empty]`,
    );
    expect(
      render({ plot: { ...ramp.plot, symbol: { legend: true } } }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: figure heat: symbol.legend is not drawn here; use color.legend]`,
    );
    expect(
      render({ plot: { ...ramp.plot, color: { legend: true, type: 'quantile' } } }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: legend: cannot draw one for a threshold scale; use an ordinal or a continuous colour scale]`,
    );
  });
});
