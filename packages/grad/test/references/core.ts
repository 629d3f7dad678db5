import type { DType } from '../../src/dtype.ts';
import type { Shape } from '../../src/shape.ts';
import {
  at,
  binary,
  broadcast,
  build,
  count,
  erf,
  lineThrough,
  logSumExp,
  none,
  reduce,
  sum,
  unary,
  type Values,
} from './values.ts';

/** The parameters of the operations here; each reads its own. */
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
  readonly scale: number;
  readonly shape: Shape;
  readonly start: number;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly value: number;
}

/** Elements, reductions, products and the first shape operations. */
export const core: Readonly<Record<string, (inputs: readonly Values[], params: Params) => Values>> =
  {
    abs: unary(Math.abs),
    add: binary((a, b) => a + b),
    alias: unary((x) => x),
    argmax: ([x = none], { axis }) =>
      reduce(x, { axes: [axis], keepDims: false }, (line) => line.indexOf(Math.max(...line))),
    cast: ([x = none], { dtype }) => ({
      shape: x.shape,
      data: x.data.map((v) => convert(v, dtype)),
    }),
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
    div: binary((a, b) => a / b),
    equal: binary((a, b) => Number(a === b)),
    erf: unary(erf),
    exp: unary(Math.exp),
    expand: ([x = none], { shape }) => build(shape, (index) => at(x, index)),
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
    matmul: ([a = none, b = none], { transposeA, transposeB, scale }) => {
      const left = transposeA ? swapLast(a) : a;
      const right = transposeB ? swapLast(b) : b;
      const batch = broadcast(left.shape.slice(0, -2), right.shape.slice(0, -2));
      const shape = [...batch, left.shape.at(-2) ?? 0, right.shape.at(-1) ?? 0];
      return build(shape, (index) => {
        const [row = 0, column = 0] = index.slice(-2);
        const outer = index.slice(0, -2);
        const terms = count(left.shape.at(-1) ?? 0).map(
          (k) => at(left, [...outer, row, k]) * at(right, [...outer, k, column]),
        );
        return scale * sum(terms);
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
    sigmoid: unary((x) => 1 / (1 + Math.exp(-x))),
    sign: unary(Math.sign),
    silu: unary((x) => x / (1 + Math.exp(-x))),
    sin: unary(Math.sin),
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
