import { decodeSafetensors, encodeSafetensors } from '@working-papers/grad';
import type { WordVectors } from '../dataset.ts';
import type { VectorSet } from '../sets/dataSet.ts';
import { bytesOf, originOf, unexpected } from './tensors.ts';

/** Words and their vectors, as they come out of the original files. */
export interface RawVectors {
  readonly words: readonly string[];
  /** [words.length, dimensions]. */
  readonly vectors: Float32Array;
}

/**
 * The one file that word vectors are kept in: a safetensors file with `vectors` [count, dimensions] in
 * float32 and `words`, the words in UTF-8 with line feeds between them.
 */
export function encodeVectorFile(
  set: VectorSet,
  { words, vectors }: RawVectors,
): Uint8Array<ArrayBuffer> {
  const list = new TextEncoder().encode(words.join('\n'));
  return encodeSafetensors(
    {
      vectors: { dtype: 'F32', shape: [set.count, set.dimensions], data: vectors },
      words: { dtype: 'U8', shape: [list.length], data: list },
    },
    originOf(set),
  );
}

/**
 * Reads what {@link encodeVectorFile} wrote; the vectors are a view of `file`.
 *
 * @throws {DataError} If it holds something else.
 * @throws {CheckpointError} If it is not a safetensors file.
 */
export function decodeVectorFile(set: VectorSet, file: Uint8Array): WordVectors {
  const { name, count, dimensions } = set;
  const { tensors } = decodeSafetensors(file);
  const { vectors } = tensors;
  if (vectors?.dtype !== 'F32' || vectors.shape.join() !== `${count},${dimensions}`) {
    throw unexpected(name, vectors, 'vectors', `F32 [${count}, ${dimensions}]`);
  }
  const list = bytesOf(name, tensors['words'], { key: 'words' });
  const words = new TextDecoder().decode(list).split('\n');
  const rows = new Map(words.map((word, row) => [word, row]));
  return { name, words, vectors: vectors.data, dimensions, indexOf: (word) => rows.get(word) };
}
