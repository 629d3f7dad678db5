import type { DType } from '../dtype.ts';
import { ConfigError, ShapeError } from '../errors.ts';
import { defineOp, type LowerContext, type Op, type OpSample, type VjpContext } from '../op.ts';
import type { GraphBuilder } from '../onnx/graphBuilder.ts';
import { onnxDTypes } from '../onnx/model.ts';
import { broadcastShapes, sameShape, type Shape } from '../shape.ts';
import { checkElement, constantTensor, full, Tensor, uniformValue } from '../tensor.ts';
import { sumTo } from './sumTo.ts';
import { expandOp } from './expand.ts';

/** A tensor, or a number that takes the element type of the other operand. */
export type Operand = Tensor | number;

/** No parameters. */
export type NoParams = Readonly<Record<string, never>>;

/** What an operation on single elements is made of. */
export interface UnaryDefinition {
  readonly name: string;
  /** Name of the ONNX operator, or what to emit. */
  readonly lower: string | ((graph: GraphBuilder, x: string, dtype: DType) => string);
  /** Cotangent of x, or null if no gradient flows. */
  readonly vjp: ((context: { x: Tensor; y: Tensor; dy: Tensor }) => Tensor) | null;
  readonly samples?: readonly OpSample<NoParams>[];
  readonly domain?: OpSample<NoParams>['domain'];
  /** `any` for an operation that works on every element type. Default float. */
  readonly accepts?: 'float' | 'any';
  /** Element type of the result where it is not that of `x`. */
  readonly dtype?: DType;
  readonly simplify?: (x: Tensor) => Tensor | null;
}

/** Defines an operation that maps each element by itself. */
export function defineUnary(definition: UnaryDefinition): Op<NoParams> {
  const { name, lower, vjp, dtype, simplify } = definition;
  const domain = definition.domain ?? 'real';
  return defineOp<NoParams>({
    name,
    accepts: definition.accepts ?? 'float',
    shape: ([x]) => only(x, name),
    ...(dtype && { dtype: () => dtype }),
    lower: (graph, [x], _, context) =>
      typeof lower === 'string'
        ? graph.node(lower, [only(x, name)])
        : lower(graph, only(x, name), dtypeOf(context)),
    vjp: vjp && (({ inputs: [x], y, dy }) => [vjp({ x: only(x, name), y, dy })]),
    ...(simplify && { simplify: ([x]) => simplify(only(x, name)) }),
    samples: definition.samples ?? [
      { shapes: [[2, 3]], params: {}, domain },
      { shapes: [[]], params: {}, domain },
    ],
  });
}

/** Samples of an operation that rounds: halves, integers, and numbers too large to have a fraction. */
export const roundingSamples: readonly OpSample<NoParams>[] = [
  { shapes: [[2, 3]], params: {} },
  { shapes: [[]], params: {} },
  { shapes: [[8]], params: {}, values: { 0: [-2.5, -1.5, -0.5, 0, 0.5, 1.5, 2.5, 3.5] } },
  {
    shapes: [[6]],
    params: {},
    values: { 0: [-1e30, -1e4, 2 ** 22 + 0.5, 2 ** 23 + 1, 1e4, 1e30] },
  },
];

/** What an operation on pairs of elements is made of. */
export interface BinaryDefinition {
  readonly name: string;
  /** Name of the ONNX operator, or what to emit; the operands need not have the same shape. */
  readonly lower: string | ((graph: GraphBuilder, a: string, b: string, dtype: DType) => string);
  /** Cotangents of both operands before they are summed to the operands' shapes; null for none. */
  readonly vjp: ((context: VjpContext) => readonly [Tensor, Tensor]) | null;
  /** Element type of the result where it is not that of the operands. */
  readonly dtype?: DType;
  /** `float` for floating-point types only, `same` for bool too. Default number. */
  readonly accepts?: 'float' | 'number' | 'same';
  readonly domain?: OpSample<NoParams>['domain'];
  readonly simplify?: (a: Tensor, b: Tensor) => Tensor | null;
  readonly samples?: readonly OpSample<NoParams>[];
}

/** Defines an operation on pairs of elements, with broadcasting. */
export function defineBinary(definition: BinaryDefinition): Op<NoParams> {
  const { name, lower, vjp, dtype, simplify } = definition;
  const domain = definition.domain ?? 'real';
  const self: Op<NoParams> = defineOp<NoParams>({
    name,
    accepts: definition.accepts ?? 'number',
    shape: (shapes) => broadcastShapes(name, ...shapes),
    ...(dtype && { dtype: () => dtype }),
    lower: (graph, [a, b], _, context) => {
      const [x, y] = [only(a, name), only(b, name)];
      return typeof lower === 'string'
        ? graph.node(lower, [x, y])
        : lower(graph, x, y, dtypeOf(context));
    },
    vjp:
      vjp &&
      ((context) => {
        const cotangents = vjp(context);
        return context.inputs.map((input, i) => sumTo(only(cotangents[i], name), input.shape));
      }),
    simplify: ([x, y]) => {
      const a = only(x, name);
      const b = only(y, name);
      return simplify?.(a, b) ?? withoutSpreading(self, a, b);
    },
    samples: definition.samples ?? [
      {
        shapes: [
          [2, 3],
          [2, 3],
        ],
        params: {},
        domain,
      },
      {
        shapes: [
          [2, 1, 3],
          [4, 1],
        ],
        params: {},
        domain,
      },
      { shapes: [[3], []], params: {}, domain },
    ],
  });
  return self;
}

/** What an operation on bools is made of. */
export interface LogicalDefinition {
  readonly name: string;
  /** Name of the ONNX operator. */
  readonly lower: string;
  /** The same of zeros and ones in float32, for backends that lack the operator. */
  readonly composed: (graph: GraphBuilder, inputs: readonly string[]) => string;
  /** Number of operands. */
  readonly arity: 1 | 2;
}

/** Defines an operation of Boolean algebra on single elements, with broadcasting. */
export function defineLogical({ name, lower, composed, arity }: LogicalDefinition): Op<NoParams> {
  const values = { 0: [0, 0, 1, 1], 1: [0, 1, 0, 1] };
  const dtypes = { 0: 'bool', 1: 'bool' } as const;
  return defineOp<NoParams>({
    name,
    accepts: 'any',
    shape: (shapes) => broadcastShapes(name, ...shapes),
    dtype: (given) => {
      const other = given.find((dtype) => dtype !== 'bool');
      if (other === undefined) return 'bool';
      throw new ShapeError(`${name}: needs bool, got ${other}; compare, or convert with cast`);
    },
    lower: (graph, inputs) => {
      if (graph.supports(lower)) return graph.node(lower, inputs);
      const numbers = inputs.map((x) => graph.node('Cast', [x], { to: onnxDTypes.float32 }));
      return graph.node('Cast', [composed(graph, numbers)], { to: onnxDTypes.bool });
    },
    vjp: null,
    samples: [
      { shapes: Array<Shape>(arity).fill([4]), params: {}, values, dtypes },
      {
        shapes: [
          [4, 1],
          [1, 4],
        ].slice(0, arity),
        params: {},
        values,
        dtypes,
      },
    ],
  });
}

/** The operation on operands that it spreads itself, instead of on copies that fill its shape. */
function withoutSpreading(op: Op<NoParams>, a: Tensor, b: Tensor): Tensor | null {
  const smaller = { a: unspread(a, b.shape), b: unspread(b, a.shape) };
  if (smaller.b !== b) return op([a, smaller.b], {});
  return smaller.a === a ? null : op([smaller.a, b], {});
}

function unspread(x: Tensor, otherShape: Shape): Tensor {
  if (x.rank === 0 || !sameShape(x.shape, otherShape)) return x;
  const uniform = uniformValue(x);
  if (uniform !== null) return full([], uniform, x.dtype);
  return expandOp.match(x)?.inputs[0] ?? x;
}

/**
 * Applies a binary operation to operands of which one may be a number.
 *
 * @throws {ConfigError} If both are numbers.
 * @throws {ShapeError} If the number is not of the tensor's element type.
 */
export function applyBinary(op: Op<NoParams>, a: Operand, b: Operand): Tensor {
  const { name } = op.definition;
  if (a instanceof Tensor) return op([a, lift(name, b, a.dtype)], {});
  if (b instanceof Tensor) return op([lift(name, a, b.dtype), b], {});
  throw new ConfigError(`${name}: both operands are numbers (${a} and ${b}); one must be a tensor`);
}

/** A tensor as it is, a number as a scalar of the given type. */
export function lift(operation: string, value: Operand, dtype: DType): Tensor {
  if (value instanceof Tensor) return value;
  checkElement(operation, value, dtype);
  return constantTensor({ fill: value }, { shape: [], dtype });
}

/** A value that the number of inputs guarantees. */
export function only<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`internal: ${name} lacks an input`);
  return value;
}

function dtypeOf(context: LowerContext): DType {
  return context.inputs[0]?.dtype ?? 'float32';
}
