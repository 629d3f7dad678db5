import type { TypedArray } from '../dtype.ts';
import { contentOf, Tensor, type GraphNode } from '../tensor.ts';
import { topologicalOrder } from './order.ts';

/** The clean-up passes; each keeps every value and can be switched off. */
export interface CleanUpOptions {
  /** Apply the operations' own `simplify` rules: x + 0, double transposes, chains of reshapes. Default true. */
  readonly simplify?: boolean;
  /** Compute equal expressions once. Default true. */
  readonly merge?: boolean;
}

/**
 * An equivalent graph with fewer nodes. What nothing needs any more is not removed here: only what
 * the outputs reach is ever lowered.
 *
 * @returns The counterparts of `outputs`.
 */
export function cleanUp(
  outputs: readonly Tensor[],
  options: CleanUpOptions = {},
): readonly Tensor[] {
  const { simplify = true, merge = true } = options;
  const rewritten = new Map<GraphNode, readonly Tensor[]>();
  const merged = merge ? new Merger() : null;
  const settled = (value: Tensor) => rewritten.get(value.node)?.[value.index] ?? value;

  const rewriteAll = (roots: readonly Tensor[]) => {
    for (const node of topologicalOrder(roots)) {
      if (!rewritten.has(node)) rewritten.set(node, rewrite(node));
    }
  };
  const rewrite = (node: GraphNode): readonly Tensor[] => {
    const inputs = node.inputs.map(settled);
    const isSame = inputs.every((input, i) => isSameValue(input, node.inputs[i]));
    const rebuilt = isSame ? outputsOf(node) : (node.withInputs?.(inputs) ?? outputsOf(node));
    const simpler = simplify ? rebuilt[0]?.node.simplify?.() : null;
    if (simpler) {
      rewriteAll([simpler]);
      return [settled(simpler)];
    }
    return merged ? merged.canonical(rebuilt) : rebuilt;
  };

  rewriteAll(outputs);
  return outputs.map(settled);
}

/** Finds the first of several equal expressions. */
class Merger {
  private readonly known = new Map<string, readonly Tensor[]>();
  private readonly arrays = new Map<TypedArray, number>();

  canonical(outputs: readonly Tensor[]): readonly Tensor[] {
    const node = outputs[0]?.node;
    if (node === undefined || node.name === 'input') return outputs;
    const key = this.key(node);
    const first = this.known.get(key);
    if (first !== undefined) return first;
    this.known.set(key, outputs);
    return outputs;
  }

  private key(node: GraphNode): string {
    const specs = node.outputs.map(({ shape, dtype }) => `${dtype}[${shape.join()}]`).join();
    if (node.constant !== undefined) return `constant ${specs} ${this.constantKey(node.constant)}`;
    const inputs = node.inputs.map((input) => `${input.node.id}:${input.index}`).join();
    return `${node.name} ${specs} (${inputs}) ${JSON.stringify(node.params, exactNumber)}`;
  }

  private constantKey(constant: NonNullable<GraphNode['constant']>): string {
    const content = contentOf(constant);
    if (typeof content === 'number') return numberKey(content);
    const id = this.arrays.get(content) ?? this.arrays.size;
    this.arrays.set(content, id);
    return `#${id}`;
  }
}

/** JSON writes -0 as 0, infinities and NaN as null. */
function exactNumber(_: string, value: unknown): unknown {
  return typeof value === 'number' ? numberKey(value) : value;
}

function numberKey(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

function isSameValue(a: Tensor, b: Tensor | undefined): boolean {
  return b !== undefined && a.node === b.node && a.index === b.index;
}

function outputsOf(node: GraphNode): readonly Tensor[] {
  return node.outputs.map((_, index) => new Tensor(node, index));
}
