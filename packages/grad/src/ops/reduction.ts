import { defineOp, type Op, type VjpContext } from '../op.ts';
import { reducedShape, resolveAxes, type Axes } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { only } from './elementwise.ts';

/** Options of every reduction. */
export interface ReductionOptions {
  /** Keep reduced axes with size 1. Default false. */
  readonly keepDims?: boolean;
}

/** Parameters of every reduction, resolved. */
export interface ReductionParams extends Readonly<Record<string, unknown>> {
  readonly axes: readonly number[];
  readonly keepDims: boolean;
}

/** Defines an operation that turns the elements along some axes into one. */
export function defineReduction(definition: {
  readonly name: string;
  /** Name of the ONNX operator; axes are its second input. */
  readonly lower: string;
  /** Cotangent of x; `spread` gives a value of the output's shape the reduced axes back, with size 1. */
  readonly vjp: (
    context: VjpContext & { readonly x: Tensor; readonly spread: (value: Tensor) => Tensor },
    params: ReductionParams,
  ) => Tensor;
  /** Default number. */
  readonly accepts?: 'float' | 'number';
  readonly domain?: 'real' | 'distinct';
}): Op<ReductionParams> {
  const { name, vjp, domain = 'real' } = definition;
  return defineOp<ReductionParams>({
    name,
    accepts: definition.accepts ?? 'number',
    shape: ([x = []], { axes, keepDims }) => reducedShape(x, axes, keepDims),
    lower: (graph, [x = ''], { axes, keepDims }) =>
      axes.length === 0
        ? graph.node('Identity', [x])
        : graph.node(definition.lower, [x, graph.int64s(axes)], { keepdims: keepDims ? 1 : 0 }),
    vjp: (context, params) => {
      const x = only(context.inputs[0], name);
      const spread = (value: Tensor) => value.reshape(reducedShape(x.shape, params.axes, true));
      return [vjp({ ...context, x, spread }, params)];
    },
    samples: [
      { shapes: [[2, 3, 4]], params: { axes: [1], keepDims: false }, domain },
      { shapes: [[2, 3, 4]], params: { axes: [0, 2], keepDims: true }, domain },
      { shapes: [[5]], params: { axes: [0], keepDims: false }, domain },
      { shapes: [[]], params: { axes: [], keepDims: false }, domain },
    ],
  });
}

/** Applies a reduction along `axes`, all of them by default. */
export function reduce(
  op: Op<ReductionParams>,
  x: Tensor,
  axes: Axes,
  options: ReductionOptions,
): Tensor {
  return op([x], {
    axes: resolveAxes(op.definition.name, axes, x.shape),
    keepDims: options.keepDims ?? false,
  });
}
