import { ShapeError } from '../errors.ts';
import { defineOp } from '../op.ts';
import { broadcastShapes } from '../shape.ts';
import { Tensor } from '../tensor.ts';
import { lift, only, type NoParams, type Operand } from './elementwise.ts';
import { sumTo } from './sumTo.ts';

/**
 * `a` where `condition` holds, else `b`, element by element.
 *
 * @param condition - bool, any shape.
 * @param a - Any shape that broadcasts with the others.
 * @param b - Likewise; a number takes the element type of the other, two numbers are float32.
 * @returns The broadcast shape.
 * @throws {ShapeError} If `condition` is not bool, the shapes do not broadcast, or the element types
 * of `a` and `b` differ.
 */
export function where(condition: Tensor, a: Operand, b: Operand): Tensor {
  const dtype = a instanceof Tensor ? a.dtype : b instanceof Tensor ? b.dtype : 'float32';
  return whereOp([condition, lift('where', a, dtype), lift('where', b, dtype)], {});
}

/** The operation behind {@link where}. */
export const whereOp = defineOp<NoParams>({
  name: 'where',
  accepts: 'any',
  shape: (shapes) => broadcastShapes('where', ...shapes),
  dtype: ([condition, a, b]) => {
    if (condition !== 'bool' || a === undefined || a !== b) {
      throw new ShapeError(
        `where: element types are ${condition}, ${a} and ${b}; the condition must be bool, the others alike`,
      );
    }
    return a;
  },
  lower: (graph, [condition = '', a = '', b = ''], _, { outputs }) => {
    if (outputs[0]?.dtype !== 'bool') return graph.node('Where', [condition, a, b]);
    // ONNX Runtime has no Where for bool.
    const fromA = graph.node('And', [condition, a]);
    const fromB = graph.node('And', [graph.node('Not', [condition]), b]);
    return graph.node('Or', [fromA, fromB]);
  },
  vjp: ({ inputs: [condition, a, b], dy }) => {
    const test = only(condition, 'where');
    return [
      null,
      sumTo(test.where(dy, 0), only(a, 'where').shape),
      sumTo(test.where(0, dy), only(b, 'where').shape),
    ];
  },
  samples: [
    {
      shapes: [[2, 3], [2, 3], [3]],
      params: {},
      values: { 0: [1, 0, 0, 1, 1, 0] },
      dtypes: { 0: 'bool' },
    },
    { shapes: [[2, 1], [], [2, 2]], params: {}, values: { 0: [0, 1] }, dtypes: { 0: 'bool' } },
  ],
});
