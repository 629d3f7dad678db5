import { compile, evaluate, keyOf, normal, tensor, type Tensor } from '@working-papers/grad';
import { describe, expect, test } from 'vitest';
import { gridCoordinates, rope, ropeRotation, rotationAt } from '../src/index.ts';
import { backends } from './backends.ts';
import { largestError } from './largestError.ts';

const [backend] = backends;
if (backend === undefined) throw new Error('no backend');

const layouts = ['half', 'interleaved'] as const;

describe.each(layouts)('rope, %s', (layout) => {
  test('makes the product of a query and a key depend on their distance only', async () => {
    const scoresAt = (places: readonly (readonly number[])[]) => {
      const rotation = ropeRotation(places, { dHead: 10, base: 100 });
      // One query and one key, the same at every pair of places.
      const [q, k] = [normal(keyOf(1), [1, 10]), normal(keyOf(2), [1, 10])];
      const turn = (x: Tensor) => rope(x.expand([2, 10]), rotation, { layout });
      return evaluate(turn(q).matmul(turn(k), { transposeB: true }), { backend });
    };
    const scores = Array.from(
      await (
        await scoresAt([
          [0, 0],
          [3, -1],
        ])
      ).data(),
      Number,
    );
    // [q at 0, k at 3] against [q at 7, k at 10], and the reverse distance.
    const shifted = await scoresAt([
      [7, 5],
      [10, 4],
    ]);
    expect(await largestError(shifted, scores, 1)).toBeLessThan(1e-5);
    const [same = 0, apart = 0, reverse = 0] = scores;
    expect(Math.abs(apart - same)).toBeGreaterThan(0.1);
    expect(Math.abs(apart - reverse)).toBeGreaterThan(0.1);
  });

  test('keeps the length of every row, and what the axes leave over', async () => {
    const x = normal(keyOf(3), [2, 6, 10]);
    const rotation = ropeRotation(gridCoordinates([2, 3]), { dHead: 10 });
    const y = rope(x, rotation, { layout });
    const [before, after, lengths, own] = await evaluate(
      [
        x.slice({ axis: -1, start: 8 }),
        y.slice({ axis: -1, start: 8 }),
        y.square().sum(-1),
        x.square().sum(-1),
      ] as const,
      { backend },
    );
    expect(await after.data()).toEqual(await before.data());
    expect(await largestError(lengths, Array.from(await own.data(), Number), 1)).toBeLessThan(1e-5);
  });
});

test('rotationAt gives the rows of positions that are known when the graph runs', async () => {
  const rotation = ropeRotation(gridCoordinates([8]), { dHead: 4 });
  const x = normal(keyOf(4), [8, 4]);
  const run = compile(
    (from: Tensor) => {
      const indices = from.add(tensor(Int32Array.of(0, 1)));
      return rope(x.gather(indices), rotationAt(rotation, indices));
    },
    { backend },
  );
  const part = await run(tensor(Int32Array.of(5), { shape: [1] }));
  await run.dispose();
  const whole = await evaluate(rope(x, rotation).slice({ axis: 0, start: 5, end: 7 }), { backend });
  expect(await part.data()).toEqual(await whole.data());
});

test('gridCoordinates counts the last axis first', () => {
  expect(gridCoordinates([2, 1, 2])).toEqual([
    [0, 0, 0],
    [0, 0, 1],
    [1, 0, 0],
    [1, 0, 1],
  ]);
});

test('errors name the sizes', () => {
  expect(() => gridCoordinates([2, 0])).toThrowErrorMatchingInlineSnapshot(
    `[ConfigError: gridCoordinates: sizes are [2, 0]; expected one or more positive integers]`,
  );
  expect(() => ropeRotation([[0]], { dHead: 5 })).toThrowErrorMatchingInlineSnapshot(
    `[ConfigError: ropeRotation: dHead = 5 with 1 axes; expected an even number of at least two for each axis]`,
  );
  expect(() => ropeRotation([[0, 0, 0]], { dHead: 4 })).toThrowErrorMatchingInlineSnapshot(
    `[ConfigError: ropeRotation: dHead = 4 with 3 axes; expected an even number of at least two for each axis]`,
  );
  const rotation = ropeRotation(gridCoordinates([3]), { dHead: 4 });
  expect(() => rope(normal(keyOf(0), [2, 4]), rotation)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: rope: x [2, 4] does not fit a rotation of 3 positions that turns 4 entries; expected [..., 3, dHead] with the dHead that it was made for]`,
  );
  expect(() => rope(normal(keyOf(0), [3, 6]), rotation)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: rope: x [3, 6] does not fit a rotation of 3 positions that turns 4 entries; expected [..., 3, dHead] with the dHead that it was made for]`,
  );
});
