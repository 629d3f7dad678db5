import { defineOp } from '../op.ts';
import { onnxDTypes } from '../onnx/model.ts';
import type { Tensor } from '../tensor.ts';
import type { NoParams } from './elementwise.ts';

/**
 * The same value, but not before another one is computed. Neither our clean-up nor that of the runtime
 * can see that the other has no part in it, so what is computed with it stays apart from the same
 * computation with `x`.
 *
 * @param x - Floating-point, any shape.
 * @param token - What must be there first, of any shape and the element type of `x`.
 * @returns The shape of `x`; on the CPU the same memory.
 */
export function after(x: Tensor, token: Tensor): Tensor {
  return afterOp([x, token], {});
}

/** The operation behind {@link after}. */
export const afterOp = defineOp<NoParams>({
  name: 'after',
  shape: ([x = []]) => x,
  lower: (graph, [x = '', token = ''], _, { inputs: [spec, tokenSpec] }) => {
    const first = graph.node('Gather', [
      graph.node('Reshape', [token, graph.int64s([-1])]),
      graph.constant([0], [], 'int32'),
    ]);
    const zero = graph.scalar(0, tokenSpec?.dtype ?? 'float32');
    // Never true, also for NaN.
    const never = graph.node('And', [
      graph.node('Less', [first, zero]),
      graph.node('Greater', [first, zero]),
    ]);
    const shape = spec?.shape ?? [];
    if (shape.length === 0 || !graph.supports('Add', 'int64')) {
      const other = graph.scalar(0, spec?.dtype ?? 'float32');
      return graph.node('Where', [never, other, x]);
    }
    // A shape that is known only when the graph runs: nothing is copied, and nothing can be merged.
    const nothing = graph.node('Cast', [never], { to: onnxDTypes.int64 });
    return graph.node('Reshape', [x, graph.node('Add', [graph.int64s(shape), nothing])]);
  },
  vjp: ({ dy }) => [dy, null],
  samples: [
    { shapes: [[2, 3], [4]], params: {} },
    { shapes: [[], []], params: {} },
  ],
});
