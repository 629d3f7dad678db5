import type { Tensor } from '../tensor.ts';
import { defineLogical } from './elementwise.ts';

/**
 * Whether a or b or both hold, element by element; no gradient flows.
 *
 * @param a - bool, any shape.
 * @param b - bool, any shape that broadcasts with `a`.
 * @returns bool, the broadcast shape.
 * @throws {ShapeError} If the shapes do not broadcast or an operand is not bool.
 */
export function logicalOr(a: Tensor, b: Tensor): Tensor {
  return logicalOrOp([a, b], {});
}

/** The operation behind {@link logicalOr}. */
export const logicalOrOp = defineLogical({
  name: 'logicalOr',
  arity: 2,
  lower: 'Or',
  composed: (graph, inputs) => graph.node('Max', inputs),
});
