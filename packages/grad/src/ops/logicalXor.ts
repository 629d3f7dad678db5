import type { Tensor } from '../tensor.ts';
import { defineLogical } from './elementwise.ts';

/**
 * Whether exactly one of a and b holds, element by element; no gradient flows.
 *
 * @param a - bool, any shape.
 * @param b - bool, any shape that broadcasts with `a`.
 * @returns bool, the broadcast shape.
 * @throws {ShapeError} If the shapes do not broadcast or an operand is not bool.
 */
export function logicalXor(a: Tensor, b: Tensor): Tensor {
  return logicalXorOp([a, b], {});
}

/** The operation behind {@link logicalXor}. */
export const logicalXorOp = defineLogical({
  name: 'logicalXor',
  arity: 2,
  lower: 'Xor',
  composed: (graph, inputs) => graph.node('Sub', inputs),
});
