import { DataError } from '@working-papers/grad';
import type { ImageSize } from './dataset.ts';

/** A picture, 8 bits per channel. */
export interface DecodedImage extends ImageSize {
  /** [height, width, channels]. */
  readonly pixels: Uint8Array;
}

/**
 * Reads a picture as it is stored: no rotation, no change of colours or size.
 *
 * @param file - PNG, JPEG, or another format that sharp reads.
 * @param name - What messages call it.
 * @throws {DataError} If it is no picture, or torn.
 */
export async function decodeImage(file: Uint8Array, name: string): Promise<DecodedImage> {
  const { default: sharp } = await import('sharp'); // native; loaded only by those who need it
  try {
    const { data, info } = await sharp(file).raw().toBuffer({ resolveWithObject: true });
    const { height, width, channels } = info;
    return { pixels: data, height, width, channels };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DataError(`${name}: cannot be read as a picture: ${reason}`, { cause });
  }
}
