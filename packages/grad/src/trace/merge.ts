import type { TypedArray } from '../dtype.ts';
import { contentOf, type GraphNode, type Tensor } from '../tensor.ts';

/** Finds the first of several equal expressions. */
export class Merger {
  private readonly known = new Map<string, readonly Tensor[]>();
  private readonly arrays = new Map<TypedArray, number>();

  /** The outputs of the first node that was equal to this one, or its own if it is the first. */
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
    let key = node.constant ? `= ${this.constantKey(node.constant)}` : node.name;
    for (const { shape, dtype } of node.outputs) key += ` ${dtype}[${shape.join()}]`;
    for (const input of node.inputs) key += ` ${input.node.id}:${input.index}`;
    return key + paramsKey(node);
  }

  private constantKey(constant: NonNullable<GraphNode['constant']>): string {
    const content = contentOf(constant);
    if (typeof content === 'number') return numberKey(content);
    const id = this.arrays.get(content) ?? this.arrays.size;
    this.arrays.set(content, id);
    return `#${id}`;
  }
}

/** The parameters of a node as text that is the same for equal ones only. */
export function paramsKey({ params }: GraphNode): string {
  for (const _ in params) return JSON.stringify(params, exactNumber);
  return '';
}

/** JSON writes -0 as 0, infinities and NaN as null. */
function exactNumber(_: string, value: unknown): unknown {
  const isPlain = typeof value !== 'number' || (Number.isFinite(value) && !Object.is(value, -0));
  return isPlain ? value : `number ${numberKey(value)}`;
}

function numberKey(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}
