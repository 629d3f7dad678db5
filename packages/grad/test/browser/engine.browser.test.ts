import { expect, test } from 'vitest';
import { webBackend } from '../../src/runtime/web.ts';
import { expectClose } from '../closeness.ts';
import { trainByHand, trainWith } from '../mlpRegression.ts';

// The runtime is one per page and keeps its first number of threads: one file each, one page each.

// The sources alone fill the list of what a page has asked for, which holds 250 by default.
performance.setResourceTimingBufferSize(10_000);

test('the page is cross-origin isolated, so that wasm has threads', () => {
  expect(globalThis.crossOriginIsolated).toBe(true);
});

test('a network trained on two threads follows the same training by hand, step by step', async () => {
  const backend = await webBackend({ threads: 2 });
  expect(backend).toMatchObject({ name: 'web-wasm', threads: 2 });
  const expected = trainByHand();
  expect(expected.at(-1)).toBeLessThan(0.2 * (expected[0] ?? 0));
  expectClose(await trainWith(backend), expected, 1e-4, 'two threads');
});

test('the page asked for the wasm runtime and not for that of WebGPU', async () => {
  await trainWith(await webBackend({ threads: 2 }));
  const urls = performance.getEntriesByType('resource').map(({ name }) => name);
  const runtimes = urls.filter((url) => url.includes('ort-wasm'));
  expect(runtimes.some((url) => url.includes('ort-wasm-simd-threaded.wasm'))).toBe(true);
  expect(runtimes.filter((url) => /asyncify|jsep|jspi/.test(url))).toEqual([]);
});
