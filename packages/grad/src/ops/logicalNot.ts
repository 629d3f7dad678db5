import type { Tensor } from '../tensor.ts';
import { defineLogical, only } from './elementwise.ts';

/**
 * Whether x does not hold, element by element; no gradient flows.
 *
 * @param x - bool, any shape.
 * @returns bool, the shape of `x`.
 * @throws {ShapeError} If `x` is not bool.
 */
export function logicalNot(x: Tensor): Tensor {
  return logicalNotOp([x], {});
}

/** The operation behind {@link logicalNot}. */
export const logicalNotOp = defineLogical({
  name: 'logicalNot',
  arity: 1,
  lower: 'Not',
  composed: (graph, [x]) => graph.node('Sub', [graph.scalar(1, 'float32'), only(x, 'logicalNot')]),
});
