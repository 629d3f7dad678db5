import type { DType } from '../dtype.ts';
import { ShapeError } from '../errors.ts';
import type { GraphBuilder } from '../onnx/graphBuilder.ts';
import { onnxDTypes } from '../onnx/model.ts';
import { defineOp, type Op, type OpSample, type VjpContext } from '../op.ts';
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
  /** Name of the ONNX operator, whose second input are the axes, or what to emit. */
  readonly lower:
    string | ((graph: GraphBuilder, x: string, params: ReductionParams, dtype: DType) => string);
  /** Cotangent of x; `spread` gives a value of the output's shape the reduced axes back, with size 1. */
  readonly vjp: (
    context: VjpContext & { readonly x: Tensor; readonly spread: (value: Tensor) => Tensor },
    params: ReductionParams,
  ) => Tensor;
  /** Default number. */
  readonly accepts?: 'float' | 'number';
  readonly domain?: 'real' | 'distinct';
  /** Besides those of every reduction. */
  readonly samples?: readonly OpSample<ReductionParams>[];
}): Op<ReductionParams> {
  const { name, lower, vjp, domain = 'real' } = definition;
  return defineOp<ReductionParams>({
    name,
    accepts: definition.accepts ?? 'number',
    shape: ([x = []], { axes, keepDims }) => reducedShape(x, axes, keepDims),
    lower: (graph, [x = ''], params, { inputs: [spec] }) => {
      if (typeof lower !== 'string') return lower(graph, x, params, spec?.dtype ?? 'float32');
      return params.axes.length === 0
        ? graph.node('Identity', [x])
        : graph.node(lower, [x, graph.int64s(params.axes)], { keepdims: Number(params.keepDims) });
    },
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
      { shapes: [[3, 1, 2]], params: { axes: [0, 1, 2], keepDims: false }, domain },
      ...(definition.samples ?? []),
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

/** Defines a reduction of bools. */
export function defineBoolReduction(definition: {
  readonly name: string;
  /** Name of the ONNX operator, which gets zeros and ones in float32: bools are reduced on CPUs only. */
  readonly lower: 'ReduceMax' | 'ReduceMin';
}): Op<ReductionParams> {
  const { name, lower } = definition;
  const dtypes = { 0: 'bool' } as const;
  const values = { 0: [1, 1, 1, 0, 0, 0, 0, 1, 0] };
  return defineOp<ReductionParams>({
    name,
    accepts: 'any',
    shape: ([x = []], { axes, keepDims }) => reducedShape(x, axes, keepDims),
    dtype: ([x]) => {
      if (x === 'bool') return x;
      throw new ShapeError(`${name}: needs bool, got ${x}; compare, or convert with cast`);
    },
    lower: (graph, [x = ''], { axes, keepDims }) => {
      if (axes.length === 0) return graph.node('Identity', [x]);
      const numbers = graph.node('Cast', [x], { to: onnxDTypes.float32 });
      const keepdims = Number(keepDims);
      const reduced = graph.node(lower, [numbers, graph.int64s(axes)], { keepdims });
      return graph.node('Cast', [reduced], { to: onnxDTypes.bool });
    },
    vjp: null,
    samples: [
      { shapes: [[3, 3]], params: { axes: [1], keepDims: false }, values, dtypes },
      { shapes: [[3, 3]], params: { axes: [0], keepDims: true }, values, dtypes },
      { shapes: [[3, 3]], params: { axes: [0, 1], keepDims: false }, values, dtypes },
      { shapes: [[]], params: { axes: [], keepDims: false }, values: { 0: [1] }, dtypes },
    ],
  });
}
