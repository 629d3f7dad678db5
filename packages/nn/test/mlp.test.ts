import {
  compile,
  crossEntropy,
  gelu,
  keyOf,
  ones,
  relu,
  tensor,
  valueAndGrad,
  type Backend,
  type DType,
  type Tensor,
} from '@working-papers/grad';
import { describe, expect, test } from 'vitest';
import { mlp, type Mlp } from '../src/index.ts';
import { backends } from './backends.ts';
import fixture from './fixtures/mlp.json' with { type: 'json' };
import { largestError } from './largestError.ts';

type Case = (typeof fixture.cases)[number];

// SiLU is the default, so it is left out where the fixture uses it.
const activations = new Map([
  ['silu', undefined],
  ['relu', relu],
  ['gelu', gelu],
]);

const losses = new Map([
  ['mse', (y: Tensor, targets: Tensor) => y.sub(targets).square().mean()],
  ['crossEntropy', (y: Tensor, targets: Tensor) => crossEntropy(y, targets).mean()],
]);

type Precision = 'float32' | 'float64';

async function run(reference: Case, backend: Backend, precision: Precision) {
  // Nine digits name one float32, and that number went through both precisions.
  const stored = (array: { data: number[]; shape: number[] }, dtype: DType = precision) =>
    tensor(array.data.map(Math.fround), { shape: array.shape, dtype });
  const activation = activations.get(reference.activation);
  const loss = losses.get(reference.loss);
  if (loss === undefined) throw new Error(`no loss ${reference.loss}`);
  const step = compile(
    (at: { params: Mlp; x: Tensor }, targets: Tensor) => {
      const output = mlp.apply(at.params, at.x, activation);
      const [value, gradients] = valueAndGrad(({ params, x }: typeof at) =>
        loss(mlp.apply(params, x, activation), targets),
      )(at);
      return { output, value, gradients };
    },
    { backend },
  );
  const layers = reference.layers.map(({ w, b }) => ({ w: stored(w), b: stored(b) }));
  const targets = stored(reference.targets, reference.loss === 'mse' ? precision : 'int64');
  return step({ params: { layers }, x: stored(reference.x) }, targets);
}

const tolerances = { float32: 5e-6, float64: 1e-13 };

describe.each(backends)('against PyTorch on $name', (backend) => {
  // float64 tests the formulas, for which one backend will do; ONNX Runtime has no Erf in float64.
  const both =
    backend.name === 'node-cpu' ? fixture.cases.filter((c) => c.activation !== 'gelu') : [];
  const rows = fixture.cases.flatMap((reference) => {
    const { activation, loss } = reference;
    const precisions: Precision[] = both.includes(reference) ? ['float32', 'float64'] : ['float32'];
    return precisions.map((precision) => ({ activation, loss, precision, reference }));
  });

  test.each(rows)(
    'agrees in output, loss and every gradient: $activation, $loss, $precision',
    async ({ reference, precision }) => {
      const expected = reference[precision];
      const { output, value, gradients } = await run(reference, backend, precision);
      const pairs: [string, Tensor, readonly number[]][] = [
        ['output', output, expected.output.data],
        ['loss', value, [expected.loss]],
        ['x', gradients.x, expected.gradients.x.data],
      ];
      expect(gradients.params.layers).toHaveLength(expected.gradients.layers.length);
      expected.gradients.layers.forEach(({ w, b }, i) => {
        const layer = gradients.params.layers[i];
        if (layer === undefined) throw new Error(`no gradient of layer ${i}`);
        // Stored as [dIn, dOut], as ours are: the transpose of PyTorch's weight.
        expect([layer.w.shape, layer.b.shape]).toEqual([w.shape, b.shape]);
        pairs.push([`layers.${i}.w`, layer.w, w.data], [`layers.${i}.b`, layer.b, b.data]);
      });
      const errors = await Promise.all(
        pairs.map(async ([name, actual, numbers]) => {
          return { name, error: await largestError(actual, numbers, 0.05) };
        }),
      );
      expect(errors.filter(({ error }) => error > tolerances[precision])).toEqual([]);
    },
  );
});

describe('parameters', () => {
  test('have a weight [dIn, dOut] and a bias [dOut] for each pair of widths', () => {
    const { layers } = mlp.init(keyOf(0), [5, 7, 3]);
    expect(layers.map(({ w, b }) => [w.shape, b.shape])).toEqual([
      [[5, 7], [7]],
      [[7, 3], [3]],
    ]);
  });

  test('depend on the key alone', async () => {
    const weights = async (seed: number) => {
      const data = mlp.init(keyOf(seed), [4, 4, 4]).layers.map(({ w }) => w.data());
      return Promise.all(data);
    };
    expect(await weights(1)).toEqual(await weights(1));
    expect(await weights(1)).not.toEqual(await weights(2));
  });

  test('differ between layers, and between weight and bias', async () => {
    const tensors = mlp.init(keyOf(3), [4, 4, 4]).layers.flatMap(({ w, b }) => [w, b]);
    const draws = await Promise.all(tensors.map((value) => value.data()));
    const starts = draws.map((data) => data.slice(0, 4).join());
    expect(new Set(starts).size).toBe(4);
  });
});

test('spreads over leading axes', async () => {
  const params = mlp.init(keyOf(4), [2, 3, 2]);
  const x = [1, 2, -1, 0.5, 3, -2, 0, 1];
  const [backend] = backends;
  if (backend === undefined) throw new Error('no backend');
  const apply = compile((p: Mlp, batch: Tensor) => mlp.apply(p, batch), { backend });
  const flat = await apply(params, tensor(x, { shape: [4, 2] }));
  const nested = await apply(params, tensor(x, { shape: [2, 2, 2] }));
  expect(nested.shape).toEqual([2, 2, 2]);
  expect(await nested.data()).toEqual(await flat.data());
});

describe('errors', () => {
  test('one width is no network', () => {
    expect(() => mlp.init(keyOf(0), [784])).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: mlp.init: sizes are [784]; expected two or more positive integers]`,
    );
  });

  test('a width that is not a positive integer', () => {
    expect(() => mlp.init(keyOf(0), [4, 0, 2])).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: mlp.init: sizes are [4, 0, 2]; expected two or more positive integers]`,
    );
    expect(() => mlp.init(keyOf(0), [4, 2.5])).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: mlp.init: sizes are [4, 2.5]; expected two or more positive integers]`,
    );
  });

  test('an input of another width', () => {
    const params = mlp.init(keyOf(0), [4, 2]);
    expect(() => mlp.apply(params, ones([3, 5]))).toThrow(/^linear: x \[3, 5\], w \[4, 2\]/);
  });
});
