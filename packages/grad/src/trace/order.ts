import type { GraphNode, Tensor } from '../tensor.ts';

/**
 * The nodes that `roots` depend on, inputs before what uses them. Ids ascend in order of
 * construction, so sorting by id is a topological order.
 */
export function topologicalOrder(roots: readonly Tensor[]): readonly GraphNode[] {
  const seen = new Set<GraphNode>();
  const open = roots.map((root) => root.node);
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    for (const input of node.inputs) open.push(input.node);
  }
  return [...seen].toSorted((a, b) => a.id - b.id);
}
