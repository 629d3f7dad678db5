import { ShapeError } from '../errors.ts';
import { arange } from '../sequences.ts';
import { formatShape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { lessEqual } from './lessEqual.ts';
import { where } from './where.ts';

/**
 * The lower triangle as a mask: whether column <= row + offset. With offset 0 it is the causal mask.
 *
 * @param offset - How far above the main diagonal the triangle reaches; negative stays below. Default 0.
 * @returns bool, [rows, columns].
 * @throws {ShapeError} If a size is not a positive integer or `offset` not an integer.
 */
export function triangleMask(rows: number, columns: number, offset = 0): Tensor {
  if (!Number.isSafeInteger(offset)) {
    throw new ShapeError(`triangleMask: offset = ${offset} is not an integer`);
  }
  const last = arange(rows + offset, { start: offset }).reshape([rows, 1]);
  return lessEqual(arange(columns), last);
}

/**
 * The lower triangle of each matrix, zeros above it.
 *
 * @param x - [..., rows, columns].
 * @param offset - As for {@link triangleMask}. Default 0.
 * @throws {ShapeError} If `x` has fewer than two axes or `offset` is not an integer.
 */
export function tril(x: Tensor, offset = 0): Tensor {
  const [rows, columns] = matrixSize('tril', x);
  return where(triangleMask(rows, columns, offset), x, 0);
}

/**
 * The upper triangle of each matrix, zeros below it.
 *
 * @param x - [..., rows, columns].
 * @param offset - How far above the main diagonal the triangle begins; negative begins below. Default 0.
 * @throws {ShapeError} If `x` has fewer than two axes or `offset` is not an integer.
 */
export function triu(x: Tensor, offset = 0): Tensor {
  const [rows, columns] = matrixSize('triu', x);
  return where(triangleMask(rows, columns, offset - 1), 0, x);
}

function matrixSize(operation: string, x: Tensor): readonly [number, number] {
  const [rows, columns] = x.shape.slice(-2);
  if (rows === undefined || columns === undefined) {
    throw new ShapeError(
      `${operation}: ${formatShape(x.shape)} is not a matrix; expected two axes or more`,
    );
  }
  return [rows, columns];
}
