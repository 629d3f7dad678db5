import type { DType } from '../dtype.ts';
import type { GraphBuilder } from '../onnx/graphBuilder.ts';
import { sizeOf, type Shape } from '../shape.ts';
import { axisOf, spanOf, windowAttributes, windowCounts, type Windows } from './window.ts';

/** Windows of a convolution. */
export interface ConvParams extends Windows {
  /** Input and output channels fall into this many groups that do not see each other. */
  readonly groups: number;
}

/** A value of the graph that is being built. */
export interface Value {
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: DType;
}

/**
 * Emits y = x * w with x [batch, in, ...size] and w [out, in / groups, ...kernel], and adds `bias`
 * [out] if there is one. Where there is no kernel, products of matrices do it, which take any
 * floating-point type and number of axes.
 */
export function lowerConv(
  graph: GraphBuilder,
  { x, w, bias }: { readonly x: Value; readonly w: Value; readonly bias?: Value | undefined },
  params: ConvParams,
): string {
  const kernel = w.shape.slice(2);
  if (isNative(graph, x)) {
    const inputs = [x.name, w.name, ...(bias ? [bias.name] : [])];
    const attributes = { ...windowAttributes(kernel, params), group: params.groups };
    return graph.node('Conv', inputs, attributes);
  }
  const { groups } = params;
  const [out = 1, inPerGroup = 1] = w.shape;
  const taps = inPerGroup * sizeOf(kernel);
  const columns = lowerColumns(graph, x, { kernel, params });
  const rows = reshaped(graph, w, [groups, out / groups, taps]);
  const size = windowCounts('conv', { size: x.shape.slice(2), kernel }, params);
  const shape = [x.shape[0] ?? 1, out, ...size];
  const product = graph.node('MatMul', [rows.name, columns.name]);
  const y = graph.node('Reshape', [product, graph.int64s(shape)]);
  return bias ? lowerBias(graph, { ...x, name: y, shape }, bias) : y;
}

/**
 * Emits the transpose of a convolution: the gradient by x of sum(y * dy), with x of spatial `size`.
 * With a stride of 1 it is a convolution of dy with the kernel turned round; otherwise ConvTranspose,
 * or, in three dimensions, where WebGPU lacks it, that convolution of dy with zeros between.
 */
export function lowerConvTranspose(
  graph: GraphBuilder,
  { x: dy, w, bias }: { readonly x: Value; readonly w: Value; readonly bias?: Value | undefined },
  { size, ...params }: ConvParams & { readonly size: Shape },
): string {
  const kernel = w.shape.slice(2);
  const counts = dy.shape.slice(2);
  const hasStride = params.stride.some((step) => step > 1);
  const rest = size.map((length, i) => {
    const { stride, before, after } = axisOf(params, i);
    return length - (((counts[i] ?? 1) - 1) * stride + spanOf(kernel, params, i) - before - after);
  });
  if (isNative(graph, dy) && graph.supports('ConvTranspose') && hasStride && kernel.length < 3) {
    return graph.node('ConvTranspose', [dy.name, w.name, ...(bias ? [bias.name] : [])], {
      ...windowAttributes(kernel, params),
      group: params.groups,
      output_padding: rest,
    });
  }
  const spread = hasStride ? lowerSpread(graph, dy, params.stride) : dy;
  const before = kernel.map((_, i) => spanOf(kernel, params, i) - 1 - (params.before[i] ?? 0));
  const after = size.map(
    (length, i) => length - (spread.shape[i + 2] ?? 1) + (params.before[i] ?? 0),
  );
  const turned = lowerTurned(graph, w, params.groups);
  const nothing = kernel.map(() => 0);
  const plain = { ...params, stride: kernel.map(() => 1) };
  if ([...before, ...after].every((count) => count >= 0)) {
    return lowerConv(graph, { x: spread, w: turned, bias }, { ...plain, before, after });
  }
  const fitted = lowerPad(graph, spread, { before, after });
  const exact = { ...plain, before: nothing, after: nothing };
  return lowerConv(graph, { x: fitted, w: turned, bias }, exact);
}

/**
 * Emits the gradient by w of sum(y * dy), [out, in / groups, ...kernel]: the windows of x as columns,
 * times dy.
 */
export function lowerConvWeight(
  graph: GraphBuilder,
  { x, dy }: { readonly x: Value; readonly dy: Value },
  { kernel, ...params }: ConvParams & { readonly kernel: Shape },
): string {
  const { groups } = params;
  const [batch = 1, inputs = 1] = x.shape;
  const out = dy.shape[1] ?? 1;
  const positions = sizeOf(dy.shape.slice(2));
  const merge = (value: Value) => lowerMerged(graph, value, { batch, positions });
  const columns = merge(lowerColumns(graph, x, { kernel, params }));
  const rows = merge(reshaped(graph, dy, [batch, groups, out / groups, positions]));
  const products = lowerTimesTransposed(graph, rows, columns);
  const total = graph.node('ReduceSum', [products, graph.int64s([0])], { keepdims: 0 });
  return graph.node('Reshape', [total, graph.int64s([out, inputs / groups, ...kernel])]);
}

/**
 * [batch, groups, rows, positions] with several examples side by side where each has few positions: a
 * product over 16 of them at a time takes 1.3 times as long as one over 256.
 */
function lowerMerged(
  graph: GraphBuilder,
  x: Value,
  { batch, positions }: { readonly batch: number; readonly positions: number },
): Value {
  if (positions > 32) return x;
  const fits = (count: number) => batch % count === 0 && count * positions <= 256;
  const merged = Array.from({ length: batch }, (_, i) => batch - i).find(fits) ?? 1;
  if (merged === 1) return x;
  const [, groups = 1, rows = 1] = x.shape;
  const apart = reshaped(graph, x, [batch / merged, merged, groups, rows, positions]);
  const name = graph.node('Transpose', [apart.name], { perm: [0, 2, 3, 1, 4] });
  return reshaped(graph, { ...x, name }, [batch / merged, groups, rows, merged * positions]);
}

/** ONNX Runtime's kernels of convolutions are of float32. */
function isNative(graph: GraphBuilder, { dtype }: Value): boolean {
  return dtype === 'float32' && graph.supports('Conv');
}

/** The windows of x as columns: [batch, groups, in / groups * taps, positions]. */
function lowerColumns(
  graph: GraphBuilder,
  x: Value,
  { kernel, params }: { readonly kernel: Shape; readonly params: ConvParams },
): Value {
  const [batch = 1, channels = 1] = x.shape;
  const counts = windowCounts('conv', { size: x.shape.slice(2), kernel }, params);
  const taps = sizeOf(kernel);
  const shape = [batch, params.groups, (channels / params.groups) * taps, sizeOf(counts)];
  if (taps === 1 && sizeOf(counts) === sizeOf(x.shape.slice(2))) return reshaped(graph, x, shape);
  const named = (name: string): Value =>
    reshaped(graph, { ...x, name, shape: [batch, channels * taps, ...counts] }, shape);
  if (isNative(graph, x) && graph.supports('Conv.Multiplier')) {
    // A depth-wise convolution whose kernels each pick one tap: faster than slices of x.
    const picks = graph.initializer(
      identities(channels, taps),
      [channels * taps, 1, ...kernel],
      'float32',
    );
    const attributes = { ...windowAttributes(kernel, params), group: channels };
    return named(graph.node('Conv', [x.name, picks], attributes));
  }
  const padded = lowerPad(graph, x, params);
  const axes = kernel.map((_, i) => i + 2);
  const slices = tapsOf(kernel).map((tap) => {
    const starts = tap.map((at, i) => at * (params.dilation[i] ?? 1));
    const ends = starts.map(
      (start, i) => start + ((counts[i] ?? 1) - 1) * (params.stride[i] ?? 1) + 1,
    );
    const bounds = [starts, ends, axes, params.stride].map((list) => graph.int64s(list));
    const slice = graph.node('Slice', [padded.name, ...bounds]);
    return graph.node('Reshape', [slice, graph.int64s([batch, channels, 1, sizeOf(counts)])]);
  });
  return named(slices.length === 1 ? (slices[0] ?? '') : graph.node('Concat', slices, { axis: 2 }));
}

/** Every index into a kernel, row-major. */
export function tapsOf(kernel: Shape): readonly (readonly number[])[] {
  return kernel.reduce<readonly (readonly number[])[]>(
    (taps, size) => taps.flatMap((tap) => Array.from({ length: size }, (_, i) => [...tap, i])),
    [[]],
  );
}

/** For each channel the identity of `taps` rows. */
function identities(channels: number, taps: number): Float32Array {
  const data = new Float32Array(channels * taps * taps);
  for (let i = 0; i < channels * taps; i++) data[i * taps + (i % taps)] = 1;
  return data;
}

/** The product of each matrix of `a` with the transpose of that of `b`. */
function lowerTimesTransposed(graph: GraphBuilder, a: Value, b: Value): string {
  if (a.dtype === 'float32' && graph.supports('com.microsoft.FusedMatMul')) {
    return graph.node('com.microsoft.FusedMatMul', [a.name, b.name], { transA: 0, transB: 1 });
  }
  const transposed = graph.node('Transpose', [b.name], { perm: [0, 1, 3, 2] });
  return graph.node('MatMul', [a.name, transposed]);
}

/** The kernel with its channels swapped within each group and its spatial axes reversed. */
function lowerTurned(graph: GraphBuilder, w: Value, groups: number): Value {
  const [out = 1, inPerGroup = 1, ...kernel] = w.shape;
  const split = reshaped(graph, w, [groups, out / groups, inPerGroup, ...kernel]);
  const perm = [0, 2, 1, ...kernel.map((_, i) => i + 3)];
  const swapped = graph.node('Transpose', [split.name], { perm });
  const shape = [groups * inPerGroup, out / groups, ...kernel];
  const joined = graph.node('Reshape', [swapped, graph.int64s(shape)]);
  const axes = kernel.flatMap((size, i) => (size > 1 ? [i + 2] : []));
  if (axes.length === 0) return { ...w, name: joined, shape };
  const everywhere = (index: number) => graph.int64s(axes.map(() => index));
  const farther = -Math.max(...kernel) - 1;
  const bounds = [everywhere(-1), everywhere(farther), graph.int64s(axes), everywhere(-1)];
  return { ...w, name: graph.node('Slice', [joined, ...bounds]), shape };
}

/** stride - 1 zeros behind each element of the spatial axes. */
function lowerSpread(graph: GraphBuilder, x: Value, stride: readonly number[]): Value {
  const [batch = 1, channels = 1, ...counts] = x.shape;
  const apart = [batch, channels, ...counts.flatMap((count) => [count, 1])];
  const after = [0, 0, ...stride.flatMap((step) => [0, step - 1])];
  const padded = graph.node('Pad', [
    graph.node('Reshape', [x.name, graph.int64s(apart)]),
    graph.int64s([...after.map(() => 0), ...after]),
    graph.scalar(0, x.dtype),
  ]);
  const shape = [batch, channels, ...counts.map((count, i) => count * (stride[i] ?? 1))];
  return { ...x, name: graph.node('Reshape', [padded, graph.int64s(shape)]), shape };
}

/** Adds zeros around the spatial axes; where a number is negative, cuts off instead. */
function lowerPad(graph: GraphBuilder, x: Value, sides: Pick<Windows, 'before' | 'after'>): Value {
  const size = x.shape.slice(2);
  const start = sides.before.map((count) => Math.max(0, -count));
  const end = size.map((length, i) => length + Math.min(0, sides.after[i] ?? 0));
  const isCut = end.some((length, i) => length < (size[i] ?? 0)) || start.some((at) => at > 0);
  const axes = graph.int64s(size.map((_, i) => i + 2));
  const cut = isCut
    ? graph.node('Slice', [x.name, graph.int64s(start), graph.int64s(end), axes])
    : x.name;
  const before = sides.before.map((count) => Math.max(0, count));
  const after = sides.after.map((count) => Math.max(0, count));
  const shape = [
    ...x.shape.slice(0, 2),
    ...end.map((length, i) => length - (start[i] ?? 0) + (before[i] ?? 0) + (after[i] ?? 0)),
  ];
  if ([...before, ...after].every((count) => count === 0)) return { ...x, name: cut, shape };
  const counts = graph.int64s([0, 0, ...before, 0, 0, ...after]);
  const name = graph.node('Pad', [cut, counts, graph.scalar(0, x.dtype)]);
  return { ...x, name, shape };
}

function lowerBias(graph: GraphBuilder, y: Value, bias: Value): string {
  const column = reshaped(graph, bias, [bias.shape[0] ?? 1, ...y.shape.slice(2).map(() => 1)]);
  return graph.node('Add', [y.name, column.name]);
}

function reshaped(graph: GraphBuilder, x: Value, shape: Shape): Value {
  return { ...x, name: graph.node('Reshape', [x.name, graph.int64s(shape)]), shape };
}
