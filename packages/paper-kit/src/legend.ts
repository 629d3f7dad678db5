import type { Scale } from '@observablehq/plot';
import { ConfigError } from '@working-papers/grad';
import { svgElement } from './svg.ts';
import { short } from './verdict.ts';

/** A drawn legend and how much room it needs, in px. */
export interface Legend {
  readonly element: Element;
  readonly height: number;
}

const swatchSize = 10;
const lineHeight = 16;
/** Advance of a character at 10 px, generous: text cannot be measured without a browser. */
const characterWidth = 6;

/**
 * Draws the legend of a colour scale as SVG: a swatch for each value of an ordinal one, a ramp for a
 * continuous one. Plot's own are HTML and canvas, which a file cannot hold.
 *
 * @param scale - `plot.scale('color')`.
 * @param width - Room for a line, in px; swatches wrap.
 * @throws {ConfigError} If the scale is neither ordinal nor continuous over numbers.
 */
export function drawLegend(scale: Scale, width: number, document: Document): Legend {
  const label = typeof scale.label === 'string' ? scale.label : '';
  const domain: unknown[] = [...(scale.domain ?? [])];
  if (scale.type === 'ordinal' || scale.type === 'categorical') {
    return drawSwatches({ scale, label, values: domain }, width, document);
  }
  const ends = domain.filter((value) => typeof value === 'number');
  const [low, high] = [ends.at(0), ends.at(-1)];
  if (low === undefined || high === undefined || !continuous.has(scale.type ?? '')) {
    throw new ConfigError(
      `legend: cannot draw one for a ${scale.type} scale; use an ordinal or a continuous colour scale`,
    );
  }
  return drawRamp({ scale, label, low, high }, document);
}

const continuous = new Set(['linear', 'pow', 'sqrt', 'symlog', 'log', 'diverging']);

function drawSwatches(
  legend: { scale: Scale; label: string; values: readonly unknown[] },
  width: number,
  document: Document,
): Legend {
  const entries = legend.values.map((value) => ({
    text: String(value),
    colour: paint(legend.scale, value),
  }));
  const parts: Element[] = [];
  let x = 0;
  let y = 0;
  if (legend.label !== '') {
    parts.push(svgElement(document, 'text', { x, y: 9, 'font-weight': 600 }, legend.label));
    x += legend.label.length * (characterWidth + 1) + swatchSize;
  }
  for (const { text, colour } of entries) {
    const entryWidth = swatchSize + 5 + text.length * characterWidth + 12;
    if (x > 0 && x + entryWidth > width) [x, y] = [0, y + lineHeight];
    parts.push(
      svgElement(document, 'rect', { x, y, width: swatchSize, height: swatchSize, fill: colour }),
      svgElement(document, 'text', { x: x + swatchSize + 5, y: y + 9 }, text),
    );
    x += entryWidth;
  }
  return { element: svgElement(document, 'g', textStyle, parts), height: y + lineHeight };
}

function drawRamp(
  legend: { scale: Scale; label: string; low: number; high: number },
  document: Document,
): Legend {
  const { scale, label, low, high } = legend;
  const [steps, stepWidth] = [60, 3];
  const cells = Array.from({ length: steps }, (_, i) => {
    const t = (i + 0.5) / steps;
    const value = scale.type === 'log' ? low * (high / low) ** t : low + (high - low) * t;
    // Cells overlap by half a pixel, so that no seam shows between them.
    const place = {
      x: i * stepWidth,
      y: 14,
      width: stepWidth + (i + 1 < steps ? 0.5 : 0),
      height: 8,
    };
    return svgElement(document, 'rect', { ...place, fill: paint(scale, value) });
  });
  const end = steps * stepWidth;
  const element = svgElement(document, 'g', textStyle, [
    svgElement(document, 'text', { x: 0, y: 9, 'font-weight': 600 }, label),
    svgElement(document, 'g', { 'shape-rendering': 'crispEdges' }, cells),
    svgElement(document, 'text', { x: 0, y: 33 }, short(low)),
    svgElement(document, 'text', { x: end, y: 33, 'text-anchor': 'end' }, short(high)),
  ]);
  return { element, height: 40 };
}

const textStyle = {
  'aria-label': 'legend',
  'font-size': 10,
  'font-family': 'system-ui, sans-serif',
  'text-anchor': 'start',
  fill: 'currentColor',
};

function paint(scale: Scale, value: unknown): string {
  const colour: unknown = scale.apply(value);
  return String(colour);
}
