import { isFloat } from '../dtype.ts';
import { createNode, outputsOf, zeros, type GraphNode, type Tensor } from '../tensor.ts';
import { flattenTensors, mapTensors } from '../tree.ts';
import { topologicalOrder } from './order.ts';

/** A gradient of one's own: cotangents of `inputs`, or null for none, from those of `outputs`. */
export type OwnGradient = (context: {
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  readonly dys: readonly Tensor[];
}) => readonly (Tensor | null)[];

const ownGradients = new WeakMap<GraphNode, { gradient: OwnGradient; nValues: number }>();

/** The gradient of a node that {@link withOwnGradient} made, and how many of its inputs are values. */
export function ownGradientOf(node: GraphNode) {
  return ownGradients.get(node);
}

/**
 * Values that were computed in any way, with a gradient of their own with respect to `inputs`. The
 * node computes nothing, and no gradient passes through what its values were computed with.
 */
export function withOwnGradient(
  name: string,
  { values, inputs }: { values: readonly Tensor[]; inputs: readonly Tensor[] },
  gradient: OwnGradient,
): readonly Tensor[] {
  const node = createNode({
    name,
    params: {},
    inputs: [...values, ...inputs],
    outputs: values.map(({ shape, dtype }) => ({ shape, dtype })),
    lower: (_, names) => names.slice(0, values.length),
    vjp: (dys) => {
      const outputs = outputsOf(node);
      const filled = outputs.map(({ shape, dtype }, i) => dys[i] ?? zeros(shape, dtype));
      return [...values.map(() => null), ...gradient({ inputs, outputs, dys: filled })];
    },
    withInputs: (others) =>
      withOwnGradient(
        name,
        { values: others.slice(0, values.length), inputs: others.slice(values.length) },
        gradient,
      ),
    // Once gradients are taken, nothing of it is left.
    ...(values.length === 1 && { simplify: () => node.inputs[0] ?? null }),
  });
  ownGradients.set(node, { gradient, nValues: values.length });
  return outputsOf(node);
}

/** A tree of the form of `tree` with other tensors, in their order. */
export function withTensors<T>(tree: T, tensors: readonly Tensor[]): T {
  let next = 0;
  return mapTensors(tree, (value) => tensors[next++] ?? value);
}

/** What a function reads that was there before: tensors that it was given, and that it captured. */
export interface Closure<Out> {
  readonly result: Out;
  readonly reads: readonly Tensor[];
}

/**
 * Calls a function and finds what its result rests on.
 *
 * @param firstId - Id of the first node that belongs to the call.
 */
export function closureOf<Out>(result: Out, firstId: number): Closure<Out> {
  const roots = flattenTensors(result).map(({ value }) => value);
  const isBefore = (value: Tensor) => value.node.id < firstId;
  const inside = topologicalOrder(roots, (node) => node.id < firstId);
  const reads = new Map<string, Tensor>();
  for (const value of [...roots, ...inside.flatMap(({ inputs }) => inputs)]) {
    const isVariable = value.node.constant === undefined && isFloat(value.dtype);
    if (isBefore(value) && isVariable) reads.set(`${value.node.id}:${value.index}`, value);
  }
  return { result, reads: [...reads.values()] };
}
