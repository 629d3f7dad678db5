import { renderFigure } from '@working-papers/paper-kit/figures';
import { parseHTML } from 'linkedom';
import { describe, expect, test } from 'vitest';
import { demo, type DemoFrame } from '../demo.ts';
import { backend } from './numbers.ts';

const { document } = parseHTML('<html></html>');

interface Chosen {
  readonly noise: number;
  readonly lambda: number;
  readonly depth: number;
}

/** The demo without data, which it does not need. */
function run(settings: Chosen, signal = new AbortController().signal) {
  const none = () => Promise.reject(new Error('no data here'));
  const data = { images: none, text: none, wordVectors: none };
  return demo.run(settings, { seed: 0, signal, backend, data });
}

async function framesOf(settings: Chosen): Promise<DemoFrame[]> {
  const frames: DemoFrame[] = [];
  for await (const frame of run(settings)) frames.push(frame);
  return frames;
}

/** The order in which each objective learned the features. */
async function orders(settings: Chosen): Promise<Record<string, readonly number[]>> {
  const last = (await framesOf(settings)).at(-1)!;
  return Object.fromEntries(last.lanes.map(({ method, finished }) => [method, finished]));
}

describe('run', () => {
  test('without noise both learn by covariance', async () => {
    const inOrder = [0, 1, 2, 3, 4];
    expect(await orders({ noise: 0, lambda: 1.1, depth: 3 })).toEqual({
      JEPA: inOrder,
      MAE: inOrder,
    });
  });

  test('with noise a deep JEPA leaves the strongest feature for last, the autoencoder does not', async () => {
    const { JEPA, MAE } = await orders({ noise: 1.2, lambda: 1.1, depth: 3 });
    expect(JEPA).toEqual([1, 2, 3, 4, 0]);
    expect(MAE).toEqual([0, 1, 2, 3, 4]);
  });

  test('with one layer noise changes nothing', async () => {
    const { JEPA, MAE } = await orders({ noise: 1.2, lambda: 1.1, depth: 1 });
    expect(JEPA![0]).toBe(0);
    expect(MAE![0]).toBe(0);
  });

  test('frames are plain numbers; bars fill up, and places are given for good', async () => {
    const frames = await framesOf({ noise: 0.6, lambda: 1.2, depth: 2 });
    expect(frames).toHaveLength(51);
    expect(frames.map(({ share }) => share)).toEqual(Array.from({ length: 51 }, (_, i) => i / 50));
    for (const [i, frame] of frames.entries()) {
      expect(structuredClone(frame)).toEqual(frame);
      expect(frame.features[0]).toEqual({ lambda: 1.2, rho: 1 / 1.6 });
      const before = frames[i - 1];
      frame.lanes.forEach(({ filled, finished }, lane) => {
        filled.forEach((value, k) => {
          expect(value).toBeGreaterThanOrEqual((before?.lanes[lane]?.filled[k] ?? 0) - 1e-9);
        });
        const places = before?.lanes[lane]?.finished ?? [];
        expect(finished.slice(0, places.length)).toEqual(places);
      });
    }
    expect(frames[0]!.lanes.flatMap(({ finished }) => finished)).toEqual([]);
  });

  test('ends when it is stopped', async () => {
    const controller = new AbortController();
    let seen = 0;
    const watch = async () => {
      for await (const frame of run({ noise: 0, lambda: 1.1, depth: 1 }, controller.signal)) {
        seen += frame.lanes.length;
        controller.abort(new Error('enough'));
      }
    };
    await expect(watch()).rejects.toThrow('enough');
    expect(seen).toBe(2);
  });
});

describe('draw', () => {
  test('shows a bar for each feature in each lane, with places and order', async () => {
    const settings = { noise: 1.2, lambda: 1.1, depth: 2 };
    const frame = (await framesOf(settings)).at(-1)!;
    const [figure, ...others] = demo.draw(frame, settings);
    expect(others).toEqual([]);
    expect(figure!.title).toBe('Learned so far, in order: JEPA 2, 3, 1, 4, 5; MAE 1, 2, 3, 4, 5');
    const svg = renderFigure(figure!, document);
    // Ten tracks with a bar on each.
    expect(svg.querySelectorAll('g[aria-label="bar"] rect')).toHaveLength(20);
    expect(svg.textContent).not.toContain('\u26a0');
    expect(svg.textContent).toContain('1: λ 1.1, ρ 0.45');
  });

  test('says that none is learned at the start', async () => {
    const settings = { noise: 0, lambda: 1.1, depth: 1 };
    for await (const frame of run(settings)) {
      expect(demo.draw(frame, settings)[0]!.title).toBe(
        'Learned so far, in order: JEPA none yet; MAE none yet',
      );
      break;
    }
  });
});
