import { compile, tensor, zeros, type Tensor } from '@working-papers/grad';
import { describe, expect, test } from 'vitest';
import { clipByGlobalNorm, clipByValue, globalNorm } from '../src/index.ts';
import { backends } from './backends.ts';
import fixture from './fixtures/sgd.json' with { type: 'json' };
import { largestError } from './largestError.ts';
import { stored } from './layerCases.ts';

const gradients = fixture.cases.given[0]?.gradients[0]?.map(stored) ?? [];

describe.each(backends)('on $name', (backend) => {
  test.each(fixture.cases.clipping)(
    "gives PyTorch's gradients and norm: by $by, $limit",
    async ({ by, limit, norm, gradients: expected }) => {
      const run = compile(
        (slopes: readonly Tensor[], bound: Tensor) => ({
          norm: globalNorm(slopes),
          clipped:
            by === 'norm' ? clipByGlobalNorm(slopes, bound).gradients : clipByValue(slopes, limit),
          before: clipByGlobalNorm(slopes, limit).norm,
        }),
        { backend },
      );
      const result = await run(gradients, tensor(limit));
      await run.dispose();
      expect(await largestError(result.norm, [norm], 0)).toBeLessThan(1e-6);
      expect(await largestError(result.before, [norm], 0)).toBeLessThan(1e-6);
      expect(result.clipped).toHaveLength(expected.length);
      for (const [i, { data }] of expected.entries()) {
        expect(await largestError(result.clipped[i] ?? zeros([1]), data, 1e-3)).toBeLessThan(1e-6);
      }
    },
  );
});

test('bounds that are not positive, and nothing to clip', () => {
  expect(() => clipByGlobalNorm(zeros([1]), 0)).toThrowErrorMatchingInlineSnapshot(
    `[ConfigError: clipByGlobalNorm: maxNorm = 0 is not positive]`,
  );
  expect(() => clipByValue(zeros([1]), NaN)).toThrowErrorMatchingInlineSnapshot(
    `[ConfigError: clipByValue: limit = NaN is not positive]`,
  );
  expect(() => clipByGlobalNorm({}, 1)).toThrowErrorMatchingInlineSnapshot(
    `[ConfigError: globalNorm: the tree holds no tensor]`,
  );
});
