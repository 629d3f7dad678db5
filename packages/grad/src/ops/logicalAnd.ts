import type { Tensor } from '../tensor.ts';
import { defineLogical } from './elementwise.ts';

/**
 * Whether both a and b hold, element by element; no gradient flows.
 *
 * @param a - bool, any shape.
 * @param b - bool, any shape that broadcasts with `a`.
 * @returns bool, the broadcast shape.
 * @throws {ShapeError} If the shapes do not broadcast or an operand is not bool.
 */
export function logicalAnd(a: Tensor, b: Tensor): Tensor {
  return logicalAndOp([a, b], {});
}

/** The operation behind {@link logicalAnd}. */
export const logicalAndOp = defineLogical({
  name: 'logicalAnd',
  arity: 2,
  lower: 'And',
  composed: (graph, inputs) => graph.node('Mul', inputs),
});
