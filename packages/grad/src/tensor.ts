import { isFloat, type DType, type TypedArray, type TypedArrays } from './dtype.ts';
import { ConfigError, ShapeError } from './errors.ts';
import { checkShape, formatShape, sameShape, sizeOf, type Shape } from './shape.ts';
import type { GraphBuilder } from './onnx/graphBuilder.ts';
import type { DeviceArray } from './runtime/backend.ts';
import { currentOrigin, type Origin } from './trace/origin.ts';

/** Shape and element type of a value. */
export interface TensorSpec {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** The values of a constant: all of them, one that fills the shape, or those in a device's memory. */
export type ConstantValue =
  { readonly data: TypedArray } | { readonly fill: number } | { readonly device: DeviceArray };

/**
 * One application of an operation: the nodes are the graph. Building one computes nothing; its
 * parameters are bound into `lower`, `vjp` and `withInputs`.
 */
export interface GraphNode {
  /** Ascending in order of construction, so inputs always have smaller ids than what uses them. */
  readonly id: number;
  /** Name of the operation; `input` and `constant` are the leaves. */
  readonly name: string;
  /** What defines the operation, if it is one of {@link defineOp}. */
  readonly definition?: object;
  readonly params: Readonly<Record<string, unknown>>;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly TensorSpec[];
  /** Only on leaves named `constant`. */
  readonly constant?: ConstantValue;
  /** Emits the ONNX nodes; returns the names of the outputs. */
  readonly lower?: (graph: GraphBuilder, inputs: readonly string[]) => readonly string[];
  /** Cotangents of the inputs from those of the outputs; null where no gradient flows. */
  readonly vjp?: (dys: readonly (Tensor | null)[]) => readonly (Tensor | null)[];
  /** The same operation on other inputs, and with other parameters where `changed` names them. */
  readonly withInputs?: (
    inputs: readonly Tensor[],
    changed?: Readonly<Record<string, unknown>>,
  ) => readonly Tensor[];
  /** A simpler form with the same value, if the operation knows one. */
  readonly simplify?: () => Tensor | null;
  /** Floating-point operations of one run, where they are not one per element of the output. */
  readonly flops?: () => number;
  /** Where it was built; only while that is recorded. */
  readonly origin?: Origin;
}

/** An immutable value in a graph, or a concrete array of numbers (a constant). */
export class Tensor {
  readonly node: GraphNode;
  /** Which of the node's outputs this is. */
  readonly index: number;
  readonly shape: Shape;
  readonly dtype: DType;

  /** Use `tensor`, `zeros` and the operations instead. */
  constructor(node: GraphNode, index: number) {
    const spec = node.outputs[index];
    if (spec === undefined) throw new Error(`internal: ${node.name} has no output ${index}`);
    this.node = node;
    this.index = index;
    this.shape = spec.shape;
    this.dtype = spec.dtype;
  }

  /** Number of elements. */
  get size(): number {
    return sizeOf(this.shape);
  }

  /** Number of axes. */
  get rank(): number {
    return this.shape.length;
  }

  /**
   * The numbers of a concrete tensor, row-major; read from the device if they are there.
   *
   * @throws {ConfigError} If the tensor is only a place in a graph.
   */
  async data(): Promise<TypedArray> {
    const { constant } = this.node;
    return constant && 'device' in constant ? constant.device.read() : hostData(this);
  }

  /** Frees the device's memory at once, if the numbers are there; they cannot be used afterwards. */
  dispose(): void {
    const { constant } = this.node;
    if (constant && 'device' in constant) constant.device.dispose();
  }

  /**
   * The only number of a tensor with one element.
   *
   * @throws {ShapeError} If there are more.
   * @throws {ConfigError} If the tensor is only a place in a graph.
   */
  async item(): Promise<number> {
    if (this.size !== 1) {
      throw new ShapeError(
        `item: shape ${formatShape(this.shape)} has ${this.size} elements, not 1`,
      );
    }
    return Number((await this.data())[0]);
  }
}

let nextId = 0;

/** Makes a node with the next id. */
export function createNode(fields: Omit<GraphNode, 'id' | 'origin'>): GraphNode {
  const origin = currentOrigin();
  return { id: nextId++, ...fields, ...(origin && { origin }) };
}

/** What the id of the next node will be: nodes with smaller ones were there before. */
export function upcomingId(): number {
  return nextId;
}

/** All outputs of a node. */
export function outputsOf(node: GraphNode): readonly Tensor[] {
  return node.outputs.map((_, index) => new Tensor(node, index));
}

/** A named input of a traced function. */
export function inputTensor(path: string, spec: TensorSpec): Tensor {
  return new Tensor(
    createNode({ name: 'input', params: { path }, inputs: [], outputs: [spec] }),
    0,
  );
}

/** A constant that owns `value`; the array must not change afterwards. */
export function constantTensor(value: ConstantValue, spec: TensorSpec): Tensor {
  return new Tensor(
    createNode({ name: 'constant', params: {}, inputs: [], outputs: [spec], constant: value }),
    0,
  );
}

/** Nested arrays of numbers of equal length at each level. */
export type NestedNumbers = number | readonly NestedNumbers[];

/**
 * A concrete tensor.
 *
 * @param values - Nested arrays, whose lengths give the shape, or a flat array with `shape`.
 * A typed array fixes the element type and is not copied: do not change it afterwards.
 * @param options - `shape`: default the lengths of the nesting. `dtype`: default that of a typed
 * array, else float32.
 * @throws {ShapeError} If the number of values does not fit the shape, the nesting is ragged, or a
 * value cannot be an element of `dtype`.
 */
export function tensor(
  values: NestedNumbers | TypedArray,
  options: { readonly shape?: Shape; readonly dtype?: DType } = {},
): Tensor {
  const isTyped = ArrayBuffer.isView(values);
  const flat = isTyped ? values : flattenNested(values);
  const shape = options.shape ?? (isTyped ? [values.length] : nestedShape(values));
  checkShape('tensor', shape);
  if (flat.length !== sizeOf(shape)) {
    throw new ShapeError(
      `tensor: ${flat.length} values do not fill shape ${formatShape(shape)}, which has ${sizeOf(shape)}`,
    );
  }
  const dtype = options.dtype ?? (isTyped ? dtypeOf(values) : 'float32');
  const isStored = isTyped && dtypeOf(values) === dtype;
  if (dtype === 'bool' || !(isStored || isFloat(dtype))) {
    for (const value of flat) checkElement('tensor', Number(value), dtype);
  }
  const data = isStored ? values : toTypedArray(Array.from(flat, Number), dtype);
  return constantTensor({ data }, { shape: [...shape], dtype });
}

/**
 * Checks that a number can be an element of a tensor, so that none is cut or wrapped silently.
 *
 * @throws {ShapeError} If `dtype` is of integers and `value` is none or too large, or bool and
 * neither 0 nor 1.
 */
export function checkElement(operation: string, value: number, dtype: DType): void {
  if (!isElement(value, dtype)) {
    throw new ShapeError(
      `${operation}: ${value} is not an element of type ${dtype}; use another number or dtype, or convert with cast`,
    );
  }
}

/** Whether a number can be an element of a tensor. */
export function isElement(value: number, dtype: DType): boolean {
  switch (dtype) {
    case 'float32':
    case 'float64':
      return true;
    case 'int32':
      return (value | 0) === value;
    case 'int64':
      return Number.isSafeInteger(value);
    case 'bool':
      return value === 0 || value === 1;
  }
}

/** A concrete tensor with every element equal to `value`. */
export function full(shape: Shape, value: number, dtype: DType = 'float32'): Tensor {
  checkShape('full', shape);
  checkElement('full', value, dtype);
  return constantTensor({ fill: value }, { shape: [...shape], dtype });
}

/** A concrete tensor of zeros. */
export function zeros(shape: Shape, dtype: DType = 'float32'): Tensor {
  return full(shape, 0, dtype);
}

/** A concrete tensor of ones. */
export function ones(shape: Shape, dtype: DType = 'float32'): Tensor {
  return full(shape, 1, dtype);
}

/** Whether a tensor holds numbers rather than a place in a graph. */
export function isConcrete(value: Tensor): boolean {
  return value.node.constant !== undefined;
}

/** The value of a constant whose elements are all the same, else null. */
export function uniformValue(value: Tensor): number | null {
  const { constant } = value.node;
  const content = constant && !('device' in constant) ? contentOf(constant) : null;
  return typeof content === 'number' ? content : null;
}

/** The number that fills a constant or is its only element, else its elements. */
export function contentOf(constant: ConstantValue): number | TypedArray {
  if ('fill' in constant) return constant.fill;
  const data = onHost(constant);
  const [only] = data;
  const value = Number(only);
  // Not every int64 is a number exactly.
  const isExact = typeof only !== 'bigint' || Number.isSafeInteger(value);
  return data.length === 1 && isExact ? value : data;
}

/**
 * The numbers of a concrete tensor that are on the host; see {@link Tensor.data}.
 *
 * @throws {ConfigError} If it is a place in a graph, or on a device.
 */
export function hostData(value: Tensor): TypedArray {
  const constant = value.node.constant;
  if (constant === undefined) {
    throw new ConfigError(
      `data: the result of ${value.node.name} with shape ${formatShape(value.shape)} is a place in a graph, not numbers; return it from a compiled function`,
    );
  }
  if (!('fill' in constant)) return onHost(constant);
  const size = value.size;
  return value.dtype === 'int64'
    ? new BigInt64Array(size).fill(BigInt(constant.fill))
    : newTypedArray(value.dtype, size).fill(constant.fill);
}

function onHost(constant: Exclude<ConstantValue, { fill: number }>): TypedArray {
  if ('data' in constant) return constant.data;
  throw new ConfigError(
    `data: the numbers are on ${constant.device.backend}; await data() to read them, or pass the tensor as an argument`,
  );
}

/** Numbers as the array that holds a dtype. */
export function toTypedArray(values: readonly number[], dtype: DType): TypedArray {
  if (dtype === 'int64') return BigInt64Array.from(values, (v) => BigInt(v));
  const array = newTypedArray(dtype, values.length);
  array.set(values);
  return array;
}

function newTypedArray(
  dtype: Exclude<DType, 'int64'>,
  size: number,
): TypedArrays[Exclude<DType, 'int64'>] {
  switch (dtype) {
    case 'float32':
      return new Float32Array(size);
    case 'float64':
      return new Float64Array(size);
    case 'int32':
      return new Int32Array(size);
    case 'bool':
      return new Uint8Array(size);
  }
}

function dtypeOf(values: TypedArray): DType {
  if (values instanceof Float32Array) return 'float32';
  if (values instanceof Float64Array) return 'float64';
  if (values instanceof Int32Array) return 'int32';
  if (values instanceof BigInt64Array) return 'int64';
  return 'bool';
}

function flattenNested(values: NestedNumbers): readonly number[] {
  return typeof values === 'number' ? [values] : values.flatMap(flattenNested);
}

function nestedShape(values: NestedNumbers): Shape {
  if (typeof values === 'number') return [];
  const inner = values.map(nestedShape);
  const first = inner[0] ?? [];
  const ragged = inner.find((shape) => !sameShape(shape, first));
  if (ragged !== undefined) {
    throw new ShapeError(
      `tensor: nested arrays are ragged: one element has shape ${formatShape(first)}, another ${formatShape(ragged)}`,
    );
  }
  return [values.length, ...first];
}
