import { ShapeError } from '../errors.ts';
import { defineOp, type LowerContext, type Op } from '../op.ts';
import { formatShape, sameShape, type Shape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import {
  lowerConv,
  lowerConvTranspose,
  lowerConvWeight,
  type ConvParams,
  type Value,
} from './convLowering.ts';
import { only } from './elementwise.ts';
import { windowCounts } from './window.ts';

// A convolution y = x * w with a cotangent dy gives a number T(x, w, dy) that is linear in each of the
// three. conv, convTranspose and convWeight are its derivatives by dy, x and w, so that the gradients of
// each of them are the other two.

/**
 * y = x * w + bias, of [batch, in, ...size], [out, in / groups, ...kernel] and, if there is a third
 * input, [out].
 */
export const convOp: Op<ConvParams> = defineOp<ConvParams>({
  name: 'conv',
  shape: ([x = [], w = [], bias], params) => {
    const [batch = 0, inputs = 0, ...size] = x;
    const [out = 0, inPerGroup = 0, ...kernel] = w;
    const isFitting =
      size.length === kernel.length &&
      inputs === inPerGroup * params.groups &&
      out % params.groups === 0 &&
      (bias === undefined || sameShape(bias, [out]));
    if (!isFitting) {
      throw new ShapeError(
        `conv: x ${formatShape(x)}, weight ${formatShape(w)}${biasText(bias)} do not fit with groups = ${params.groups}; expected [batch, in, ...], [out, in / groups, ...] and [out]`,
      );
    }
    return [batch, out, ...windowCounts('conv', { size, kernel }, params)];
  },
  lower: (graph, names, params, context) => {
    const [x, w, bias] = valuesOf(names, context);
    return lowerConv(graph, { x: only(x, 'conv'), w: only(w, 'conv'), bias }, params);
  },
  vjp: ({ inputs: [x, w, bias], dy }, params) => [
    convTransposeOp([dy, only(w, 'conv')], { ...params, size: only(x, 'conv').shape.slice(2) }),
    convWeightOp([only(x, 'conv'), dy], { ...params, kernel: only(w, 'conv').shape.slice(2) }),
    ...(bias ? [perChannel(dy)] : []),
  ],
  samples: [
    { shapes: [[2, 2, 4, 5], [3, 2, 3, 2], [3]], params: windows(2, { before: [1, 0] }) },
    {
      shapes: [
        [1, 2, 5, 6],
        [2, 2, 3, 3],
      ],
      params: windows(2, { stride: [2, 2], before: [1, 1], after: [1, 0] }),
    },
    {
      shapes: [
        [2, 4, 5, 3],
        [4, 2, 2, 2],
      ],
      params: windows(2, { groups: 2, dilation: [2, 1], after: [1, 1] }),
    },
    {
      shapes: [[1, 3, 4, 4], [6, 1, 3, 3], [6]],
      params: windows(2, { groups: 3, before: [1, 1], after: [1, 1] }),
    },
    {
      shapes: [
        [2, 3, 2, 2],
        [2, 3, 1, 1],
      ],
      params: windows(2),
    },
    {
      shapes: [
        [2, 2, 3, 3],
        [2, 2, 1, 1],
      ],
      params: windows(2, { before: [1, 1], stride: [2, 1] }),
    },
    { shapes: [[2, 2, 7], [3, 2, 3], [3]], params: windows(1, { stride: [3], before: [2] }) },
    { shapes: [[1, 2, 3, 3, 2], [2, 2, 2, 2, 1], [2]], params: windows(3, { before: [1, 0, 0] }) },
    {
      shapes: [
        [1, 1, 4, 3, 3],
        [2, 1, 2, 3, 2],
      ],
      params: windows(3, { stride: [2, 1, 2], after: [1, 0, 0] }),
    },
  ],
});

/** Parameters of {@link convTransposeOp}: those of the convolution, and the size of what it read. */
export interface ConvTransposeParams extends ConvParams {
  readonly size: Shape;
}

/**
 * The gradient of sum((x * w) dy) by x, which is a transposed convolution of dy [batch, out, ...] with
 * w [out, in / groups, ...kernel], to [batch, in, ...size]; plus a bias [in] if there is one.
 */
export const convTransposeOp: Op<ConvTransposeParams> = defineOp<ConvTransposeParams>({
  name: 'convTranspose',
  shape: ([dy = [], w = [], bias], { size, ...params }) => {
    const [out = 0, inPerGroup = 0, ...kernel] = w;
    const inputs = inPerGroup * params.groups;
    const counts = windowCounts('convTranspose', { size, kernel }, params);
    const isFitting =
      dy[1] === out &&
      out % params.groups === 0 &&
      sameShape(dy.slice(2), counts) &&
      (bias === undefined || sameShape(bias, [inputs]));
    if (!isFitting) {
      throw new ShapeError(
        `convTranspose: x ${formatShape(dy)}, weight ${formatShape(w)}${biasText(bias)} do not fit with groups = ${params.groups}; expected [batch, in, ...], [in, out / groups, ...] and [out]`,
      );
    }
    return [dy[0] ?? 0, inputs, ...size];
  },
  lower: (graph, names, params, context) => {
    const [x, w, bias] = valuesOf(names, context);
    const inputs = { x: only(x, 'convTranspose'), w: only(w, 'convTranspose'), bias };
    return lowerConvTranspose(graph, inputs, params);
  },
  // With dx the cotangent of the result: y = dx * w, and the weight sees dx where x was.
  vjp: ({ inputs: [x, w, bias], dy: dx }, params) => [
    convOp([dx, only(w, 'convTranspose')], windowsOf(params)),
    convWeightOp([dx, only(x, 'convTranspose')], {
      ...windowsOf(params),
      kernel: only(w, 'convTranspose').shape.slice(2),
    }),
    ...(bias ? [perChannel(dx)] : []),
  ],
  samples: [
    {
      shapes: [[2, 3, 3, 2], [3, 2, 3, 2], [2]],
      params: { ...windows(2, { before: [1, 0] }), size: [4, 3] },
    },
    {
      shapes: [
        [1, 2, 2, 3],
        [2, 2, 4, 3],
      ],
      params: { ...windows(2, { stride: [2, 3], before: [1, 0], after: [1, 0] }), size: [5, 10] },
    },
    {
      shapes: [[1, 4, 3, 2], [4, 1, 2, 2], [2]],
      params: { ...windows(2, { groups: 2, dilation: [2, 1] }), size: [5, 3] },
    },
    {
      shapes: [
        [1, 2, 4, 3],
        [2, 2, 1, 1],
      ],
      params: { ...windows(2, { before: [1, 1], after: [1, 0] }), size: [2, 2] },
    },
    {
      shapes: [
        [2, 2, 3],
        [2, 3, 3],
      ],
      params: { ...windows(1, { stride: [2], before: [1] }), size: [7] },
    },
    {
      shapes: [[1, 2, 2, 2, 2], [2, 1, 2, 2, 2], [1]],
      params: { ...windows(3, { stride: [2, 1, 2] }), size: [5, 3, 4] },
    },
  ],
});

/** Parameters of {@link convWeightOp}: those of the convolution, and the size of its kernel. */
export interface ConvWeightParams extends ConvParams {
  readonly kernel: Shape;
}

/**
 * The gradient of sum((x * w) dy) by w, of x [batch, in, ...size] and dy [batch, out, ...]:
 * [out, in / groups, ...kernel].
 */
export const convWeightOp: Op<ConvWeightParams> = defineOp<ConvWeightParams>({
  name: 'convWeight',
  shape: ([x = [], dy = []], { kernel, ...params }) => {
    const counts = windowCounts('convWeight', { size: x.slice(2), kernel }, params);
    if (dy[0] !== x[0] || !sameShape(dy.slice(2), counts)) {
      throw new ShapeError(
        `convWeight: x ${formatShape(x)} and dy ${formatShape(dy)} do not fit with a kernel ${formatShape(kernel)}`,
      );
    }
    return [dy[1] ?? 0, (x[1] ?? 0) / params.groups, ...kernel];
  },
  lower: (graph, names, params, context) => {
    const [x, dy] = valuesOf(names, context);
    return lowerConvWeight(graph, { x: only(x, 'convWeight'), dy: only(dy, 'convWeight') }, params);
  },
  vjp: ({ inputs: [x, y], dy: dw }, params) => [
    convTransposeOp([only(y, 'convWeight'), dw], {
      ...windowsOf(params),
      size: only(x, 'convWeight').shape.slice(2),
    }),
    convOp([only(x, 'convWeight'), dw], windowsOf(params)),
  ],
  samples: [
    {
      shapes: [
        [2, 2, 4, 3],
        [2, 3, 2, 2],
      ],
      params: { ...windows(2), kernel: [3, 2] },
    },
    {
      shapes: [
        [3, 2, 5, 4],
        [3, 2, 3, 2],
      ],
      params: { ...windows(2, { stride: [2, 2], before: [1, 1] }), kernel: [2, 2] },
    },
    {
      shapes: [
        [2, 4, 3, 3],
        [2, 4, 2, 3],
      ],
      params: { ...windows(2, { groups: 2, after: [0, 2] }), kernel: [2, 3] },
    },
    {
      shapes: [
        [2, 2, 3, 2],
        [2, 3, 3, 2],
      ],
      params: { ...windows(2), kernel: [1, 1] },
    },
    {
      shapes: [
        [1, 1, 3, 2, 3],
        [1, 2, 2, 1, 2],
      ],
      params: { ...windows(3), kernel: [2, 2, 2] },
    },
  ],
});

/** The parameters of the convolution alone. */
function windowsOf({ stride, dilation, before, after, groups }: ConvParams): ConvParams {
  return { stride, dilation, before, after, groups };
}

/** The sum over all axes but that of the channels. */
function perChannel(dy: Tensor): Tensor {
  return dy.sum(dy.shape.flatMap((_, axis) => (axis === 1 ? [] : [axis])));
}

function valuesOf(names: readonly string[], { inputs }: LowerContext): readonly Value[] {
  return inputs.map((spec, i) => ({ ...spec, name: names[i] ?? '' }));
}

function biasText(bias: Shape | undefined): string {
  return bias === undefined ? '' : ` and bias ${formatShape(bias)}`;
}

/** Parameters of a sample; by default windows lie side by side without padding, in one group. */
function windows(rank: number, changes: Partial<ConvParams> = {}): ConvParams {
  const all = (value: number) => Array<number>(rank).fill(value);
  return {
    stride: all(1),
    dilation: all(1),
    before: all(0),
    after: all(0),
    groups: 1,
    ...changes,
  };
}
