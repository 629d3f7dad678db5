import { compile, tensor, type Tensor } from '@working-papers/grad';
import { nodeBackend } from '@working-papers/grad/node';
import { scheduler } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { countCalls, countFlops, measureLatency } from '../src/index.ts';

it('countFlops counts 2 m n k for a product and one for each element of a sum', async () => {
  const compiled = compile((x: Tensor, w: Tensor) => x.matmul(w).add(1), {
    backend: await nodeBackend(),
    name: 'affine',
  });
  const x = tensor(new Float32Array(6), { shape: [2, 3] });
  const w = tensor(new Float32Array(15), { shape: [3, 5] });
  expect(await countFlops(compiled, x, w)).toBe(2 * 2 * 3 * 5 + 2 * 5);
  await compiled.dispose();
});

it('countCalls counts calls, also those that fail', () => {
  const { call, count } = countCalls((x: number) => {
    if (x < 0) throw new Error('negative');
    return Math.sqrt(x);
  });
  expect([call(4), call(9)]).toEqual([2, 3]);
  expect(() => call(-1)).toThrow('negative');
  expect(count()).toBe(3);
});

it('measureLatency calls each in every round, begins with another one each time, and drops warm-ups', async () => {
  const order: string[] = [];
  const latencies = await measureLatency(
    { a: () => order.push('a'), b: () => order.push('b') },
    { rounds: 3, warmUps: 1 },
  );
  expect(order.join('')).toBe('abbaabba');
  expect(latencies.a.timesMs).toHaveLength(3);
  expect(latencies.b.timesMs).toHaveLength(3);
});

it('measureLatency gives median and quartiles of what promises take', async () => {
  const { slow, fast } = await measureLatency(
    { slow: () => scheduler.wait(20), fast: () => undefined },
    { rounds: 5, warmUps: 0 },
  );
  const sorted = slow.timesMs.toSorted((a, b) => a - b);
  expect(slow.medianMs).toBe(sorted[2]);
  expect(slow.quartilesMs).toEqual([sorted[1], sorted[3]]);
  expect(fast.medianMs).toBeLessThan(slow.medianMs);
});

it('measureLatency stops with its signal and refuses what makes no sense', async () => {
  const functions = { a: () => undefined };
  await expect(measureLatency(functions, { signal: AbortSignal.abort() })).rejects.toThrow('abort');
  await expect(measureLatency(functions, { rounds: 0 })).rejects.toThrowErrorMatchingInlineSnapshot(
    `[ConfigError: measureLatency: rounds = 0 is not a positive integer]`,
  );
  await expect(
    measureLatency(functions, { warmUps: 0.5 }),
  ).rejects.toThrowErrorMatchingInlineSnapshot(
    `[ConfigError: measureLatency: warmUps = 0.5 is not a non-negative integer]`,
  );
});
