import type { Shape } from '../../src/shape.ts';
import { at, build, count, indicesOf, none, sum, type Values } from './values.ts';

interface Params {
  readonly after: readonly number[];
  readonly before: readonly number[];
  readonly countIncludePad: boolean;
  readonly dilation: readonly number[];
  readonly epsilon: number;
  readonly groups: number;
  readonly kernel: Shape;
  readonly size: Shape;
  readonly stride: readonly number[];
}

/** Where tap `tap` of window `window` lies in the elements that the windows slide over. */
function place(
  { stride, dilation, before }: Params,
  window: readonly number[],
  tap: readonly number[],
): readonly number[] {
  return window.map(
    (n, i) => n * (stride[i] ?? 1) + (tap[i] ?? 0) * (dilation[i] ?? 1) - (before[i] ?? 0),
  );
}

function isInside(index: readonly number[], size: Shape): boolean {
  return index.every((position, i) => position >= 0 && position < (size[i] ?? 0));
}

function windowsIn(size: Shape, kernel: Shape, params: Params): Shape {
  const { stride, dilation, before, after } = params;
  return size.map((length, i) => {
    const total = length + (before[i] ?? 0) + (after[i] ?? 0);
    const starts = total - (dilation[i] ?? 1) * ((kernel[i] ?? 1) - 1);
    return count(starts).filter((start) => start % (stride[i] ?? 1) === 0).length;
  });
}

/** Offsets of an element of x, the weight that it meets and the window that they add to. */
type Product = readonly [x: number, w: number, y: number];

const known = new WeakMap<Params, readonly Product[]>();

/**
 * Every product that a convolution adds up, by its definition. Central differences ask for the same ones
 * thousands of times, so each call's are kept.
 */
function products(shapes: { x: Shape; w: Shape }, params: Params): readonly Product[] {
  const kept = known.get(params) ?? [...productsOf(shapes, params)];
  known.set(params, kept);
  return kept;
}

function* productsOf({ x, w }: { x: Shape; w: Shape }, params: Params): Generator<Product> {
  const [batch = 0, inputs = 0, ...size] = x;
  const [out = 0, inPerGroup = 1, ...kernel] = w;
  const windows = windowsIn(size, kernel, params);
  for (const [n = 0, o = 0, c = 0] of indicesOf([batch, out, inputs])) {
    if (Math.floor(c / inPerGroup) !== Math.floor(o / (out / params.groups))) continue;
    for (const window of indicesOf(windows)) {
      for (const tap of indicesOf(kernel)) {
        const from = place(params, window, tap);
        if (!isInside(from, size)) continue;
        yield [
          offsetOf([n, c, ...from], x),
          offsetOf([o, c % inPerGroup, ...tap], w),
          offsetOf([n, o, ...window], [batch, out, ...windows]),
        ];
      }
    }
  }
}

function offsetOf(index: readonly number[], shape: Shape): number {
  return index.reduce((offset, i, axis) => offset * (shape[axis] ?? 1) + i, 0);
}

function accumulate(
  shape: Shape,
  terms: readonly Product[],
  term: (product: Product) => readonly [offset: number, value: number],
): Values {
  const data = build(shape, () => 0).data.slice();
  for (const product of terms) {
    const [offset, value] = term(product);
    data[offset] = (data[offset] ?? NaN) + value;
  }
  return { shape, data };
}

function withBias(y: Values, bias: Values | undefined): Values {
  return bias ? build(y.shape, (index) => at(y, index) + at(bias, [index[1] ?? 0])) : y;
}

/** The elements of x in each window of the spatial axes, padding left out. */
function pooled(
  x: Values,
  params: Params,
  f: (indices: readonly (readonly number[])[]) => number,
): Values {
  const [batch = 0, channels = 0, ...size] = x.shape;
  const shape = [batch, channels, ...windowsIn(size, params.kernel, params)];
  return build(shape, ([n = 0, c = 0, ...window]) =>
    f(
      indicesOf(params.kernel)
        .map((tap) => place(params, window, tap))
        .filter((from) => isInside(from, size))
        .map((from) => [n, c, ...from]),
    ),
  );
}

function largest(x: Values, indices: readonly (readonly number[])[]): readonly number[] {
  return indices.reduce((best, index) => (at(x, index) > at(x, best) ? index : best));
}

function element(x: Values, offset: number): number {
  return x.data[offset] ?? NaN;
}

/** Convolution, pooling, and normalisation of channels. */
export const conv: Readonly<
  Record<string, (inputs: readonly Values[], params: Params) => Values | readonly Values[]>
> = {
  argMaxPool: ([x = none], params) =>
    pooled(x, params, (indices) => offsetOf(largest(x, indices), x.shape)),
  avgPool: ([x = none], params) =>
    pooled(x, params, (indices) => {
      const whole = params.kernel.reduce((product, n) => product * n, 1);
      return (
        sum(indices.map((index) => at(x, index))) /
        (params.countIncludePad ? whole : indices.length)
      );
    }),
  conv: ([x = none, w = none, bias], params) => {
    const [out = 0, , ...kernel] = w.shape;
    const shape = [x.shape[0] ?? 0, out, ...windowsIn(x.shape.slice(2), kernel, params)];
    const terms = products({ x: x.shape, w: w.shape }, params);
    const y = accumulate(shape, terms, ([i, j, k]) => [k, element(x, i) * element(w, j)]);
    return withBias(y, bias);
  },
  convTranspose: ([y = none, w = none, bias], params) => {
    const inputs = (w.shape[1] ?? 0) * params.groups;
    const shape = [y.shape[0] ?? 0, inputs, ...params.size];
    const terms = products({ x: shape, w: w.shape }, params);
    const x = accumulate(shape, terms, ([i, j, k]) => [i, element(y, k) * element(w, j)]);
    return withBias(x, bias);
  },
  convWeight: ([x = none, y = none], params) => {
    const inPerGroup = (x.shape[1] ?? 0) / params.groups;
    const shape = [y.shape[1] ?? 0, inPerGroup, ...params.kernel];
    const terms = products({ x: x.shape, w: shape }, params);
    return accumulate(shape, terms, ([i, j, k]) => [j, element(x, i) * element(y, k)]);
  },
  groupNorm: ([x = none, scale = none, shift = none], { groups, epsilon }) => {
    const [batch = 1, channels = 1] = x.shape;
    const inGroup = (n: number, group: number) =>
      indicesOf(x.shape).filter(
        (index) => index[0] === n && Math.floor(((index[1] ?? 0) * groups) / channels) === group,
      );
    const moments = indicesOf([batch, groups]).map(([n = 0, group = 0]) => {
      const values = inGroup(n, group).map((index) => at(x, index));
      const mean = sum(values) / values.length;
      const variance = sum(values.map((value) => (value - mean) ** 2)) / values.length;
      return { mean, inverse: 1 / Math.sqrt(variance + epsilon) };
    });
    const momentsAt = ([n = 0, c = 0]: readonly number[]) =>
      moments[n * groups + Math.floor((c * groups) / channels)] ?? { mean: NaN, inverse: NaN };
    const normal = build(x.shape, (index) => {
      const { mean, inverse } = momentsAt(index);
      return (at(x, index) - mean) * inverse;
    });
    const y = build(
      x.shape,
      (index) => at(normal, index) * at(scale, [index[1] ?? 0]) + at(shift, [index[1] ?? 0]),
    );
    return [y, normal, { shape: [batch, groups, 1], data: moments.map(({ inverse }) => inverse) }];
  },
  maxPool: ([x = none], params) => pooled(x, params, (indices) => at(x, largest(x, indices))),
};
