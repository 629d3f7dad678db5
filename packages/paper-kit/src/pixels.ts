import { ShapeError } from '@working-papers/grad';
import { encode } from 'fast-png';

/**
 * Writes bytes as base64 text, so that a row can carry a small picture.
 *
 * @param bytes - Grey values, 0 to 255.
 */
export function encodePixels(bytes: Uint8Array): string {
  // In pieces, because the number of arguments of a call is limited.
  const pieces = Array.from({ length: Math.ceil(bytes.length / 8192) }, (_, i) =>
    String.fromCharCode(...bytes.subarray(i * 8192, (i + 1) * 8192)),
  );
  return btoa(pieces.join(''));
}

/**
 * Reads what {@link encodePixels} wrote.
 *
 * @throws {ShapeError} If the text does not hold `count` bytes.
 */
export function decodePixels(text: string, count: number): Uint8Array {
  const binary = atob(text);
  if (binary.length !== count) {
    throw new ShapeError(`decodePixels: the text holds ${binary.length} bytes, expected ${count}`);
  }
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

/** A sheet of small grey pictures of one size. */
export interface PixelGrid {
  /** Pictures as {@link encodePixels} writes them, row by row. */
  readonly images: readonly string[];
  /** Size of each picture, in pixels. */
  readonly width: number;
  readonly height: number;
  /** Pictures in a row of the sheet. */
  readonly columns: number;
  /** Transparent pixels between pictures; default 1. */
  readonly gap?: number;
}

/**
 * Lays grey pictures out on a sheet, as the data URI of a PNG file for `Plot.image` (with
 * `imageRendering: 'pixelated'`). Gaps and missing pictures of the last row are transparent.
 *
 * @returns The address of the sheet and its size in pixels.
 * @throws {ShapeError} If there is no picture or one has not width x height bytes.
 */
export function pixelGrid(grid: PixelGrid): { src: string; width: number; height: number } {
  const { images, width, height, columns, gap = 1 } = grid;
  if (images.length === 0) throw new ShapeError('pixelGrid: no images');
  const shown = Math.min(columns, images.length);
  const sheetWidth = shown * (width + gap) - gap;
  const sheetHeight = Math.ceil(images.length / columns) * (height + gap) - gap;
  const data = new Uint8Array(sheetWidth * sheetHeight * 2); // grey, opacity
  images.forEach((image, i) => {
    const pixels = decodePixels(image, width * height);
    const left = (i % columns) * (width + gap);
    const top = Math.floor(i / columns) * (height + gap);
    pixels.forEach((grey, at) => {
      const x = left + (at % width);
      const y = top + Math.floor(at / width);
      data.set([grey, 255], 2 * (y * sheetWidth + x));
    });
  });
  const png = encode({ width: sheetWidth, height: sheetHeight, data, channels: 2, depth: 8 });
  return {
    src: `data:image/png;base64,${encodePixels(png)}`,
    width: sheetWidth,
    height: sheetHeight,
  };
}
