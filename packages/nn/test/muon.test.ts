import {
  compile,
  ConfigError,
  hostData,
  ShapeError,
  tensor,
  type Tensor,
} from '@working-papers/grad';
import { describe, expect, test } from 'vitest';
import { muon, type MuonOptions, type MuonState } from '../src/index.ts';
import { backends } from './backends.ts';

interface Matrices {
  readonly weight: Tensor;
}

/** R(a) diag(s) R(b)^T with a row of zeros below: a [3, 2] matrix with known singular vectors. */
function withSingularValues([s1, s2]: readonly [number, number], a = 0.7, b = -0.4): number[] {
  const [ca, sa, cb, sb] = [Math.cos(a), Math.sin(a), Math.cos(b), Math.sin(b)];
  return [
    ca * s1 * cb + sa * s2 * sb,
    ca * s1 * sb - sa * s2 * cb,
    sa * s1 * cb - ca * s2 * sb,
    sa * s1 * sb + ca * s2 * cb,
    0,
    0,
  ];
}

/** What the quintic makes of two singular values. */
function evenedOut(values: readonly [number, number], iterations: number): [number, number] {
  const size = Math.hypot(...values);
  const iterate = (value: number) => {
    let y = value / size;
    for (let i = 0; i < iterations; i++) y = 3.4445 * y - 4.775 * y ** 3 + 2.0315 * y ** 5;
    return y;
  };
  return [iterate(values[0]), iterate(values[1])];
}

const matrices = (data: readonly number[], shape: readonly number[]) => ({
  weight: tensor(data, { shape, dtype: 'float64' }),
});

describe.each(backends)('on $name', (backend) => {
  const update = (options: MuonOptions) =>
    compile(
      (state: MuonState<Matrices>, gradients: Matrices) => muon.update(state, gradients, options),
      { backend },
    );

  test('replaces singular values and keeps singular vectors', async () => {
    const options = { learningRate: 0.1, momentum: 0.8, iterations: 4 };
    const step = update(options);
    const [first, second] = [
      [2, 0.01],
      [3, 0.05],
    ] as const;
    let state = muon.init(matrices(Array<number>(12).fill(0), [2, 3, 2]));
    // Both matrices of the batch see the same gradients, the second of other size.
    for (const values of [first, second]) {
      const one = withSingularValues(values);
      const gradient = [...one, ...one.map((value) => 1e3 * value)];
      state = await step(state, matrices(gradient, [2, 3, 2]));
    }
    await step.dispose();

    const ahead = [
      [1.8 * 2, 1.8 * 0.01],
      [0.64 * 2 + 1.8 * 3, 0.64 * 0.01 + 1.8 * 0.05],
    ] as const;
    const [a, b] = ahead.map((values) => withSingularValues(evenedOut(values, 4)));
    const expected = (a ?? []).map((value, i) => -0.1 * (value + (b?.[i] ?? 0)));
    const actual = Array.from(hostData(state.params.weight), Number);
    [...expected, ...expected].forEach((value, i) => expect(actual[i]).toBeCloseTo(value, 10));
  });

  test('survives gradients whose squares underflow, and none at all', async () => {
    const step = update({ learningRate: 1, iterations: 8 });
    const tiny = withSingularValues([1e-25, 1e-27]);
    const float32 = (data: readonly number[]) => ({ weight: tensor(data, { shape: [2, 3, 2] }) });
    const blank = muon.init(float32(Array<number>(12).fill(0)));
    const state = await step(blank, float32([...tiny, ...Array<number>(6).fill(0)]));
    await step.dispose();
    const expected = withSingularValues(evenedOut([1e-25, 1e-27], 8)).map((value) => -value);
    const actual = Array.from(hostData(state.params.weight), Number);
    expected.forEach((value, i) => expect(actual[i]).toBeCloseTo(value, 3));
    expect(actual.slice(6).every((value) => value === 0)).toBe(true);
  });
});

test('says what it cannot update', () => {
  const state = muon.init(matrices([1, 2, 3, 4], [2, 2]));
  expect(() => muon.init(matrices([1, 2], [2]))).toThrow(
    new ShapeError('muon: weight is [2]; expected [..., rows, columns] with rows >= columns'),
  );
  expect(() => muon.init(matrices([1, 2], [1, 2]))).toThrow(ShapeError);
  expect(() => muon.update(state, state.params, { learningRate: 1, momentum: 1 })).toThrow(
    ConfigError,
  );
  expect(() => muon.update(state, state.params, { learningRate: 1, iterations: 0 })).toThrow(
    'muon.update: momentum = 0.95, iterations = 0; expected momentum from 0 to less than 1 and an integer of 1 or more',
  );
  expect(() => muon.update(state, matrices([1, 2], [2, 1]), { learningRate: 1 })).toThrow(
    new ShapeError('muon.update: the gradient of weight is [2, 1]; expected [2, 2]'),
  );
});
