import { expect, it } from 'vitest';
import { pixelGrid, encodePixels, renderFigure } from '../../src/figures.ts';
import { ramp, swatches } from '../tinyFigures.ts';

it.each([swatches, ramp])('draws $name into the page', (figure) => {
  const svg = renderFigure(figure, document);
  document.body.append(svg);
  const plot = svg.querySelector('svg')?.getBoundingClientRect();
  expect(svg.getBoundingClientRect().width).toBe(figure.plot.width);
  for (const text of svg.querySelectorAll('g[aria-label="legend"] text')) {
    const box = text.getBoundingClientRect();
    expect(box.width).toBeGreaterThan(0);
    expect(box.right).toBeLessThanOrEqual(svg.getBoundingClientRect().right);
    expect(box.bottom).toBeLessThanOrEqual(plot?.top ?? 0);
  }
  svg.remove();
});

it('leaves room for each word of a legend', () => {
  const svg = renderFigure(swatches, document);
  document.body.append(svg);
  const boxes = [...svg.querySelectorAll('g[aria-label="legend"] > *')].map((node) =>
    node.getBoundingClientRect(),
  );
  boxes.slice(1).forEach((box, i) => expect(box.left).toBeGreaterThanOrEqual(boxes[i]!.right));
  svg.remove();
});

it.each(['ramp', 'swatches'])('reads %s.svg, written in Node, as XML', async (name) => {
  const file = await (await fetch(new URL(`../fixtures/${name}.svg`, import.meta.url))).text();
  const parsed = new DOMParser().parseFromString(file, 'image/svg+xml');
  expect(parsed.querySelector('parsererror')).toBeNull();
  expect(parsed.documentElement.namespaceURI).toBe('http://www.w3.org/2000/svg');
});

it('shows a sheet of pictures', async () => {
  const images = [0, 255].map((grey) => encodePixels(new Uint8Array(4).fill(grey)));
  const image = new Image();
  image.src = pixelGrid({ images, width: 2, height: 2, columns: 2 }).src;
  await image.decode();
  expect([image.naturalWidth, image.naturalHeight]).toEqual([5, 2]);
});
