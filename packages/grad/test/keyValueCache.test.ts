import { describe, expect, test } from 'vitest';
import {
  attention,
  cachedAttention,
  compile,
  hostData,
  integers,
  keyOf,
  keyValueCache,
  normal,
  ones,
  tensor,
  type KeyValueCache,
  type Tensor,
} from '../src/index.ts';
import { gptDecode, gptLogits, initGpt } from '../bench/gptModel.ts';
import { nodeBackend } from '../src/runtime/node.ts';
import { webBackend } from '../src/runtime/web.ts';
import { expectClose } from './closeness.ts';

const node = await nodeBackend({ threads: 2 });
const backends = [node, await webBackend({ threads: 2 })];

const sizes = { dModel: 12, nLayers: 2, nHeads: 3, vocabSize: 9, contextLength: 10 };
const cacheSizes = { nLayers: 2, batch: 2, nKvHeads: 3, capacity: 10, dHead: 4 };
const scaled = (value: Tensor) =>
  tensor(
    Array.from(hostData(value), Number).map((v) => 20 * v),
    { shape: value.shape },
  );
const drawn = initGpt(keyOf(7), sizes);

/** Weights so large that tokens differ by more than rounding. */
const gpt = { ...drawn, tokens: scaled(drawn.tokens), head: scaled(drawn.head) };

const text = integers(keyOf(8), 2 * sizes.contextLength, sizes.vocabSize);
const part = (start: number, end: number, batch: readonly number[] = [0, 1]) =>
  tensor(
    batch.flatMap((item) => Array.from(text.slice(item * 10 + start, item * 10 + end), Number)),
    { shape: [batch.length, end - start], dtype: 'int32' },
  );

describe.each(backends.map((backend) => [backend.name, backend] as const))('%s', (_, backend) => {
  const full = compile((tokens: Tensor) => gptLogits(gpt, tokens, sizes.nHeads), { backend });
  const decode = compile(
    (tokens: Tensor, cache: KeyValueCache) => gptDecode(gpt, tokens, cache, sizes.nHeads),
    { backend, optimization: 'all' },
  );

  /** Reads positions in chunks that end at `ends` and returns the logits of all of them. */
  const read = async (
    cache: KeyValueCache,
    ends: readonly number[],
    batch: readonly number[] = [0, 1],
  ) => {
    let state = cache;
    const logits: number[][][] = batch.map(() => []);
    for (const end of ends) {
      const start = keyValueCache.length(state);
      const after = await decode(part(start, end, batch), state);
      state = keyValueCache.append(state, after.rows);
      rowsOf(await after.logits.data(), end - start).forEach((rows, i) => logits[i]?.push(...rows));
    }
    return { cache: state, logits };
  };

  const rowsOf = (data: ArrayLike<number | bigint>, seq: number) => {
    const flat = Array.from(data, Number);
    return [0, 1].map((item) =>
      Array.from({ length: seq }, (_row, t) => {
        const start = (item * seq + t) * sizes.vocabSize;
        return flat.slice(start, start + sizes.vocabSize);
      }),
    );
  };

  const best = (logits: readonly number[]) => logits.indexOf(Math.max(...logits));

  const everything = async () => rowsOf(await (await full(part(0, 10))).data(), 10);

  test('decoding one by one gives the logits and tokens of the whole pass', async () => {
    const expected = await everything();
    const { logits, cache } = await read(
      keyValueCache.create(cacheSizes),
      Array.from({ length: 10 }, (_step, i) => i + 1),
    );
    expectClose(logits.flat(2), expected.flat(2), 1e-5, 'logits');
    expect(logits.flat().map(best)).toEqual(expected.flat().map(best));
    expect(new Set(expected.flat().map(best)).size).toBeGreaterThan(2);
    expect(keyValueCache.length(cache)).toBe(10);
    expect(decode.signatureCount()).toBe(1);
  });

  test('positions may come in chunks', async () => {
    const { logits } = await read(keyValueCache.create(cacheSizes), [4, 5, 10]);
    expectClose(logits.flat(2), (await everything()).flat(2), 1e-5, 'logits');
  });

  test('decoding goes on after other positions were cropped', async () => {
    const expected = await everything();
    const { cache } = await read(keyValueCache.create(cacheSizes), [4]);
    // A draft that is not accepted: other tokens at positions 4 to 6.
    const draft = await decode(part(0, 3), cache);
    const ahead = keyValueCache.append(cache, draft.rows);
    expect(keyValueCache.length(ahead)).toBe(7);
    const { logits } = await read(keyValueCache.crop(ahead, 4), [5, 6, 10]);
    const rest = expected.map((rows) => rows.slice(4));
    expectClose(logits.flat(2), rest.flat(2), 1e-5, 'logits');
    expect(logits.flat().map(best)).toEqual(rest.flat().map(best));
  });

  test('items of the batch can change places and repeat', async () => {
    const expected = await everything();
    const swapped = await read(keyValueCache.create(cacheSizes), [6]);
    const turned = keyValueCache.reorder(swapped.cache, [1, 0]);
    const after = await read(turned, [7], [1, 0]);
    const wanted = [expected[1]?.slice(6, 7), expected[0]?.slice(6, 7)];
    expectClose(
      after.logits.flat(2),
      wanted.flatMap((logits) => logits?.flat() ?? []),
      1e-5,
      'swapped',
    );
    const doubled = keyValueCache.reorder(keyValueCache.crop(after.cache, 6), [1, 1]);
    const both = await read(doubled, [7], [0, 0]);
    expectClose(both.logits[0]?.flat() ?? [], expected[0]?.[6] ?? [], 1e-5, 'doubled 0');
    expectClose(both.logits[1]?.flat() ?? [], expected[0]?.[6] ?? [], 1e-5, 'doubled 1');
  });
});

test('query heads that share a key head read the same rows of the cache', async () => {
  const [q, k, v] = [
    normal(keyOf(1), [2, 4, 3, 5]),
    normal(keyOf(2), [2, 2, 3, 5]),
    normal(keyOf(3), [2, 2, 3, 5]),
  ];
  const rows = (x: Tensor, start: number, end: number) => x.slice({ axis: 2, start, end });
  const cut = compile((start: number, end: number) => [k, v].map((x) => rows(x, start, end)), {
    backend: node,
    name: 'cut',
  });
  const [firstK, firstV] = await cut(0, 2);
  const [lastK, lastV] = await cut(2, 3);
  if (!firstK || !firstV || !lastK || !lastV) throw new Error('a part is missing');
  const sizesOfOne = { nLayers: 1, batch: 2, nKvHeads: 2, capacity: 4, dHead: 5 };
  const cache = keyValueCache.append(keyValueCache.create(sizesOfOne), [{ k: firstK, v: firstV }]);
  const run = compile(
    (past: KeyValueCache) => ({
      last: cachedAttention(rows(q, 2, 3), { k: lastK, v: lastV }, { cache: past, layer: 0 }),
      expected: rows(attention(q, k, v, { mask: 'causal' }), 2, 3),
    }),
    { backend: node },
  );
  const { last, expected } = await run(cache);
  expectClose(await last.data(), await expected.data(), 1e-6, 'attention');
});

test('mistakes are named', () => {
  const cache = keyValueCache.create({ ...cacheSizes, capacity: 3 });
  const rows = (shape: readonly number[]) => [0, 1].map(() => ({ k: ones(shape), v: ones(shape) }));
  const filled = keyValueCache.append(cache, rows([2, 3, 2, 4]));
  const q = ones([2, 3, 1, 4]);
  const actions: Readonly<Record<string, () => unknown>> = {
    'no layers': () => keyValueCache.create({ ...cacheSizes, nLayers: 0 }),
    'too many positions': () => keyValueCache.append(filled, rows([2, 3, 2, 4])),
    'rows of other heads': () => keyValueCache.append(filled, rows([2, 4, 1, 4])),
    'rows of too few layers': () => keyValueCache.append(filled, rows([2, 3, 1, 4]).slice(1)),
    'a crop beyond the end': () => keyValueCache.crop(filled, 3),
    'an order of other items': () => keyValueCache.reorder(filled, [0, 2]),
    'an order of too few items': () => keyValueCache.reorder(filled, [0]),
    'a layer that does not exist': () =>
      cachedAttention(q, { k: q, v: q }, { cache: filled, layer: 2 }),
    'queries of another width': () =>
      cachedAttention(ones([2, 3, 1, 5]), { k: q, v: q }, { cache: filled, layer: 0 }),
  };
  const messages = Object.entries(actions).map(([mistake, action]) => {
    try {
      action();
    } catch (error) {
      return [mistake, String(error)];
    }
    return [mistake, 'nothing'];
  });
  expect(Object.fromEntries(messages)).toMatchInlineSnapshot(`
    {
      "a crop beyond the end": "ConfigError: keyValueCache: cannot crop to 3 positions; expected 0 to the 2 that are there",
      "a layer that does not exist": "ShapeError: cachedAttention: there is no layer 2; the cache has 2",
      "an order of other items": "ConfigError: keyValueCache: cannot reorder by [0, 2]; expected 2 items from 0 to 1",
      "an order of too few items": "ConfigError: keyValueCache: cannot reorder by [0]; expected 2 items from 0 to 1",
      "no layers": "ConfigError: keyValueCache: nLayers = 0 is not a positive integer",
      "queries of another width": "ShapeError: cachedAttention: q [2, 3, 1, 5], k [2, 3, 1, 4] and v [2, 3, 1, 4] do not fit; expected [batch, nHeads, queries, dHead], [batch, nKvHeads, keys, dHead] and [batch, nKvHeads, keys, dValue], nKvHeads a divisor of nHeads",
      "rows of other heads": "ShapeError: keyValueCache: k of layer 0 is float32 [2, 4, 1, 4]; expected float32 [2, 3, 1, 4]",
      "rows of too few layers": "ShapeError: keyValueCache: rows of 1 layers, the cache has 2",
      "too many positions": "ConfigError: keyValueCache: 2 positions after 2 exceed the capacity 3; make a larger cache, or crop it",
    }
  `);
});
