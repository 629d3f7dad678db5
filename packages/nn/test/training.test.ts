import {
  compile,
  crossEntropy,
  keyOf,
  normal,
  tensor,
  valueAndGrad,
  type Backend,
  type Tensor,
} from '@working-papers/grad';
import { describe, expect, test } from 'vitest';
import {
  adam,
  cosineSchedule,
  linearLayer,
  mlp,
  type AdamState,
  type Linear,
  type Mlp,
} from '../src/index.ts';
import { backends } from './backends.ts';
import { largestError } from './largestError.ts';

/** Trains with Adam along half a cosine; returns the parameters and their loss. */
async function train<Params>(
  params: Params,
  data: { readonly x: Tensor; readonly y: Tensor },
  loss: (params: Params, x: Tensor, y: Tensor) => Tensor,
  options: { readonly backend: Backend; readonly steps: number; readonly peak: number },
): Promise<{ readonly params: Params; readonly loss: number }> {
  const { backend, steps, peak } = options;
  const step = compile(
    (state: AdamState<Params>, x: Tensor, y: Tensor, learningRate: Tensor) => {
      const [value, gradients] = valueAndGrad(loss)(state.params, x, y);
      return { state: adam.update(state, gradients, { learningRate }), value };
    },
    { backend },
  );
  let state = adam.init(params);
  for (let i = 0; i < steps; i++) {
    ({ state } = await step(state, data.x, data.y, tensor(cosineSchedule(i, { peak, steps }))));
  }
  const { value } = await step(state, data.x, data.y, tensor(0));
  await step.dispose();
  return { params: state.params, loss: await value.item() };
}

describe.each(backends)('training on $name', (backend) => {
  test('least squares reach the solution of the normal equations', async () => {
    // All corners of a cube: X^T X = 8, so w = X^T y / 8 and b is the mean of y.
    const corners = Array.from({ length: 8 }, (_, i) =>
      [1, 2, 4].map((bit) => ((i & bit) === 0 ? -1 : 1)),
    );
    const y = normal(keyOf(21), [8, 2]);
    const targets = Array.from(await y.data(), Number);
    const target = (row: number, j: number) => targets[2 * row + j] ?? NaN;
    const average = (weights: readonly number[], j: number) =>
      weights.reduce((sum, weight, row) => sum + (weight * target(row, j)) / 8, 0);
    const w = [0, 1, 2].map((axis) =>
      [0, 1].map((j) =>
        average(
          corners.map((corner) => corner[axis] ?? NaN),
          j,
        ),
      ),
    );
    const b = [0, 1].map((j) => average(Array<number>(8).fill(1), j));
    const explained = [...w.flat(), ...b].reduce((sum, value) => sum + value ** 2, 0);
    const total = targets.reduce((sum, value) => sum + value ** 2, 0) / 8;

    const result = await train<Linear>(
      linearLayer.init(keyOf(22), 3, 2),
      { x: tensor(corners), y },
      (params, x, t) => linearLayer.apply(params, x).sub(t).square().mean(),
      { backend, steps: 300, peak: 0.05 },
    );
    expect(await largestError(result.params.w, w.flat(), 1)).toBeLessThan(1e-4);
    expect(await largestError(result.params.b, b, 1)).toBeLessThan(1e-4);
    expect(result.loss).toBeCloseTo((total - explained) / 2, 5);
  });

  test('a network learns XOR down to the entropy of its labels', async () => {
    // Each corner four times, once with the wrong label: no function does better than H(1/4).
    const corners = [0, 1].flatMap((p) => [0, 1].map((q) => [p, q] as const));
    const points = corners.flatMap((corner) => Array<readonly number[]>(4).fill(corner));
    const labels = corners.flatMap(([p, q]) => [p ^ q, p ^ q, p ^ q, 1 - (p ^ q)]);
    const entropy = -(0.25 * Math.log(0.25) + 0.75 * Math.log(0.75));

    const result = await train<Mlp>(
      mlp.init(keyOf(23), [2, 16, 2]),
      { x: tensor(points), y: tensor(Int32Array.from(labels)) },
      (params, x, y) => crossEntropy(mlp.apply(params, x), y).mean(),
      { backend, steps: 400, peak: 0.05 },
    );
    expect(result.loss).toBeGreaterThan(entropy - 1e-6);
    expect(result.loss).toBeLessThan(entropy + 1e-4);
  });
});
