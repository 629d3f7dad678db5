/** What Maestro minimises on a batch. */
import { crossEntropy, type Tensor } from '@working-papers/grad';
import { groupLasso } from './method.ts';
import { applyNetwork, type Architecture, type Network } from './network.ts';
import type { ImageBatch } from './images.ts';

/** A batch with the masks that truncate layers in this step. */
export interface MaskedBatch extends ImageBatch {
  readonly masks: Readonly<Record<string, Tensor>>;
}

/** Settings of the objective. */
export interface ObjectiveOptions {
  /** Weight of the group lasso; 0 leaves it out. */
  readonly lambda: number;
  /**
   * Whether the whole network learns from the labels at every step too; the truncated one then learns
   * from its output instead (self-distillation, as in ordered dropout).
   */
  readonly hasFullPass: boolean;
}

/**
 * [CE(h(x), y)] + CE(h(x; truncated), y or softmax h(x)) + lambda sum_i GL_i, means over the batch; the
 * first term and the soft targets only with the full pass. A network without factors has the
 * cross-entropy left.
 */
export function objective(
  architecture: Architecture,
  network: Network,
  { x, y, masks }: MaskedBatch,
  { lambda, hasFullPass }: ObjectiveOptions,
): Tensor {
  const truncated = applyNetwork(architecture, network, x, { masks }).logits;
  const losses = hasFullPass
    ? withFullPass(applyNetwork(architecture, network, x).logits, truncated, y)
    : crossEntropy(truncated, y).mean();
  if (lambda === 0) return losses;
  const lassos = Object.values(network.layers).flatMap((layer) =>
    'u' in layer ? [groupLasso(layer)] : [],
  );
  return lassos.reduce((sum, lasso) => sum.add(lasso.mul(lambda)), losses);
}

function withFullPass(whole: Tensor, truncated: Tensor, y: Tensor): Tensor {
  const taught = crossEntropy(truncated, whole.softmax(-1).stopGradient());
  return crossEntropy(whole, y).add(taught).mean();
}
