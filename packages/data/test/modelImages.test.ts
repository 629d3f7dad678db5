import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toModelImages } from '../src/modelImages.ts';

/** Images of `size` x `size` pixels. */
const images = (size: number, pixels: readonly number[], channels = 1) => ({
  pixels: Uint8Array.from(pixels),
  count: pixels.length / (size * size * channels),
  height: size,
  width: size,
  channels,
});

test('maps 0 and 255 to the ends of the range', () => {
  const two = images(1, [0, 255]);
  expect([...toModelImages(two, { size: 1, range: [-1, 1] })]).toEqual([-1, 1]);
  expect([...toModelImages(two, { size: 1, range: [0, 1] })]).toEqual([0, 1]);
});

test('averages squares of pixels, image by image', () => {
  const pixels = [
    [0, 4, 8, 8],
    [8, 12, 8, 9],
    [255, 255, 0, 0],
    [255, 255, 0, 1],
  ];
  const inverted = pixels.flat().map((value) => 255 - value);
  const out = toModelImages(images(4, [...pixels.flat(), ...inverted]), {
    size: 2,
    range: [0, 255],
  });
  expect([...out]).toEqual([6, 8.25, 255, 0.25, 249, 246.75, 0, 254.75]);
});

test('keeps channels apart', () => {
  const pixels = [
    [1, 10, 100],
    [2, 20, 200],
    [3, 30, 0],
    [4, 40, 100],
  ];
  const out = toModelImages(images(2, pixels.flat(), 3), { size: 1, range: [0, 255] });
  expect([...out]).toEqual([2.5, 25, 100]);
});

test('the mean of an image does not depend on the size', () => {
  const pixels = fc.uint8Array({ minLength: 2 * 36, maxLength: 2 * 36 });
  fc.assert(
    fc.property(pixels, fc.constantFrom(1, 2, 3), (values, size) => {
      const two = images(6, [...values]);
      const means = (out: Float32Array) => {
        const half = out.length / 2;
        return [out.subarray(0, half), out.subarray(half)].map(
          (image) => image.reduce((sum, value) => sum + value, 0) / half,
        );
      };
      const full = means(toModelImages(two, { size: 6, range: [-1, 1] }));
      const small = means(toModelImages(two, { size, range: [-1, 1] }));
      small.forEach((mean, i) => expect(mean).toBeCloseTo(full[i] ?? NaN, 5));
    }),
    { seed: 4 },
  );
});

describe('refuses', () => {
  const four = images(
    4,
    Array.from({ length: 16 }, () => 0),
  );

  test.each([3, 8, 0, -2, 1.5, NaN])('the size %d for images of 4 x 4', (size) => {
    expect(() => toModelImages(four, { size, range: [0, 1] })).toThrow(
      `toModelImages: size = ${size} does not divide the images' 4`,
    );
  });

  test('images that are not square', () => {
    expect(() =>
      toModelImages({ ...four, width: 2, count: 2 }, { size: 2, range: [0, 1] }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: toModelImages: the images are 4 x 2; expected squares]`,
    );
  });
});
