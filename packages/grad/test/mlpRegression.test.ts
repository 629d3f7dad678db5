import { expect, test } from 'vitest';
import { nodeBackend } from '../src/runtime/node.ts';
import { webBackend } from '../src/runtime/web.ts';
import { expectClose } from './closeness.ts';
import { trainByHand, trainWith } from './mlpRegression.ts';

const backends = [await nodeBackend({ threads: 2 }), await webBackend({ threads: 2 })];

test.each(backends.map((backend) => [backend.name, backend] as const))(
  'a network trained on %s follows the same training by hand, step by step',
  async (name, backend) => {
    const expected = trainByHand();
    expect(expected.at(-1)).toBeLessThan(0.2 * (expected[0] ?? 0));
    expectClose(await trainWith(backend), expected, 1e-5, name);
  },
);
