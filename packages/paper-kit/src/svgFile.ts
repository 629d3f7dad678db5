import { parseHTML } from 'linkedom';
import type { Figure } from './experiment.ts';
import { renderFigure } from './figures.ts';

const style = `
:root { color-scheme: light dark; --plot-background: Canvas }
svg { color: #1b1f24; font-family: system-ui, -apple-system, "Segoe UI", Roboto, sans-serif }
text { white-space: pre }
@media (prefers-color-scheme: dark) { svg { color: #e6e8eb } }
`;

/**
 * Draws a figure as the text of an SVG file that stands alone: it follows a reader's light or dark
 * setting, names itself to a screen reader and runs no script.
 *
 * @throws {ConfigError} As {@link renderFigure}.
 */
export function renderFigureSvg(figure: Figure): string {
  // An XML document, because an HTML one writes & and < unescaped in attributes.
  const document = new (parseHTML('').DOMParser)().parseFromString('<svg/>', 'image/svg+xml');
  const svg = renderFigure(figure, document);
  svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  for (const node of [svg, ...svg.querySelectorAll('*')]) roundCoordinates(node);
  const sheet = document.createElementNS('http://www.w3.org/2000/svg', 'style');
  sheet.append(document.createTextNode(style));
  svg.querySelector('desc')?.after(sheet);
  return `${svg.outerHTML}\n`;
}

/** Hundredths of a pixel: a third of the bytes, and no digits that differ between processors. */
function roundCoordinates(node: Element): void {
  for (const name of coordinates) {
    const value = node.getAttribute(name);
    if (value === null) continue;
    node.setAttribute(
      name,
      value.replace(/-?\d+\.\d{3,}(e-?\d+)?/g, (digits) =>
        String(Number(Number(digits).toFixed(2))),
      ),
    );
  }
}

const coordinates =
  'd transform points x y x1 x2 y1 y2 cx cy r width height stroke-width fill-opacity'.split(' ');
