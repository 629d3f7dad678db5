import { renderFigure } from '@working-papers/paper-kit/figures';
import { parseHTML } from 'linkedom';
import { expect, test } from 'vitest';
import { demo, type DemoFrame } from '../demo.ts';
import { surroundings } from './surroundings.ts';

const { document } = parseHTML('<html></html>');

async function framesOf(outliers: number, delta: number): Promise<DemoFrame[]> {
  const frames: DemoFrame[] = [];
  for await (const frame of demo.run({ outliers, delta }, { ...surroundings, seed: 1 })) {
    frames.push(frame);
  }
  return frames;
}

test('a small delta finds the slope among wrong points, a large one does not', async () => {
  const robust = await framesOf(0.2, 0.1);
  expect(robust).toHaveLength(40);
  expect(robust.at(-1)!.slope).toBeCloseTo(2, 0);
  expect((await framesOf(0.2, 5)).at(-1)!.slope).toBeLessThan(1.6);
});

test('a frame is plain data and draws its points and both lines', async () => {
  const [frame] = await framesOf(0.2, 0.1);
  expect(structuredClone(frame)).toEqual(frame);
  const [figure, ...others] = demo.draw(frame!, { outliers: 0.2, delta: 0.1 });
  expect(others).toEqual([]);
  const svg = renderFigure(figure!, document);
  expect(svg.querySelectorAll('circle')).toHaveLength(100);
  expect(svg.querySelectorAll('g[aria-label="line"] path')).toHaveLength(2);
});
