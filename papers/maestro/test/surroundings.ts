/** What cells get from outside in tests: small pictures of noise, and a memory for artefacts. */
import type { DataSource, ImageSplit } from '@working-papers/data';
import { integers, keyOf } from '@working-papers/grad';
import type { RunContext } from '@working-papers/paper-kit';
import { backend } from './numbers.ts';

/** Digits in their place: class c is bright in row 2 c, over noise. */
function split(count: number, seed: number): ImageSplit {
  const pixels = Uint8Array.from(integers(keyOf(seed), count * 784, 60));
  const labels = Uint8Array.from({ length: count }, (_, i) => i % 10);
  for (let i = 0; i < count; i++) {
    const row = 4 + 2 * labels[i]!;
    pixels.fill(220, i * 784 + row * 28 + 4, i * 784 + row * 28 + 24);
  }
  return { height: 28, width: 28, channels: 1, count, labels, pixels };
}

const unavailable = () => Promise.reject(new Error('no such data here'));

/** 300 images to train with and 100 to test. */
export const data: DataSource = {
  images: (name) =>
    Promise.resolve({
      name,
      height: 28,
      width: 28,
      channels: 1,
      classNames: Array.from({ length: 10 }, (_, i) => String(i)),
      train: split(300, 1),
      test: split(100, 2),
    }),
  text: unavailable,
  wordVectors: unavailable,
};

const { signal } = new AbortController();

/** The context of a cell that keeps nothing. */
export const context: RunContext = {
  backend,
  data,
  signal,
  onProgress: () => undefined,
  artefacts: { get: async (artefact) => artefact.read(await artefact.make(context)) },
  checkpoint: () => undefined,
};
