import { valueAndGrad, type Tensor } from '@working-papers/grad';
import { clipByGlobalNorm } from './clipping.ts';
import type { Optimiser, OptimiserState } from './optimiser.ts';

/** What one step of training returns. */
export interface GradientStep<State> {
  readonly state: State;
  /** Before the step; a scalar. */
  readonly loss: Tensor;
  /** Global norm of the gradients before clipping; only with `maxGradNorm`. */
  readonly gradNorm?: Tensor;
}

/**
 * One step of training with any optimiser, to be compiled: loss, gradients, clipping, update.
 *
 * @param loss - Of parameters and a batch; returns a scalar.
 * @param optimiser - For example `adam.with({ weightDecay: 0.1 })`.
 * @param options - `maxGradNorm`: see {@link clipByGlobalNorm}; default none.
 * @returns A function of the optimiser's state, a batch and the learning rate, a scalar tensor.
 */
export function gradientStep<Params, Batch, State extends OptimiserState<Params>>(
  loss: (params: Params, batch: Batch) => Tensor,
  optimiser: Optimiser<Params, State>,
  { maxGradNorm }: { readonly maxGradNorm?: number } = {},
): (state: State, batch: Batch, learningRate: Tensor) => GradientStep<State> {
  return (state, batch, learningRate) => {
    const [value, gradients] = valueAndGrad(loss)(state.params, batch);
    if (maxGradNorm === undefined) {
      return { state: optimiser.update(state, gradients, learningRate), loss: value };
    }
    const clipped = clipByGlobalNorm(gradients, maxGradNorm);
    return {
      state: optimiser.update(state, clipped.gradients, learningRate),
      loss: value,
      gradNorm: clipped.norm,
    };
  };
}
