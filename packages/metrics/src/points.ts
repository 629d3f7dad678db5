import { DataError, ShapeError } from '@working-papers/grad';

/** Points in R^dim, one after the other: coordinate c of point i is `data[i * dim + c]`. */
export interface Points {
  readonly count: number;
  readonly dim: number;
  readonly data: Float32Array;
}

/**
 * Reads an array as points [count, dim], without copying it.
 *
 * @param data - Coordinates, point by point; may be empty.
 * @param dim - Coordinates of each point, 1 or more.
 * @throws {ShapeError} If `dim` is not a positive integer or the length is not a multiple of it.
 * @throws {DataError} If a coordinate is not finite.
 */
export function points(data: Float32Array, dim: number): Points {
  if (!Number.isInteger(dim) || dim < 1) {
    throw new ShapeError(`points: dim = ${dim} is not a positive integer`);
  }
  if (data.length % dim !== 0) {
    throw new ShapeError(`points: ${data.length} values are not a multiple of dim = ${dim}`);
  }
  const at = data.findIndex((value) => !Number.isFinite(value));
  if (at >= 0) {
    throw new DataError(
      `points: coordinate ${at % dim} of point ${Math.floor(at / dim)} is ${data[at]}; expected a finite number`,
    );
  }
  return { count: data.length / dim, dim, data };
}
