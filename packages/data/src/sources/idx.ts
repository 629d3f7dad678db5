import { DataError } from '@working-papers/grad';

/** An array of bytes with its sizes, outermost first. */
export interface ByteArray {
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

/**
 * Reads an idx file of unsigned bytes, the format of the original MNIST files: two zero bytes, the
 * element type (8), the number of axes, their sizes as big-endian 32-bit integers, then the elements.
 *
 * @param file - The bytes of the file.
 * @param name - What messages call it.
 * @returns Sizes and elements; `data` is a view of `file`.
 * @throws {DataError} If it is not such a file, or longer or shorter than its sizes say.
 */
export function parseIdx(file: Uint8Array, name: string): ByteArray {
  const [zero, alsoZero, type, axes] = file;
  if (zero !== 0 || alsoZero !== 0 || type !== 8 || axes === undefined) {
    const found = file.subarray(0, 4).join(', ');
    throw new DataError(`${name}: begins with the bytes [${found}]; expected [0, 0, 8, rank]`);
  }
  const dataStart = 4 + 4 * axes;
  if (file.length < dataStart) {
    throw new DataError(`${name}: has ${file.length} bytes; the header alone takes ${dataStart}`);
  }
  const view = new DataView(file.buffer, file.byteOffset);
  const shape = Array.from({ length: axes }, (_, axis) => view.getUint32(4 + 4 * axis));
  const expected = dataStart + shape.reduce((product, size) => product * size, 1);
  if (file.length !== expected) {
    throw new DataError(
      `${name}: has ${file.length} bytes; [${shape.join(', ')}] takes ${expected} with the header`,
    );
  }
  return { shape, data: file.subarray(dataStart) };
}
