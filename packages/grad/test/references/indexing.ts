import type { Shape } from '../../src/shape.ts';
import {
  at,
  build,
  count,
  indicesOf,
  lineThrough,
  none,
  sum,
  type Reference,
  type Values,
} from './values.ts';

interface Along {
  readonly axis: number;
}

/** Operations that choose, place and order elements. */
export const indexing: Readonly<Record<string, Reference>> = {
  addAlongAxis: ([x = none, indices = none, values = none], { axis }: Along) =>
    build(x.shape, (index) => {
      const places = lineThrough(indices, index, axis);
      const added = lineThrough(values, index, axis);
      return at(x, index) + sum(added.filter((_, i) => places[i] === index[axis]));
    }),
  cumsum: (
    [x = none],
    { axis, isExclusive, isReversed }: Along & { isExclusive: boolean; isReversed: boolean },
  ) =>
    build(x.shape, (index) => {
      const own = index[axis] ?? 0;
      const isBefore = (i: number) => (isReversed ? i > own : i < own);
      return sum(
        lineThrough(x, index, axis).filter((_, i) => isBefore(i) || (i === own && !isExclusive)),
      );
    }),
  embedding: ([table = none, indices = none]) => gather(table, indices, 0),
  gather: ([table = none, indices = none], { axis }: Along) => gather(table, indices, axis),
  putAlongAxis: ([x = none, indices = none, values = none], { axis }: Along) =>
    build(x.shape, (index) => {
      const last = lineThrough(indices, index, axis).lastIndexOf(index[axis] ?? 0);
      return last < 0 ? at(x, index) : at(values, index.with(axis, last));
    }),
  scatterAdd: ([values = none, indices = none], { axis, rows }: Along & { rows: number }) => {
    const rank = indices.shape.length;
    const shape = [...values.shape.slice(0, axis), rows, ...values.shape.slice(axis + rank)];
    return build(shape, (index) =>
      sum(
        indicesOf(indices.shape)
          .filter((place) => at(indices, place) === index[axis])
          .map((place) => at(values, index.toSpliced(axis, 1, ...place))),
      ),
    );
  },
  slice: (
    [x = none],
    { axis, start, step, count: length }: Along & { start: number; step: number; count: number },
  ) =>
    build(x.shape.with(axis, length), (index) =>
      at(x, index.with(axis, start + step * (index[axis] ?? 0))),
    ),
  splitAxis: ([x = none], { axis, sizes }: Along & { sizes: Shape }) =>
    sizes.map((size, part) => {
      const start = sum(sizes.slice(0, part));
      return build(x.shape.with(axis, size), (index) =>
        at(x, index.with(axis, start + (index[axis] ?? 0))),
      );
    }),
  takeAlongAxis: ([x = none, indices = none], { axis }: Along) =>
    build(indices.shape, (index) => at(x, index.with(axis, at(indices, index)))),
  topK: ([x = none], { axis, k, isLargest }: Along & { k: number; isLargest: boolean }) => {
    const chosen = (index: readonly number[]) => {
      const line = lineThrough(x, index, axis);
      // Sorting is stable, so that of equal elements the one with the lower index stays in front.
      return count(line.length).toSorted((i, j) =>
        isLargest ? (line[j] ?? 0) - (line[i] ?? 0) : (line[i] ?? 0) - (line[j] ?? 0),
      );
    };
    const indices = build(x.shape.with(axis, k), (index) => chosen(index)[index[axis] ?? 0] ?? NaN);
    const values = build(indices.shape, (index) => at(x, index.with(axis, at(indices, index))));
    return [values, indices];
  },
};

function gather(table: Values, indices: Values, axis: number): Values {
  const rank = indices.shape.length;
  const shape = table.shape.toSpliced(axis, 1, ...indices.shape);
  return build(shape, (index) =>
    at(table, index.toSpliced(axis, rank, at(indices, index.slice(axis, axis + rank)))),
  );
}
