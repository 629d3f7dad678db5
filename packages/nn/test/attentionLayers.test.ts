import {
  compile,
  concat,
  evaluate,
  hostData,
  keyOf,
  keyValueCache,
  normal,
  tensor,
  type KeyValueCache,
  type Tensor,
} from '@working-papers/grad';
import { describe, expect, test } from 'vitest';
import {
  crossAttention,
  gridCoordinates,
  rope,
  ropeRotation,
  rotationAt,
  selfAttention,
  transformerBlock,
  type SelfAttention,
  type TransformerBlock,
} from '../src/index.ts';
import { backends } from './backends.ts';
import { largestError } from './largestError.ts';

const numbers = (x: Tensor) => Array.from(hostData(x), Number);

describe.each(backends)('on $name', (backend) => {
  test('a block decodes over a cache to what it gives for the whole sequence', async () => {
    const sizes = {
      dModel: 8,
      nHeads: 4,
      nKvHeads: 2,
      dMlp: 12,
      norm: 'rms',
      mlp: 'swiglu',
    } as const;
    const params = transformerBlock.init(keyOf(1), sizes);
    const rotation = ropeRotation(gridCoordinates([6]), { dHead: 2 });
    const x = normal(keyOf(2), [2, 6, 8]);
    const heads = { nHeads: 4, nKvHeads: 2 };
    const whole = await evaluate(
      transformerBlock.apply(params, x, {
        ...heads,
        mask: 'causal',
        transform: (each) => rope(each, rotation),
      }),
      { backend },
    );
    const step = compile(
      (block: TransformerBlock, part: Tensor, cache: KeyValueCache) => {
        const added = Int32Array.from({ length: part.shape[1] ?? 0 }, (_, i) => i);
        const here = rotationAt(rotation, cache.length.add(tensor(added)));
        return transformerBlock.applyCached(block, part, {
          ...heads,
          cache,
          layer: 0,
          transform: (each) => rope(each, here),
        });
      },
      { backend },
    );
    let cache = keyValueCache.create({ nLayers: 1, batch: 2, nKvHeads: 2, capacity: 8, dHead: 2 });
    const outputs: Tensor[] = [];
    // Three positions at once, then one at a time.
    for (const [start, end] of [
      [0, 3],
      [3, 4],
      [4, 5],
      [5, 6],
    ] as const) {
      const part = await evaluate(x.slice({ axis: 1, start, end }), { backend });
      const { y, rows } = await step(params, part, cache);
      cache = keyValueCache.append(cache, [rows]);
      outputs.push(y);
    }
    await step.dispose();
    const decoded = await evaluate(concat(outputs, 1), { backend });
    expect(await largestError(decoded, numbers(whole), 1)).toBeLessThan(1e-5);
  });
});

const [backend] = backends;
if (backend === undefined) throw new Error('no backend');
const run = (x: Tensor) => evaluate(x, { backend });

describe('grouped-query attention', () => {
  test('equals multi-head attention whose groups have the same keys and values', async () => {
    const sizes = { dModel: 4, nHeads: 4, nKvHeads: 2, dHead: 3, hasBias: false };
    const grouped = selfAttention.init(keyOf(3), sizes);
    const columns = (start: number, count: number) =>
      grouped.qkv.w.slice({ axis: 1, start: 3 * start, end: 3 * (start + count) });
    const repeated = [4, 4, 5, 5, 6, 6, 7, 7].map((head) => columns(head, 1));
    const full: SelfAttention = { ...grouped, qkv: { w: concat([columns(0, 4), ...repeated], 1) } };
    const x = normal(keyOf(4), [2, 5, 4]);
    const mask = 'causal';
    const y = await run(selfAttention.apply(grouped, x, { nHeads: 4, nKvHeads: 2, mask }));
    const expected = await run(selfAttention.apply(full, x, { nHeads: 4, mask }));
    expect(await largestError(y, numbers(expected), 1)).toBeLessThan(1e-6);
  });
});

describe('a causal block', () => {
  test('does not see what follows', async () => {
    const params = transformerBlock.init(keyOf(5), { dModel: 4, nHeads: 2, dMlp: 8 });
    const x = normal(keyOf(6), [1, 4, 4]);
    const other = concat([x.slice({ axis: 1, end: 3 }), normal(keyOf(7), [1, 1, 4])], 1);
    const first = async (input: Tensor) => {
      const y = transformerBlock.apply(params, input, { nHeads: 2, mask: 'causal' });
      return numbers(await run(y.slice({ axis: 1, end: 3 })));
    };
    expect(await first(other)).toEqual(await first(x));
  });
});

describe('transform', () => {
  test('sees queries and keys, and says which', async () => {
    const params = crossAttention.init(keyOf(8), { dModel: 4, nHeads: 2, dContext: 6 });
    const seen: unknown[] = [];
    const [x, context] = [normal(keyOf(9), [1, 3, 4]), normal(keyOf(10), [1, 5, 6])];
    const y = await run(
      crossAttention.apply(params, x, context, {
        nHeads: 2,
        transform: (heads, part) => {
          seen.push([part, heads.shape]);
          return part === 'k' ? heads.mul(0) : heads;
        },
      }),
    );
    expect(seen).toEqual([
      ['q', [1, 2, 3, 2]],
      ['k', [1, 2, 5, 2]],
    ]);
    // Keys of 0 weigh all values alike, so every query gets the same.
    const [first = [], ...others] = [0, 4, 8].map((at) => numbers(y).slice(at, at + 4));
    for (const row of others)
      row.forEach((value, i) => expect(value).toBeCloseTo(first[i] ?? 0, 6));
  });
});

test('heads that do not fit', () => {
  expect(() =>
    selfAttention.init(keyOf(0), { dModel: 6, nHeads: 4 }),
  ).toThrowErrorMatchingInlineSnapshot(
    `[ConfigError: selfAttention.init: dModel = 6, nHeads = 4, nKvHeads = 4, dHead = 1.5; expected positive integers, nHeads a multiple of nKvHeads]`,
  );
  expect(() =>
    transformerBlock.init(keyOf(0), { dModel: 6, nHeads: 3, nKvHeads: 2, dMlp: 4 }),
  ).toThrowErrorMatchingInlineSnapshot(
    `[ConfigError: selfAttention.init: dModel = 6, nHeads = 3, nKvHeads = 2, dHead = 2; expected positive integers, nHeads a multiple of nKvHeads]`,
  );
});
