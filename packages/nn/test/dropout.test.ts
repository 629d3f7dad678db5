import {
  compile,
  evaluate,
  grad,
  keyOf,
  normal,
  ones,
  tensor,
  type Tensor,
} from '@working-papers/grad';
import { describe, expect, test } from 'vitest';
import { adaLnBlock, dropout, normalInit, transformerBlock } from '../src/index.ts';
import { backends } from './backends.ts';

// Two-sided false-alarm rate of 1e-6 for a normal statistic.
const Z = 4.892;

describe.each(backends)('dropout on $name', (backend) => {
  test.each([0.1, 0.75])('drops entries at the rate %f and keeps the mean', async (rate) => {
    const count = 40_000;
    const noise = dropout.noise(keyOf(1), [200, 200]);
    const apply = compile(
      (x: Tensor, options: { rate: Tensor; noise: Tensor }) => ({
        byTensor: dropout.apply(x, options),
        byNumber: dropout.apply(x, { ...options, rate }),
      }),
      { backend },
    );
    const { byTensor, byNumber } = await apply(ones([200, 200]), { rate: tensor(rate), noise });
    await apply.dispose();
    for (const y of [byTensor, byNumber]) {
      const values = Array.from(await y.data(), Number);
      const kept = values.filter((value) => value !== 0);
      const factor = 1 / (1 - rate);
      expect(kept.filter((value) => Math.abs(value - factor) > 1e-6 * factor)).toEqual([]);
      // An error of the rate by 0.02 would be seen.
      const deviation = Math.sqrt(count * rate * (1 - rate));
      expect(Math.abs(kept.length - count * (1 - rate))).toBeLessThan(Z * deviation);
    }
  });
});

const [backend] = backends;
if (backend === undefined) throw new Error('no backend');
const run = async (x: Tensor) => Array.from(await (await evaluate(x, { backend })).data(), Number);

describe('dropout', () => {
  test('is the identity without options and at the rate 0', async () => {
    const x = normal(keyOf(2), [5]);
    expect(dropout.apply(x)).toBe(x);
    const noise = dropout.noise(keyOf(3), [5]);
    expect(await run(dropout.apply(x, { rate: 0, noise }))).toEqual(await run(x));
  });

  test('passes gradients to kept entries only, with the same factor', async () => {
    const noise = tensor([0.2, 0.6, 0.4, 0.5]);
    const slope = grad((x: Tensor) => dropout.apply(x, { rate: 0.5, noise }).sum())(ones([4]));
    expect(await run(slope)).toEqual([0, 2, 0, 2]);
  });

  test('drops together what shares its noise', async () => {
    const noise = tensor([0.2, 0.9], { shape: [2, 1] });
    expect(await run(dropout.apply(ones([2, 3]), { rate: 0.5, noise }))).toEqual([
      0, 0, 0, 2, 2, 2,
    ]);
  });

  test('depends on the key only', async () => {
    const at = async (seed: number) =>
      Array.from(await dropout.noise(keyOf(seed), [8]).data(), Number);
    expect(await at(5)).toEqual(await at(5));
    expect(await at(5)).not.toEqual(await at(6));
  });

  test('rejects a rate of 1', () => {
    const noise = ones([1]);
    expect(() => dropout.apply(ones([1]), { rate: 1, noise })).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: dropout.apply: rate = 1 is not from 0 to less than 1]`,
    );
  });
});

describe('dropout of a block', () => {
  const x = normal(keyOf(7), [2, 3, 4]);
  const sizes = { dModel: 4, nHeads: 2, dMlp: 8 };
  const block = transformerBlock.init(keyOf(8), sizes);

  test('drops the output of attention and of the perceptron by noise of their own', async () => {
    const [all, none] = [tensor([[[0]]]), tensor([[[0.9]]])];
    const noiseOf = async (attention: Tensor, mlp: Tensor) => {
      const options = { nHeads: 2, dropout: { rate: 0.5, noise: { attention, mlp } } };
      return run(transformerBlock.apply(block, x, options));
    };
    expect(await noiseOf(all, all)).toEqual(await run(x));
    expect(await noiseOf(none, all)).not.toEqual(await run(x));
    expect(await noiseOf(all, none)).not.toEqual(await run(x));
    expect(await noiseOf(all, none)).not.toEqual(await noiseOf(none, all));

    const steered = adaLnBlock.init(keyOf(9), { ...sizes, modulationWeight: normalInit(1) });
    const condition = normal(keyOf(10), [2, 4]);
    const gated = { nHeads: 2, dropout: { rate: 0.5, noise: { attention: all, mlp: all } } };
    expect(await run(adaLnBlock.apply(steered, x, condition, gated))).toEqual(await run(x));
  });

  test('has noise of its own for both parts', async () => {
    const { attention, mlp } = transformerBlock.noise(keyOf(11), [2, 3, 4]);
    expect(attention.shape).toEqual([2, 3, 4]);
    expect(await attention.data()).not.toEqual(await mlp.data());
  });
});
