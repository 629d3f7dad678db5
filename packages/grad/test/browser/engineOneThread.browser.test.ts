import { expect, test } from 'vitest';
import { webBackend } from '../../src/runtime/web.ts';
import { expectClose } from '../closeness.ts';
import { trainByHand, trainWith } from '../mlpRegression.ts';

test('a network trained on one thread follows the same training by hand, step by step', async () => {
  const backend = await webBackend({ threads: 1 });
  expect(backend.threads).toBe(1);
  expectClose(await trainWith(backend), trainByHand(), 1e-4, 'one thread');
});
