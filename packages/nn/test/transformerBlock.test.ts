import { flattenTensors, full, hostData, keyOf } from '@working-papers/grad';
import { describe, expect, test } from 'vitest';
import { transformerBlock, type BlockSizes, type Initialiser } from '../src/index.ts';

// Values, gradients, causality and decoding are in layers.test.ts and attentionLayers.test.ts.

const constant =
  (value: number): Initialiser =>
  (_key, shape) =>
    full(shape, value);

/** The first number of each parameter by path. */
function startOf(sizes: Partial<BlockSizes>): Record<string, number> {
  const params = transformerBlock.init(keyOf(1), { dModel: 4, nHeads: 2, dMlp: 6, ...sizes });
  return Object.fromEntries(
    flattenTensors(params).map(({ path, value }) => [path, Number(hostData(value)[0])]),
  );
}

describe('a fresh block', () => {
  test('has the weight of every way back into the residual stream from outWeight', () => {
    expect(startOf({ weight: constant(2), outWeight: constant(3) })).toEqual({
      'norm1.scale': 1,
      'norm1.shift': 0,
      'attention.qkv.w': 2,
      'attention.qkv.b': 0,
      'attention.out.w': 3,
      'attention.out.b': 0,
      'norm2.scale': 1,
      'norm2.shift': 0,
      'mlp.layers.0.w': 2,
      'mlp.layers.0.b': 0,
      'mlp.layers.1.w': 3,
      'mlp.layers.1.b': 0,
    });
  });

  test('uses weight for all without outWeight', () => {
    const start = startOf({ weight: constant(2), norm: 'rms', mlp: 'swiglu', hasBias: true });
    expect(start).toEqual({
      'norm1.scale': 1,
      'attention.qkv.w': 2,
      'attention.qkv.b': 0,
      'attention.out.w': 2,
      'attention.out.b': 0,
      'norm2.scale': 1,
      // `hasBias` is that of attention.
      'mlp.gateUp.w': 2,
      'mlp.down.w': 2,
    });
  });

  test('draws every weight by a key of its own', () => {
    const start = Object.entries(startOf({})).filter(([path]) => !path.startsWith('norm'));
    expect(new Set(start.map(([, value]) => value)).size).toBe(start.length);
  });
});
