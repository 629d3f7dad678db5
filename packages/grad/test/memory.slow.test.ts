import { expect, test } from 'vitest';
import {
  compile,
  linear,
  keyOf,
  normal,
  tensor,
  valueAndGrad,
  zeros,
  zipTensors,
} from '../src/index.ts';
import { nodeBackend } from '../src/runtime/node.ts';

test.each([true, false])(
  'ten thousand training steps hold no more memory than one thousand, packState: %s',
  async (packState) => {
    const backend = await nodeBackend({ threads: 1 });
    const loss = (p: typeof start) =>
      linear(
        linear(linear(x, p.w1, p.b1).mul(0.01).tanh(), p.w2, p.b2)
          .mul(0.01)
          .tanh(),
        p.w3,
        p.b3,
      )
        .square()
        .mean();
    const x = normal(keyOf(1), [32, 784]);
    const start = {
      w1: normal(keyOf(2), [784, 256]),
      b1: zeros([256]),
      w2: normal(keyOf(3), [256, 128]),
      b2: zeros([128]),
      w3: normal(keyOf(4), [128, 4]),
      b3: zeros([4]),
    };
    const step = compile(
      (p: typeof start, learningRate: typeof x) => {
        const [value, gradient] = valueAndGrad(loss)(p);
        return {
          value,
          params: zipTensors([p, gradient], ([w = x, g = x]) => w.sub(g.mul(learningRate))),
        };
      },
      { backend, packState },
    );
    let params = start;
    const resident: number[] = [];
    for (let i = 1; i <= 10_000; i++) {
      ({ params } = await step(params, tensor(0.01)));
      if (i % 1000 === 0) resident.push(process.memoryUsage.rss());
    }
    expect(resident.at(-1)).toBeLessThanOrEqual(1.05 * (resident[0] ?? 0));
  },
);
