import { isFloat, type DType, type TypedArray } from '../dtype.ts';
import { sameShape, sizeOf } from '../shape.ts';
import {
  constantTensor,
  contentOf,
  isElement,
  toTypedArray,
  type GraphNode,
  type Tensor,
} from '../tensor.ts';

/** Larger arrays stay with the runtime, whose kernels are faster. */
const maxSize = 1024;

// The operations that IEEE 754 rounds exactly: the constant has the bits that the runtime would
// compute. Rounding a float64 result to float32 is innocuous for each of them.
const unary = new Map<string, (x: number) => number>([
  ['neg', (x) => -x],
  ['abs', Math.abs],
  ['square', (x) => x * x],
  ['sqrt', Math.sqrt],
]);
const binary = new Map<string, (a: number, b: number) => number>([
  ['add', (a, b) => a + b],
  ['sub', (a, b) => a - b],
  ['mul', (a, b) => a * b],
  ['div', (a, b) => a / b],
]);

/** The value of an operation on small constants as a constant, or null if it is not known here. */
export function foldConstant(node: GraphNode): Tensor | null {
  const [output] = node.outputs;
  const contents = node.inputs.flatMap(({ node: { constant } }) =>
    constant ? [contentOf(constant)] : [],
  );
  const [a, b] = contents;
  if (output === undefined || a === undefined || contents.length < node.inputs.length) return null;
  if (node.name === 'reshape' && typeof a !== 'number') return constantTensor({ data: a }, output);
  if (node.name === 'cast') return foldCast(a, node);
  const compute = computationOf(node);
  if (compute === null || !isFloat(output.dtype)) return null;
  if (contents.every((content) => typeof content === 'number')) {
    return constantTensor({ fill: compute(elementOf(a, 0), elementOf(b, 0)) }, output);
  }
  const size = sizeOf(output.shape);
  // Arrays of one shape, and numbers that fill it.
  const isAligned = node.inputs.every(
    (x, i) => typeof contents[i] === 'number' || sameShape(x.shape, output.shape),
  );
  if (!isAligned || size > maxSize) return null;
  const values = Array.from({ length: size }, (_, i) => compute(elementOf(a, i), elementOf(b, i)));
  return constantTensor({ data: toTypedArray(values, output.dtype) }, output);
}

function computationOf(node: GraphNode): ((a: number, b: number) => number) | null {
  const compute = node.inputs.length === 1 ? unary.get(node.name) : binary.get(node.name);
  if (compute === undefined) return null;
  return node.outputs[0]?.dtype === 'float32' ? (a, b) => Math.fround(compute(a, b)) : compute;
}

function elementOf(content: number | TypedArray | undefined, i: number): number {
  return typeof content === 'number' ? content : Number(content?.[i]);
}

/** Only to where every value is an element: the rest is the runtime's own way of cutting. */
function foldCast(content: number | TypedArray, node: GraphNode): Tensor | null {
  const [output] = node.outputs;
  const from: DType = node.inputs[0]?.dtype ?? 'float32';
  if (output === undefined || from === 'int64' || output.dtype === 'bool') return null;
  const { dtype } = output;
  if (typeof content === 'number') {
    const fill = dtype === 'float32' ? Math.fround(content) : content;
    return isElement(fill, dtype) ? constantTensor({ fill }, output) : null;
  }
  const values = Array.from(content, Number);
  if (values.length > maxSize || !values.every((value) => isElement(value, dtype))) return null;
  return constantTensor({ data: toTypedArray(values, dtype) }, output);
}
