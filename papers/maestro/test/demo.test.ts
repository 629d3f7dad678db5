import { svd } from '@working-papers/metrics';
import { renderFigure } from '@working-papers/paper-kit/figures';
import { parseHTML } from 'linkedom';
import { describe, expect, test } from 'vitest';
import { matrix } from '@working-papers/metrics';
import { demo, type DemoFrame } from '../demo.ts';
import { backend, expectClose } from './numbers.ts';
import { data } from './surroundings.ts';

const { document } = parseHTML('<html></html>');

function run(picture: string, seed: number, signal = new AbortController().signal) {
  return demo.run({ picture, k: 4 }, { seed, signal, backend, data });
}

async function framesOf(picture: string, seed: number, count = Infinity): Promise<DemoFrame[]> {
  const frames: DemoFrame[] = [];
  for await (const frame of run(picture, seed)) {
    frames.push(frame);
    if (frames.length >= count) break;
  }
  return frames;
}

/** How far the title says that the learned terms are from the truncated SVD, in per cent. */
const distance = (frame: DemoFrame, k: number) =>
  Number(/are ([\d.]+) %/.exec(demo.draw(frame, { picture: '', k })[0]!.title)?.[1]);

describe('run', () => {
  test('ends at the truncated SVD of the picture for every k that matters, and at its singular values', async () => {
    const frames = await framesOf('rings', 0);
    const [first, last] = [frames[0]!, frames.at(-1)!];
    expect([last.step, last.steps]).toEqual([3000, 3000]);
    // The second and third singular values are close, so their terms take longest to part.
    for (const k of [1, 3, 8]) {
      expect(distance(first, k)).toBeGreaterThan(2);
      expect(distance(last, k)).toBeLessThan(1);
    }
    expectClose(last.singularValues, svd(matrix(28, 28, last.picture)).values, 1e-9);
    for (const i of [0, 1, 2]) {
      expect(last.importances[i]! / last.singularValues[i]!).toBeCloseTo(1, 1);
    }
  });

  test('gives frames that can be cloned, the same for the same seed', async () => {
    const [a, b, c] = await Promise.all(
      [0, 0, 1].map((seed) => framesOf('a disc on stripes', seed, 2)),
    );
    expect(structuredClone(a)).toEqual(b);
    expect(c![0]!.importances).not.toEqual(a![0]!.importances);
    expect(a!.map(({ step }) => step)).toEqual([50, 100]);
  });

  test('takes pictures from the data sets', async () => {
    const [frame] = await framesOf('a digit (MNIST)', 3, 1);
    expect(Math.max(...frame!.picture)).toBeCloseTo(220 / 255, 12);
  });

  test('ends when it is told to', async () => {
    const controller = new AbortController();
    const frames = run('rings', 0, controller.signal);
    await frames.next();
    controller.abort();
    await expect(frames.next()).rejects.toThrow('aborted');
  });
});

describe('draw', () => {
  test('shows the picture, k learned terms and the SVD, and the spectrum', async () => {
    const [frame] = await framesOf('rings', 0, 1);
    const figures = demo.draw(frame!, { picture: 'rings', k: 5 });
    const svgs = figures.map((figure) => renderFigure(figure, document));
    expect(figures.map(({ name }) => name)).toEqual(['compression', 'spectrum']);
    expect(svgs[0]!.querySelectorAll('image')).toHaveLength(3);
    expect(svgs[0]!.textContent).toContain('5 learned terms');
    expect(svgs[1]!.querySelectorAll('g[aria-label="bar"] rect')).toHaveLength(16);
    expect(svgs[1]!.querySelectorAll('g[aria-label="dot"] circle')).toHaveLength(16);
    for (const svg of svgs) expect(svg.textContent).not.toContain('\u26a0');
  });

  test('with all terms differs less from the SVD than with few while it has hardly learned', async () => {
    const frames = await framesOf('rings', 0, 20);
    expect(distance(frames.at(-1)!, 16)).toBeLessThan(distance(frames[0]!, 16));
  });
});
