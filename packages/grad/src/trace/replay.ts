import { outputsOf, type GraphNode, type Tensor } from '../tensor.ts';
import { topologicalOrder } from './order.ts';
import { inheritOrigin } from './origin.ts';

/** The same graph with other tensors in the place of some. */
export function replay(
  outputs: readonly Tensor[],
  substitutes: ReadonlyMap<GraphNode, readonly Tensor[]>,
): readonly Tensor[] {
  const done = new Map(substitutes);
  const counterpart = (value: Tensor) => done.get(value.node)?.[value.index] ?? value;
  for (const node of topologicalOrder(outputs, (known) => substitutes.has(known))) {
    done.set(
      node,
      inheritOrigin(node.origin, () => rebuild(node, counterpart)),
    );
  }
  return outputs.map(counterpart);
}

/** The outputs of a node on the counterparts of its inputs; of the node itself if they are the same. */
export function rebuild(
  node: GraphNode,
  counterpart: (input: Tensor) => Tensor,
): readonly Tensor[] {
  const inputs = node.inputs.map(counterpart);
  const isSame = inputs.every(
    (input, i) => input.node === node.inputs[i]?.node && input.index === node.inputs[i].index,
  );
  return isSame || !node.withInputs ? outputsOf(node) : node.withInputs(inputs);
}
