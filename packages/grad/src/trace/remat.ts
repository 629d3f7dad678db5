import { after } from '../ops/after.ts';
import { alias } from '../ops/alias.ts';
import { upcomingId, type GraphNode, type Tensor } from '../tensor.ts';
import { flattenTensors } from '../tree.ts';
import { closureOf, withOwnGradient, withTensors } from './custom.ts';
import { pullBack } from './gradient.ts';
import { replay } from './replay.ts';

/**
 * A function whose intermediate values are not kept for its gradient but computed again (JAX's
 * `checkpoint`): a block of a deep network then holds its input only, for about a third more time.
 * Values and gradients are the same.
 *
 * The second computation waits for the cotangent of the output: that keeps it late, and keeps it from
 * being merged with the first.
 *
 * @param fn - Any function of trees; it may use tensors from outside, whose gradients are not lost.
 */
export function remat<Args extends readonly unknown[], Out>(
  fn: (...args: Args) => Out,
): (...args: Args) => Out {
  return (...args) => {
    const firstId = upcomingId();
    const { result, reads } = closureOf(fn(...args), firstId);
    const values = flattenTensors(result).map(({ value }) => value);
    const outputs = withOwnGradient('remat', { values, inputs: reads }, ({ inputs, dys }) => {
      const [token] = dys;
      if (token === undefined) return inputs.map(() => null);
      const again = inputs.map((input) => alias(after(input, token.cast(input.dtype))));
      const substitutes = new Map<GraphNode, readonly Tensor[]>();
      reads.forEach(({ node, index }, i) => {
        const slots = [...(substitutes.get(node) ?? node.outputs.map(() => reads[i]))];
        slots[index] = again[i];
        substitutes.set(
          node,
          slots.flatMap((slot) => slot ?? []),
        );
      });
      return pullBack(replay(values, substitutes), dys, again);
    });
    return withTensors(result, outputs);
  };
}
