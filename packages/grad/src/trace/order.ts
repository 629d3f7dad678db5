import type { GraphNode, Tensor } from '../tensor.ts';

/**
 * The nodes that `roots` depend on, inputs before what uses them. Ids ascend in order of
 * construction, so sorting by id is a topological order.
 *
 * @param isKnown - Nodes to leave out, with what only they depend on.
 */
export function topologicalOrder(
  roots: readonly Tensor[],
  isKnown: (node: GraphNode) => boolean = () => false,
): readonly GraphNode[] {
  const seen = new Set<GraphNode>();
  const open = roots.map((root) => root.node);
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (seen.has(node) || isKnown(node)) continue;
    seen.add(node);
    for (const input of node.inputs) open.push(input.node);
  }
  return seen.size > 1 ? [...seen].toSorted((a, b) => a.id - b.id) : [...seen];
}

/** Tensors in the place of the only output of some nodes. */
export type Substitutes = ReadonlyMap<GraphNode, Tensor>;

/** What stands for a value. */
export function resolve(value: Tensor, substitutes: Substitutes): Tensor {
  let current = value;
  for (;;) {
    const next = substitutes.get(current.node);
    if (next === undefined) return current;
    current = next;
  }
}

/** Like {@link topologicalOrder} where substitutes, which are younger than what uses them, stand in. */
export function substitutedOrder(
  roots: readonly Tensor[],
  substitutes: Substitutes,
): readonly GraphNode[] {
  const order: GraphNode[] = [];
  const seen = new Set<GraphNode>();
  const open: { node: GraphNode; next: number }[] = [];
  const enter = (value: Tensor) => {
    const { node } = resolve(value, substitutes);
    if (seen.has(node)) return;
    seen.add(node);
    open.push({ node, next: 0 });
  };
  for (const root of roots) {
    enter(root);
    for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
      const input = top.node.inputs[top.next++];
      if (input !== undefined) {
        enter(input);
        continue;
      }
      order.push(top.node);
      open.pop();
    }
  }
  return order;
}
