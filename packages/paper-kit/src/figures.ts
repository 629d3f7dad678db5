import * as Plot from '@observablehq/plot';
import { ConfigError } from '@working-papers/grad';
import type { Figure } from './experiment.ts';
import { drawLegend } from './legend.ts';
import { svgElement } from './svg.ts';

export { decodePixels, encodePixels, pixelGrid } from './pixels.ts';
export type { PixelGrid } from './pixels.ts';

/**
 * Draws a figure as one SVG element, with title, description and legend inside. It carries no style
 * sheet: text and axes take the colour of the text around it, and `max-width: 100%; height: auto` is
 * the page's business, like `--plot-background` (behind tips).
 *
 * @param figure - What to draw.
 * @param document - The page's document, or one of linkedom.
 * @throws {ConfigError} If the name is not kebab-case, title or description are missing, or a legend
 * is asked for a scale that has none here.
 */
export function renderFigure(figure: Figure, document: Document): Element {
  checkFigure(figure);
  const { color, ...rest } = figure.plot;
  const plot = Plot.plot({ ...rest, color: { ...color, legend: false }, document });
  for (const style of plot.querySelectorAll('style')) style.remove();
  const scale = color?.legend === true ? plot.scale('color') : undefined;
  const svg = scale === undefined ? plot : withLegend(plot, { ...color, ...scale }, document);
  svg.setAttribute('role', 'img');
  svg.setAttribute('class', 'figure');
  svg.prepend(
    svgElement(document, 'title', {}, figure.title),
    svgElement(document, 'desc', {}, figure.alt),
  );
  makeIdsUnique(svg, figure.name);
  return svg;
}

function checkFigure(figure: Figure): void {
  const { name, title, alt, plot } = figure;
  const fail = (problem: string): never => {
    throw new ConfigError(`figure ${name}: ${problem}`);
  };
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)) fail('the name is not kebab-case');
  if (title.trim() === '') fail('the title is empty');
  if (alt.trim() === '') fail('alt is empty; say what a person sees in it');
  for (const scale of ['opacity', 'symbol'] as const) {
    if (plot[scale]?.legend) fail(`${scale}.legend is not drawn here; use color.legend`);
  }
}

function withLegend(plot: Element, scale: Plot.Scale, document: Document): Element {
  const [width, height] = [sizeOf(plot, 'width'), sizeOf(plot, 'height')];
  const legend = drawLegend(scale, width, document);
  legend.element.setAttribute('transform', 'translate(0,4)');
  const top = legend.height + 4;
  plot.setAttribute('y', String(top));
  const size = { width, height: height + top };
  return svgElement(
    document,
    'svg',
    { ...size, viewBox: `0 0 ${size.width} ${size.height}`, fill: 'currentColor' },
    [legend.element, plot],
  );
}

function sizeOf(plot: Element, side: 'width' | 'height'): number {
  return Number(plot.getAttribute(side));
}

/** Plot counts its clip paths per process; two figures on a page, drawn apart, would share them. */
function makeIdsUnique(svg: Element, prefix: string): void {
  const names = new Map<string, string>();
  for (const node of svg.querySelectorAll('[id]')) {
    const name = `${prefix}-${names.size + 1}`;
    names.set(`url(#${node.id})`, `url(#${name})`);
    node.id = name;
  }
  if (names.size === 0) return;
  for (const node of svg.querySelectorAll('[clip-path], [mask], [fill^="url("]')) {
    for (const key of ['clip-path', 'mask', 'fill']) {
      const target = names.get(node.getAttribute(key) ?? '');
      if (target !== undefined) node.setAttribute(key, target);
    }
  }
}
