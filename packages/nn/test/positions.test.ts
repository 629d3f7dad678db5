import { tensor, zeros, keyOf } from '@working-papers/grad';
import { expect, test } from 'vitest';
import {
  gridCoordinates,
  learnedPositions,
  sinusoidalPositions,
  timestepEmbedding,
} from '../src/index.ts';

// Values and gradients are compared with PyTorch's in layers.test.ts.

test('position 0 has the sines 0 and the cosines 1, in either layout', async () => {
  const at = (layout: 'half' | 'interleaved') => sinusoidalPositions([[0]], 4, { layout }).data();
  expect(Array.from(await at('interleaved'), Number)).toEqual([0, 1, 0, 1]);
  expect(Array.from(await at('half'), Number)).toEqual([0, 0, 1, 1]);
});

test('errors name the sizes', () => {
  expect(() => sinusoidalPositions(gridCoordinates([2, 2]), 6)).toThrowErrorMatchingInlineSnapshot(
    `[ConfigError: sinusoidalPositions: dModel = 6 is not a multiple of 4, two for each of 2 axes]`,
  );
  expect(() => timestepEmbedding(tensor([1]), 3)).toThrowErrorMatchingInlineSnapshot(
    `[ConfigError: timestepEmbedding: width = 3 is not a positive even integer]`,
  );
  const table = learnedPositions.init(keyOf(0), 4, 2);
  expect(() => learnedPositions.apply(table, zeros([1, 5, 2]))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: learnedPositions.apply: 5 positions exceed the contextLength 4; shorten x, or learn more]`,
  );
});
