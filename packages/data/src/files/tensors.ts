import { DataError, type Safetensor } from '@working-papers/grad';
import type { DataSet } from '../sets/dataSet.ts';

/** What a converted file says of itself. It names the pinned package whichever source it was made of. */
export function originOf(set: DataSet): Readonly<Record<string, string>> {
  const { credit, licence } = set;
  return { source: `npm:${set.package}@${set.version}`, credit, licence };
}

/** A tensor as it should be; without `shape`, any one axis. */
interface Expected {
  readonly key: string;
  readonly shape?: readonly number[];
}

/**
 * The bytes of a tensor of a converted file.
 *
 * @throws {DataError} If it is missing or another one.
 */
export function bytesOf(
  name: string,
  tensor: Safetensor | undefined,
  { key, shape }: Expected,
): Uint8Array {
  const fits = shape ? tensor?.shape.join() === shape.join() : tensor?.shape.length === 1;
  if (tensor?.dtype === 'U8' && fits) return tensor.data;
  throw unexpected(name, tensor, `${key}`, `U8 [${shape?.join(', ') ?? 'bytes'}]`);
}

/** The error for a tensor that is missing or another one. */
export function unexpected(
  name: string,
  tensor: Safetensor | undefined,
  key: string,
  expected: string,
): DataError {
  const found = tensor ? `${tensor.dtype} [${tensor.shape.join(', ')}]` : 'missing';
  return new DataError(`${name}: ${key} is ${found}; expected ${expected}`);
}
