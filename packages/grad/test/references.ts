import type { DType } from '../src/dtype.ts';
import type { Shape } from '../src/shape.ts';

/** Numbers in row-major order. */
export interface Values {
  readonly shape: Shape;
  readonly data: readonly number[];
}

/** The parameters of all operations; each reads its own. */
export interface Params {
  readonly after: number;
  readonly axes: readonly number[];
  readonly axis: number;
  readonly before: number;
  readonly depth: number;
  readonly dtype: DType;
  readonly end: number;
  readonly exponent: number;
  readonly isReversed: boolean;
  readonly keepDims: boolean;
  readonly permutation: readonly number[];
  readonly rows: number;
  readonly shape: Shape;
  readonly start: number;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly value: number;
}

/** What an operation computes, by its definition and in float64. */
export type Reference = (inputs: readonly Values[], params: Params) => Values;

/** One reference for each operation, written from the definition and not from `src/ops`. */
export const references: Readonly<Record<string, Reference>> = {
  abs: unary(Math.abs),
  add: binary((a, b) => a + b),
  alias: unary((x) => x),
  argmax: ([x = none], { axis }) =>
    reduce(x, { axes: [axis], keepDims: false }, (line) => line.indexOf(Math.max(...line))),
  cast: ([x = none], { dtype }) => ({ shape: x.shape, data: x.data.map((v) => convert(v, dtype)) }),
  concat: (parts, { axis }) => {
    const lengths = parts.map((part) => part.shape[axis] ?? 0);
    const shape = (parts[0]?.shape ?? []).with(
      axis,
      lengths.reduce((sum, n) => sum + n, 0),
    );
    return build(shape, (index) => {
      let position = index[axis] ?? 0;
      let part = 0;
      while (position >= (lengths[part] ?? Infinity)) position -= lengths[part++] ?? 0;
      return at(parts[part] ?? none, index.with(axis, position));
    });
  },
  cos: unary(Math.cos),
  crossEntropy: ([logits = none, labels = none]) =>
    build(labels.shape, (index) => {
      const classes = logits.shape.at(-1) ?? 0;
      const row = count(classes).map((c) => at(logits, [...index, c]));
      return logSumExp(row) - (row[at(labels, index)] ?? NaN);
    }),
  cumsum: ([x = none], { axis, isReversed }) =>
    build(x.shape, (index) =>
      sum(
        lineThrough(x, index, axis).filter((_, i) =>
          isReversed ? i >= (index[axis] ?? 0) : i <= (index[axis] ?? 0),
        ),
      ),
    ),
  div: binary((a, b) => a / b),
  equal: binary((a, b) => Number(a === b)),
  erf: unary(erf),
  exp: unary(Math.exp),
  expand: ([x = none], { shape }) => build(shape, (index) => at(x, index)),
  gather: ([table = none, indices = none]) =>
    build([...indices.shape, ...table.shape.slice(1)], (index) => {
      const rank = indices.shape.length;
      return at(table, [at(indices, index.slice(0, rank)), ...index.slice(rank)]);
    }),
  gelu: unary((x) => (x * (1 + erf(x / Math.SQRT2))) / 2),
  greater: binary((a, b) => Number(a > b)),
  greaterEqual: binary((a, b) => Number(a >= b)),
  less: binary((a, b) => Number(a < b)),
  lessEqual: binary((a, b) => Number(a <= b)),
  linear: ([x = none, w = none, b = none]) =>
    build([x.shape[0] ?? 0, w.shape[1] ?? 0], ([row = 0, column = 0]) =>
      sum([
        at(b, [column]),
        ...count(w.shape[0] ?? 0).map((k) => at(x, [row, k]) * at(w, [k, column])),
      ]),
    ),
  log: unary(Math.log),
  logSoftmax: ([x = none], { axis }) =>
    build(x.shape, (index) => at(x, index) - logSumExp(lineThrough(x, index, axis))),
  logSumExp: ([x = none], params) => reduce(x, params, logSumExp),
  matmul: ([a = none, b = none], { transposeA, transposeB }) => {
    const left = transposeA ? swapLast(a) : a;
    const right = transposeB ? swapLast(b) : b;
    const batch = broadcast(left.shape.slice(0, -2), right.shape.slice(0, -2));
    const shape = [...batch, left.shape.at(-2) ?? 0, right.shape.at(-1) ?? 0];
    return build(shape, (index) => {
      const [row = 0, column = 0] = index.slice(-2);
      const outer = index.slice(0, -2);
      return sum(
        count(left.shape.at(-1) ?? 0).map(
          (k) => at(left, [...outer, row, k]) * at(right, [...outer, k, column]),
        ),
      );
    });
  },
  max: ([x = none], params) => reduce(x, params, (values) => Math.max(...values)),
  maximum: binary(Math.max),
  mean: ([x = none], params) => reduce(x, params, (values) => sum(values) / values.length),
  min: ([x = none], params) => reduce(x, params, (values) => Math.min(...values)),
  minimum: binary(Math.min),
  mul: binary((a, b) => a * b),
  neg: unary((x) => -x),
  oneHot: ([indices = none], { depth }) =>
    build([...indices.shape, depth], (index) =>
      Number(at(indices, index.slice(0, -1)) === index.at(-1)),
    ),
  pad: ([x = none], { axis, before, after, value }) =>
    build(x.shape.with(axis, (x.shape[axis] ?? 0) + before + after), (index) => {
      const position = (index[axis] ?? 0) - before;
      const isInside = position >= 0 && position < (x.shape[axis] ?? 0);
      return isInside ? at(x, index.with(axis, position)) : value;
    }),
  pow: ([x = none], { exponent }) => unary((v) => v ** exponent)([x]),
  relu: unary((x) => (x > 0 ? x : 0)),
  reshape: ([x = none], { shape }) => ({ shape, data: x.data }),
  scatterAdd: ([values = none, indices = none], { rows }) => {
    const rank = indices.shape.length;
    return build([rows, ...values.shape.slice(rank)], ([row, ...rest]) =>
      sum(
        indicesOf(indices.shape)
          .filter((index) => at(indices, index) === row)
          .map((index) => at(values, [...index, ...rest])),
      ),
    );
  },
  sigmoid: unary((x) => 1 / (1 + Math.exp(-x))),
  sign: unary(Math.sign),
  silu: unary((x) => x / (1 + Math.exp(-x))),
  sin: unary(Math.sin),
  slice: ([x = none], { axis, start, end }) =>
    build(x.shape.with(axis, end - start), (index) =>
      at(x, index.with(axis, (index[axis] ?? 0) + start)),
    ),
  softmax: ([x = none], { axis }) =>
    build(x.shape, (index) => Math.exp(at(x, index) - logSumExp(lineThrough(x, index, axis)))),
  softplus: unary((x) => logSumExp([0, x])),
  sqrt: unary(Math.sqrt),
  square: unary((x) => x ** 2),
  stopGradient: unary((x) => x),
  sub: binary((a, b) => a - b),
  sum: ([x = none], params) => reduce(x, params, sum),
  tanh: unary(Math.tanh),
  transpose: ([x = none], { permutation }) =>
    build(
      permutation.map((axis) => x.shape[axis] ?? 0),
      (index) =>
        at(
          x,
          x.shape.map((_, axis) => index[permutation.indexOf(axis)] ?? 0),
        ),
    ),
  where: ([condition = none, a = none, b = none]) =>
    build(broadcast(broadcast(condition.shape, a.shape), b.shape), (index) =>
      at(condition, index) !== 0 ? at(a, index) : at(b, index),
    ),
};

const none: Values = { shape: [], data: [] };

function unary(f: (x: number) => number): (inputs: readonly Values[]) => Values {
  return ([x = none]) => ({ shape: x.shape, data: x.data.map(f) });
}

function binary(f: (a: number, b: number) => number): Reference {
  return ([a = none, b = none]) =>
    build(broadcast(a.shape, b.shape), (index) => f(at(a, index), at(b, index)));
}

function reduce(
  x: Values,
  { axes, keepDims }: Pick<Params, 'axes' | 'keepDims'>,
  f: (values: readonly number[]) => number,
): Values {
  const kept = build(
    x.shape.map((size, i) => (axes.includes(i) ? 1 : size)),
    (group) =>
      f(
        indicesOf(x.shape)
          .filter((index) =>
            index.every((position, i) => axes.includes(i) || position === group[i]),
          )
          .map((index) => at(x, index)),
      ),
  );
  return keepDims ? kept : { ...kept, shape: x.shape.filter((_, i) => !axes.includes(i)) };
}

function build(shape: Shape, f: (index: readonly number[]) => number): Values {
  return { shape, data: indicesOf(shape).map(f) };
}

/** Every index of a shape in row-major order. */
function indicesOf(shape: Shape): readonly (readonly number[])[] {
  return shape.reduce<readonly (readonly number[])[]>(
    (indices, size) => indices.flatMap((index) => count(size).map((i) => [...index, i])),
    [[]],
  );
}

/** An element by the index into a shape that `x` broadcasts to. */
function at(x: Values, index: readonly number[]): number {
  const skipped = index.length - x.shape.length;
  let offset = 0;
  x.shape.forEach((size, i) => {
    offset = offset * size + (size === 1 ? 0 : (index[i + skipped] ?? NaN));
  });
  return x.data[offset] ?? NaN;
}

function lineThrough(x: Values, index: readonly number[], axis: number): readonly number[] {
  return count(x.shape[axis] ?? 0).map((i) => at(x, index.with(axis, i)));
}

function broadcast(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return count(rank).map((i) => Math.max(a[i - rank + a.length] ?? 1, b[i - rank + b.length] ?? 1));
}

function swapLast(x: Values): Values {
  const axes = count(x.shape.length - 2);
  const [rows = 0, columns = 0] = x.shape.slice(-2);
  return build([...axes.map((axis) => x.shape[axis] ?? 0), columns, rows], (index) =>
    at(x, [...index.slice(0, -2), ...index.slice(-2).toReversed()]),
  );
}

function convert(value: number, dtype: DType): number {
  if (dtype === 'bool') return Number(value !== 0);
  return dtype === 'int32' || dtype === 'int64' ? Math.trunc(value) : value;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function logSumExp(values: readonly number[]): number {
  const largest = Math.max(...values);
  return largest + Math.log(sum(values.map((value) => Math.exp(value - largest))));
}

/** Abramowitz and Stegun 7.1.6, whose terms all have the sign of x. */
function erf(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x);
  let term = x;
  let total = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(total); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    total += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * total;
}

function count(n: number): readonly number[] {
  return Array.from({ length: n }, (_, i) => i);
}
