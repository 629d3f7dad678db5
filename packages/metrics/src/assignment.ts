import { ShapeError } from '@working-papers/grad';
import type { Matrix } from './linearAlgebra.ts';

/**
 * Assigns each row a column of its own so that the sum of the costs is least. Which of several equally
 * cheap assignments is found is fixed but not specified.
 *
 * Row by row, a shortest augmenting path with dual prices: the Hungarian method in the form of
 * Jonker and Volgenant 1987, "A shortest augmenting path algorithm for dense and sparse linear
 * assignment problems". Costs rows² · cols.
 *
 * @param cost - Matrix [rows, cols], rows ≤ cols. Negate a gain to maximise it.
 * @returns The column of each row, [rows].
 * @throws {ShapeError} If there are more rows than columns.
 */
export function minimumCostAssignment(cost: Matrix): Int32Array {
  const { rows, cols } = cost;
  if (rows > cols) {
    throw new ShapeError(
      `minimumCostAssignment: [${rows}, ${cols}] has fewer columns than rows; transpose it`,
    );
  }
  const state: State = {
    rowPrices: new Float64Array(rows),
    columnPrices: new Float64Array(cols),
    columnOf: new Int32Array(rows).fill(-1),
    rowOf: new Int32Array(cols).fill(-1),
  };
  for (let row = 0; row < rows; row++) augment(cost, row, state);
  return state.columnOf;
}

/** Pairs so far, -1 where there is none; cost - rowPrice - columnPrice is 0 on them, nowhere negative. */
interface State {
  readonly rowPrices: Float64Array;
  readonly columnPrices: Float64Array;
  readonly columnOf: Int32Array;
  readonly rowOf: Int32Array;
}

/** Gives `start` a column along the shortest path of reassignments, and keeps the prices valid. */
function augment({ cols, data }: Matrix, start: number, state: State): void {
  const { rowPrices, columnPrices, columnOf, rowOf } = state;
  const distances = new Float64Array(cols).fill(Infinity);
  const rowBefore = new Int32Array(cols);
  const reached: number[] = [];
  const isReached = new Uint8Array(cols);
  let row = start;
  let length = 0;
  let end = -1;
  while (row >= 0) {
    end = -1;
    for (let j = 0; j < cols; j++) {
      if (isReached[j]) continue;
      const through = length + data[row * cols + j]! - rowPrices[row]! - columnPrices[j]!;
      if (through < distances[j]!) {
        distances[j] = through;
        rowBefore[j] = row;
      }
      if (end < 0 || distances[j]! < distances[end]!) end = j;
    }
    reached.push(end);
    isReached[end] = 1;
    length = distances[end]!;
    row = rowOf[end]!; // -1 for a free column, where the path ends
  }

  rowPrices[start]! += length;
  for (const j of reached) {
    const slack = length - distances[j]!;
    columnPrices[j]! -= slack;
    if (j !== end) rowPrices[rowOf[j]!]! += slack;
  }
  for (let column = end, isDone = false; !isDone;) {
    const before = rowBefore[column]!;
    const left = columnOf[before]!;
    rowOf[column] = before;
    columnOf[before] = column;
    isDone = before === start;
    column = left;
  }
}
