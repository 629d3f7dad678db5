import { describe, expect, test } from 'vitest';
import { curveText, parseCurve } from '../curveText.ts';
import { decodeLearned, encodeLearned } from '../learnedFeatures.ts';

describe('curveText', () => {
  test('keeps both ends and a point at every step of the logarithm of time', () => {
    const times = Array.from({ length: 1000 }, (_, i) => i + 1);
    const curve = parseCurve(
      curveText(
        times,
        times.map((time) => time / 1000),
      ),
    );
    expect(curve[0]).toEqual({ time: 1, value: 0.001 });
    expect(curve.at(-1)).toEqual({ time: 1000, value: 1 });
    for (const { time, value } of curve) expect(value).toBe(time / 1000);
    const ratios = curve.slice(10).map(({ time }, i) => time / curve[i + 9]!.time);
    expect(Math.min(...ratios)).toBeGreaterThan(1.2);
    expect(Math.max(...ratios)).toBeLessThan(1.5);
  });

  test('writes a short curve whole', () => {
    expect(parseCurve(curveText([1, 2, 4], [0, 0.5, 1]))).toEqual([
      { time: 1, value: 0 },
      { time: 2, value: 0.5 },
      { time: 4, value: 1 },
    ]);
  });
});

test('features come back as they were written, to six digits', () => {
  const features = [
    { feature: 3, lambda: 1, rho: 0.1234567, time: 1234.567 },
    { feature: 0, lambda: 0.5, rho: 1, time: null },
  ];
  const text = encodeLearned(features);
  expect(text).toBe('3 1 0.123457 1234.57;0 0.5 1 never');
  expect(decodeLearned(text)).toEqual([
    { feature: 3, lambda: 1, rho: 0.123457, time: 1234.57 },
    { feature: 0, lambda: 0.5, rho: 1, time: null },
  ]);
});
