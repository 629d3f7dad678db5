import fc from 'fast-check';
import { decode } from 'fast-png';
import { expect, it } from 'vitest';
import { decodePixels, encodePixels, pixelGrid } from '../src/figures.ts';

it('decodes what it encoded, also beyond the length of one piece', () => {
  const bytes = fc.uint8Array({ maxLength: 100 });
  fc.assert(
    fc.property(bytes, (values) => {
      expect(decodePixels(encodePixels(values), values.length)).toEqual(values);
    }),
    { seed: 1 },
  );
  const long = Uint8Array.from({ length: 20_000 }, (_, i) => (i * 7) % 256);
  expect(decodePixels(encodePixels(long), 20_000)).toEqual(long);
});

it('agrees with the base64 of Node', () => {
  expect(encodePixels(Uint8Array.of(0, 127, 128, 255))).toBe(
    Buffer.from([0, 127, 128, 255]).toString('base64'),
  );
});

it('lays pictures out row by row with transparent gaps', () => {
  const images = [10, 20, 30].map((grey) => encodePixels(new Uint8Array(2).fill(grey)));
  const { src, width, height } = pixelGrid({ images, width: 2, height: 1, columns: 2 });
  expect({ width, height }).toEqual({ width: 5, height: 3 });
  const png = decode(Buffer.from(src.replace('data:image/png;base64,', ''), 'base64'));
  expect(png).toMatchObject({ width: 5, height: 3, channels: 2 });
  const pixels = Array.from({ length: 15 }, (_, i) =>
    png.data[2 * i + 1] === 255 ? png.data[2 * i] : -1,
  );
  expect(pixels).toEqual([10, 10, -1, 20, 20, -1, -1, -1, -1, -1, 30, 30, -1, -1, -1]);
});

it('makes the sheet no wider than its pictures', () => {
  const image = encodePixels(new Uint8Array(4));
  const grid = { images: [image], width: 2, height: 2, columns: 8 };
  expect(pixelGrid(grid)).toMatchObject({ width: 2, height: 2 });
});

it('names sizes that do not fit', () => {
  const images = [encodePixels(new Uint8Array(3))];
  const grid = { images, width: 2, height: 2, columns: 1 };
  expect(() => pixelGrid(grid)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: decodePixels: the text holds 3 bytes, expected 4]`,
  );
  expect(() => pixelGrid({ ...grid, images: [] })).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: pixelGrid: no images]`,
  );
});
