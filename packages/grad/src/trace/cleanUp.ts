import { outputsOf, type GraphNode, type Tensor } from '../tensor.ts';
import { foldConstant } from './fold.ts';
import { Merger } from './merge.ts';
import { topologicalOrder } from './order.ts';
import { inheritOrigin } from './origin.ts';
import { rebuild } from './replay.ts';
import { simplifyPair } from './simplifyPair.ts';

/** The clean-up passes; each keeps every value, up to rounding, and can be switched off. */
export interface CleanUpOptions {
  /** Rewrite what is equal to less: x + 0, double transposes, chains of reshapes and casts, sums of copies. Default true. */
  readonly simplify?: boolean;
  /** Compute what depends on small constants alone now. Default true. */
  readonly fold?: boolean;
  /** Compute equal expressions once. Default true. */
  readonly merge?: boolean;
  /** Join operations for which a kernel exists that does both: scaled and shifted matrix products. Default true. */
  readonly fuse?: boolean;
}

/**
 * An equivalent graph with fewer nodes, in time linear in their number. What nothing needs any more is
 * not removed here: only what the outputs reach is ever lowered.
 *
 * @returns The counterparts of `outputs`.
 */
export function cleanUp(
  outputs: readonly Tensor[],
  options: Pick<CleanUpOptions, 'simplify' | 'fold' | 'merge'> = {},
): readonly Tensor[] {
  const { simplify = true, fold = true, merge = true } = options;
  const settledNodes = new Map<GraphNode, readonly Tensor[]>();
  const merger = merge ? new Merger() : null;
  const settled = (value: Tensor) => settledNodes.get(value.node)?.[value.index] ?? value;

  // Rules look at settled inputs only, so what they build rests on nodes that are done.
  const settleAll = (roots: readonly Tensor[]) => {
    for (const node of topologicalOrder(roots, (known) => settledNodes.has(known))) {
      const made = inheritOrigin(node.origin, () => rewrite(node));
      settledNodes.set(node, made);
      for (const { node: kept } of made) {
        if (!settledNodes.has(kept)) settledNodes.set(kept, outputsOf(kept));
      }
    }
  };
  const rewrite = (node: GraphNode): readonly Tensor[] => {
    const rebuilt = rebuild(node, settled);
    const made = rebuilt[0]?.node ?? node;
    const simpler =
      (simplify && (made.simplify?.() ?? simplifyPair(made))) || (fold && foldConstant(made));
    if (simpler) {
      settleAll([simpler]);
      return [settled(simpler)];
    }
    return merger ? merger.canonical(rebuilt) : rebuilt;
  };

  settleAll(outputs);
  return outputs.map(settled);
}
