import { isFloat, type DType } from './dtype.ts';
import { ShapeError } from './errors.ts';
import { checkShape, formatShape, type Shape } from './shape.ts';
import { createNode, outputsOf, type GraphNode, type Tensor, type TensorSpec } from './tensor.ts';
import type { GraphBuilder } from './onnx/graphBuilder.ts';

/** What a gradient rule may use. */
export interface VjpContext {
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  /** The first output and its cotangent: all there is for most operations. */
  readonly y: Tensor;
  readonly dy: Tensor;
  /** Cotangents of all outputs; null where none arrived. */
  readonly dys: readonly (Tensor | null)[];
}

/** A call that the conformance walk makes. */
export interface OpSample<Params> {
  readonly shapes: readonly Shape[];
  readonly params: Params;
  /** Range of the random inputs: all reals near 0 by default. */
  readonly domain?: 'real' | 'positive' | 'unit' | 'nonzero' | 'distinct';
  /** Values of inputs that are not random, by position: indices, masks, extremes. */
  readonly values?: Readonly<Record<number, readonly number[]>>;
  /** Element types of inputs other than float32, by position. */
  readonly dtypes?: Readonly<Record<number, DType>>;
  /** How many derivatives mean something at these inputs: 1 on a kink, 0 on a jump. Default 2. */
  readonly differentiable?: 0 | 1 | 2;
  /** How many times less exact than usual the numbers may be; say why beside it. Default 1. */
  readonly slack?: number;
}

/** Shapes of what a lowering connects. */
export interface LowerContext {
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
}

/** All that makes an operation: one object, in one file under `ops/`. */
export interface OpDefinition<Params> {
  readonly name: string;
  /** Shape of the output, or of each output; throws {@link ShapeError} on what does not fit. */
  readonly shape: (shapes: readonly Shape[], params: Params) => Shape | readonly Shape[];
  /**
   * Element types of the inputs: all alike and floating-point (`float`), any but bool (`number`), or
   * any (`same`); or whatever `dtype` lets through (`any`). Default float.
   */
  readonly accepts?: 'float' | 'number' | 'same' | 'any';
  /** Element type of each output. Default that of the first input. */
  readonly dtype?: (dtypes: readonly DType[], params: Params) => DType | readonly DType[];
  /** Emits ONNX nodes and returns the name of the output, or of each output. */
  readonly lower: (
    graph: GraphBuilder,
    inputs: readonly string[],
    params: Params,
    context: LowerContext,
  ) => string | readonly string[];
  /** Cotangents of the inputs, or null for an operation through which no gradient flows. */
  readonly vjp: ((context: VjpContext, params: Params) => readonly (Tensor | null)[]) | null;
  /** A simpler graph of the same value, or null. */
  readonly simplify?: (inputs: readonly Tensor[], params: Params) => Tensor | null;
  /** Floating-point operations of one run. Default one for each element of the output. */
  readonly flops?: (context: LowerContext, params: Params) => number;
  readonly samples: readonly OpSample<Params>[];
}

/** An operation ready to be applied. */
export interface Op<Params> {
  (inputs: readonly Tensor[], params: Params): Tensor;
  /** Applies the operation and returns every output. */
  readonly all: (inputs: readonly Tensor[], params: Params) => readonly Tensor[];
  readonly definition: OpDefinition<Params>;
  /** Inputs and parameters of `value` if this operation made it, else null. */
  readonly match: (value: Tensor) => { inputs: readonly Tensor[]; params: Params } | null;
}

/** Parameters of an operation: plain data, so that equal ones can be recognised. */
export type OpParams = Readonly<Record<string, unknown>>;

/** Makes an operation from its definition. */
export function defineOp<Params extends OpParams>(definition: OpDefinition<Params>): Op<Params> {
  const all = (inputs: readonly Tensor[], params: Params): readonly Tensor[] =>
    outputsOf(buildNode(definition, inputs, params, all));
  const first = (inputs: readonly Tensor[], params: Params): Tensor => {
    const [output] = all(inputs, params);
    if (output === undefined) throw new Error(`internal: ${definition.name} has no output`);
    return output;
  };
  const match = ({ node }: Tensor) => {
    if (node.definition !== definition) return null;
    // Made by this definition, the node has its parameters.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return { inputs: node.inputs, params: node.params as Params };
  };
  return Object.assign(first, { all, definition, match });
}

type Apply<Params> = (inputs: readonly Tensor[], params: Params) => readonly Tensor[];

function buildNode<Params extends OpParams>(
  definition: OpDefinition<Params>,
  inputs: readonly Tensor[],
  params: Params,
  apply: Apply<Params>,
): GraphNode {
  const outputs = outputSpecs(definition, inputs, params);
  const node: GraphNode = createNode({
    name: definition.name,
    definition,
    params,
    inputs,
    outputs,
    lower: (graph, names) => asList(definition.lower(graph, names, params, { inputs, outputs })),
    ...(definition.vjp && {
      vjp: (dys) => backward(definition, node, dys, params),
    }),
    withInputs: (others, changed) => apply(others, changed ? { ...params, ...changed } : params),
    ...(definition.simplify && { simplify: () => definition.simplify?.(inputs, params) ?? null }),
    ...(definition.flops && { flops: () => definition.flops?.({ inputs, outputs }, params) ?? 0 }),
  });
  return node;
}

function outputSpecs<Params>(
  definition: OpDefinition<Params>,
  inputs: readonly Tensor[],
  params: Params,
): readonly TensorSpec[] {
  const dtypes = inputs.map((input) => input.dtype);
  checkDTypes(definition.name, definition.accepts ?? 'float', dtypes);
  const shaped = definition.shape(
    inputs.map((input) => input.shape),
    params,
  );
  const shapes = isShape(shaped) ? [shaped] : shaped;
  const typed = definition.dtype?.(dtypes, params) ?? dtypes[0] ?? 'float32';
  return shapes.map((shape, i) => {
    checkShape(definition.name, shape);
    return { shape, dtype: (typeof typed === 'string' ? typed : typed[i]) ?? 'float32' };
  });
}

function checkDTypes(
  name: string,
  accepts: 'float' | 'number' | 'same' | 'any',
  dtypes: readonly DType[],
): void {
  if (accepts === 'any') return;
  const other = dtypes.find((dtype) => dtype !== dtypes[0]);
  if (other !== undefined) {
    throw new ShapeError(
      `${name}: element types differ: ${dtypes.join(' and ')}; convert with cast(x, '${dtypes.find(isFloat) ?? other}')`,
    );
  }
  if (accepts === 'float' && dtypes[0] !== undefined && !isFloat(dtypes[0])) {
    throw new ShapeError(
      `${name}: needs floating-point values, got ${dtypes[0]}; convert with cast(x, 'float32')`,
    );
  }
  if (accepts === 'number' && dtypes[0] === 'bool') {
    throw new ShapeError(`${name}: needs numbers, got bool; convert with cast(x, 'float32')`);
  }
}

function backward<Params>(
  definition: OpDefinition<Params>,
  node: GraphNode,
  dys: readonly (Tensor | null)[],
  params: Params,
): readonly (Tensor | null)[] {
  const outputs = outputsOf(node);
  const [y] = outputs;
  const dy = dys.find((cotangent) => cotangent !== null);
  if (!definition.vjp || y === undefined || dy === undefined || dy === null) {
    throw new Error(`internal: no cotangent reached ${definition.name}`);
  }
  const dxs = definition.vjp({ inputs: node.inputs, outputs, y, dy, dys }, params);
  dxs.forEach((dx, i) => {
    const x = node.inputs[i];
    if (dx && x && formatShape(dx.shape) !== formatShape(x.shape)) {
      throw new Error(
        `internal: gradient of ${definition.name} has shape ${formatShape(dx.shape)} for an input of ${formatShape(x.shape)}`,
      );
    }
  });
  return dxs;
}

function isShape(value: Shape | readonly Shape[]): value is Shape {
  return value.every((element) => typeof element === 'number');
}

function asList(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? [value] : value;
}
