import { addOp } from '../ops/add.ts';
import { linear } from '../ops/linear.ts';
import { matmulOp } from '../ops/matmul.ts';
import { mulOp } from '../ops/mul.ts';
import { reshapeOp } from '../ops/reshape.ts';
import { outputsOf, uniformValue, type GraphNode, type Tensor } from '../tensor.ts';
import { topologicalOrder, type Substitutes } from './order.ts';
import { inheritOrigin } from './origin.ts';

/**
 * Finds operations for which one kernel does both. Only what a single operation uses is joined with
 * it, because nothing else would be saved.
 *
 * @returns What stands in for the second operation of each pair.
 */
export function fuse(outputs: readonly Tensor[]): Substitutes {
  const order = topologicalOrder(outputs);
  const uses = countUses(order, outputs);
  const joined = new Map<GraphNode, Tensor>();
  for (const node of order) {
    if (node.name !== 'mul' && node.name !== 'add') continue;
    // A reshape of a product counts as the product.
    const isOwn = (at: number) => {
      const input = node.inputs[at]?.node;
      const [inner] = input?.name === 'reshape' ? input.inputs : [];
      return [input, inner?.node].every((each) => each === undefined || uses.get(each) === 1);
    };
    const one = inheritOrigin(node.origin, () => {
      const [y] = outputsOf(node);
      return y && (scaledProduct(y, isOwn) ?? shiftedProduct(y, isOwn));
    });
    if (one) joined.set(node, one);
  }
  return joined;
}

function countUses(
  order: readonly GraphNode[],
  outputs: readonly Tensor[],
): ReadonlyMap<GraphNode, number> {
  const uses = new Map<GraphNode, number>();
  const used = [...order.flatMap(({ inputs }) => inputs), ...outputs];
  for (const { node } of used) uses.set(node, (uses.get(node) ?? 0) + 1);
  return uses;
}

type IsOwn = (input: number) => boolean;

// (a b) c for a number c: the kernels of matrix products take a factor.
function scaledProduct(y: Tensor, isOwn: IsOwn): Tensor | null {
  for (const [at, other] of mulOp.match(y)?.inputs.entries() ?? []) {
    const factor = y.node.inputs[1 - at];
    const scale = factor && factor.size === 1 ? uniformValue(factor) : null;
    const product = matmulOp.match(other);
    if (scale === null || !product || !isOwn(at) || other.rank !== y.rank) continue;
    if (!Number.isFinite(scale)) continue;
    return matmulOp(product.inputs, { ...product.params, scale: product.params.scale * scale });
  }
  return null;
}

// x w + b for one matrix w, also behind a reshape of the rows: one Gemm.
function shiftedProduct(y: Tensor, isOwn: IsOwn): Tensor | null {
  for (const [at, other] of addOp.match(y)?.inputs.entries() ?? []) {
    const bias = y.node.inputs[1 - at];
    const [product = other] = reshapeOp.match(other)?.inputs ?? [];
    const { inputs: [x, w] = [], params } = matmulOp.match(product) ?? {};
    if (!bias || !x || !w || !params || !isOwn(at)) continue;
    const isPlain = !params.transposeA && !params.transposeB && params.scale === 1;
    const columns = w.rank === 2 ? w.shape[1] : undefined;
    const fits = bias.rank === 1 && bias.size === columns && y.shape.at(-1) === columns;
    if (isPlain && fits && y.size === product.size) return linear(x, w, bias).reshape(y.shape);
  }
  return null;
}
