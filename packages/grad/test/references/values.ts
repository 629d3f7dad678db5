import type { Shape } from '../../src/shape.ts';

/** Numbers in row-major order. */
export interface Values {
  readonly shape: Shape;
  readonly data: readonly number[];
}

/** What an operation computes, by its definition and in float64: its output, or each of its outputs. */
export type Reference = (
  inputs: readonly Values[],
  // Each reads the parameters of its own operation.
  params: never,
) => Values | readonly Values[];

/** Stands for an input that is always there. */
export const none: Values = { shape: [], data: [] };

/** A function of each element by itself. */
export function unary(f: (x: number) => number): (inputs: readonly Values[]) => Values {
  return ([x = none]) => ({ shape: x.shape, data: x.data.map(f) });
}

/** A function of pairs of elements, broadcast. */
export function binary(f: (a: number, b: number) => number): (inputs: readonly Values[]) => Values {
  return ([a = none, b = none]) =>
    build(broadcast(a.shape, b.shape), (index) => f(at(a, index), at(b, index)));
}

/** The elements along some axes as one. */
export function reduce(
  x: Values,
  { axes, keepDims }: { readonly axes: readonly number[]; readonly keepDims: boolean },
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

/** A tensor by a formula for the element at an index. */
export function build(shape: Shape, f: (index: readonly number[]) => number): Values {
  return { shape, data: indicesOf(shape).map(f) };
}

/** Every index of a shape in row-major order. */
export function indicesOf(shape: Shape): readonly (readonly number[])[] {
  return shape.reduce<readonly (readonly number[])[]>(
    (indices, size) => indices.flatMap((index) => count(size).map((i) => [...index, i])),
    [[]],
  );
}

/** An element by the index into a shape that `x` broadcasts to. */
export function at(x: Values, index: readonly number[]): number {
  const skipped = index.length - x.shape.length;
  let offset = 0;
  x.shape.forEach((size, i) => {
    offset = offset * size + (size === 1 ? 0 : (index[i + skipped] ?? NaN));
  });
  return x.data[offset] ?? NaN;
}

/** The elements along `axis` through the one at `index`. */
export function lineThrough(x: Values, index: readonly number[], axis: number): readonly number[] {
  return count(x.shape[axis] ?? 0).map((i) => at(x, index.with(axis, i)));
}

/** The shape of two broadcast together, which must fit. */
export function broadcast(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return count(rank).map((i) => Math.max(a[i - rank + a.length] ?? 1, b[i - rank + b.length] ?? 1));
}

/** Total, 0 of nothing. */
export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** log(sum(exp(values))) without overflow. */
export function logSumExp(values: readonly number[]): number {
  const largest = Math.max(...values);
  return largest + Math.log(sum(values.map((value) => Math.exp(value - largest))));
}

/** 0 to n - 1. */
export function count(n: number): readonly number[] {
  return Array.from({ length: n }, (_, i) => i);
}

/** The error function by Abramowitz and Stegun 7.1.6, whose terms all have the sign of x. */
export function erf(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x);
  let term = x;
  let total = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(total); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    total += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * total;
}
