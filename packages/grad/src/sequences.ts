import type { DType } from './dtype.ts';
import { ShapeError } from './errors.ts';
import { tensor, toTypedArray, type Tensor } from './tensor.ts';

/** Where {@link arange} begins, how far it steps, and what it is made of. */
export interface ArangeOptions {
  /** Default 0. */
  readonly start?: number;
  /** Not 0. Default 1. */
  readonly step?: number;
  /** Default int32, which every backend can compare and index with. */
  readonly dtype?: DType;
}

/**
 * The numbers from `start` in steps of `step` up to `end`, which is left out: a concrete tensor.
 *
 * @throws {ShapeError} If there are none, or they are no elements of `dtype`.
 */
export function arange(end: number, options: ArangeOptions = {}): Tensor {
  const { start = 0, step = 1, dtype = 'int32' } = options;
  const count = Math.ceil((end - start) / step);
  if (!Number.isSafeInteger(count) || count < 1) {
    throw new ShapeError(`arange: there is no number from ${start} to ${end} in steps of ${step}`);
  }
  return tensor(
    Array.from({ length: count }, (_, i) => start + i * step),
    { dtype },
  );
}

/**
 * `count` numbers at equal distances, from `start` to `end` inclusive: a concrete tensor. One number is
 * `start`.
 *
 * @throws {ShapeError} If `count` is not a positive integer.
 */
export function linspace(
  start: number,
  end: number,
  count: number,
  dtype: 'float32' | 'float64' = 'float32',
): Tensor {
  if (!Number.isSafeInteger(count) || count < 1) {
    throw new ShapeError(`linspace: count = ${count} is not a positive integer`);
  }
  // From both ends, so that the numbers are symmetric and the last is `end` exactly.
  const step = count === 1 ? 0 : (end - start) / (count - 1);
  const values = Array.from({ length: count }, (_, i) =>
    2 * i < count ? start + i * step : end - (count - 1 - i) * step,
  );
  return tensor(values, { dtype });
}

/** Options of {@link eye}. */
export interface EyeOptions {
  /** Default as many as rows. */
  readonly columns?: number;
  /** Default float32. */
  readonly dtype?: DType;
}

/**
 * Ones on the main diagonal, zeros elsewhere: a concrete tensor [rows, columns].
 *
 * @throws {ShapeError} If a size is not a positive integer.
 */
export function eye(rows: number, options: EyeOptions = {}): Tensor {
  const { columns = rows, dtype = 'float32' } = options;
  if (![rows, columns].every((size) => Number.isSafeInteger(size) && size > 0)) {
    throw new ShapeError(`eye: ${rows} rows and ${columns} columns are not positive integers`);
  }
  const values = Array.from({ length: rows * columns }, (_, i) =>
    Number(Math.floor(i / columns) === i % columns),
  );
  return tensor(toTypedArray(values, dtype), { shape: [rows, columns], dtype });
}
