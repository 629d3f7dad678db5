import { defineOp } from '../op.ts';
import { onnxDTypes } from '../onnx/model.ts';
import type { Tensor } from '../tensor.ts';
import { checkIndexType } from './indices.ts';

/**
 * A row of zeros with a 1 at each index; an index out of range gives a row of zeros.
 *
 * @param indices - int32 or int64, any shape.
 * @param depth - Length of the rows.
 * @returns float32, [...indices.shape, depth]; no gradient flows.
 * @throws {ShapeError} If `indices` is not of an integer type.
 */
export function oneHot(indices: Tensor, depth: number): Tensor {
  return oneHotOp([indices], { depth });
}

/** The operation behind {@link oneHot}. */
export const oneHotOp = defineOp<{ depth: number }>({
  name: 'oneHot',
  accepts: 'any',
  shape: ([indices = []], { depth }) => [...indices, depth],
  dtype: ([indices]) => {
    checkIndexType('oneHot', indices);
    return 'float32';
  },
  // Comparing, and as int32: OneHot and comparisons of int64 do not exist on WebGPU.
  lower: (graph, [indices = ''], { depth }, { inputs: [spec] }) => {
    const short =
      spec?.dtype === 'int32' ? indices : graph.node('Cast', [indices], { to: onnxDTypes.int32 });
    const column = graph.node('Unsqueeze', [short, graph.int64s([-1])]);
    const range = Array.from({ length: depth }, (_, i) => i);
    const hit = graph.node('Equal', [column, graph.constant(range, [depth], 'int32')]);
    return graph.node('Cast', [hit], { to: onnxDTypes.float32 });
  },
  vjp: null,
  samples: [
    { shapes: [[4]], params: { depth: 3 }, values: { 0: [2, 0, 5, 2] }, dtypes: { 0: 'int64' } },
    { shapes: [[2, 1]], params: { depth: 2 }, values: { 0: [1, 0] }, dtypes: { 0: 'int32' } },
  ],
});
