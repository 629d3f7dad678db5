import {
  ConfigError,
  div,
  flattenTensors,
  mapTensors,
  zeros,
  type Operand,
  type Tensor,
} from '@working-papers/grad';
import type { Optimiser, OptimiserState } from './optimiser.ts';
import { checkGradients, zipParams } from './zipParams.ts';

/** Parameters with the state of Adam. */
export interface AdamState<Params> extends OptimiserState<Params> {
  /** Decayed sums of gradients: PyTorch's `exp_avg` divided by 1 - beta1. */
  readonly m: Params;
  /** Decayed sums of squared gradients: PyTorch's `exp_avg_sq` divided by 1 - beta2. */
  readonly v: Params;
  /** 1 - beta1^t and 1 - beta2^t, scalars of the parameters' element type. */
  readonly corrections: readonly [Tensor, Tensor];
}

/** Settings of one update. */
export interface AdamOptions {
  /** A tensor where it changes from step to step. */
  readonly learningRate: Operand;
  /** Each from 0 to less than 1; default [0.9, 0.999]. */
  readonly betas?: readonly [number, number];
  /** Added to the root of the second moment, positive; default 1e-8. */
  readonly epsilon?: number;
  /**
   * Decoupled from the gradient, as in AdamW (arXiv:1711.05101); default 0, which is Adam. PyTorch's Adam
   * has another decay, which it adds to the gradients.
   */
  readonly weightDecay?: number;
}

/**
 * Adam (arXiv:1412.6980, algorithm 1) and AdamW. The moments are kept without their factors
 * 1 - beta, which saves two passes over the parameters, and the bias corrections grow by
 * c <- beta c + (1 - beta), which keeps its digits in float32 where 1 - beta^t cancels.
 */
export const adam = {
  /** The state before the first step. */
  init<Params>(params: Params): AdamState<Params> {
    const blank = (value: Tensor) => zeros(value.shape, value.dtype);
    const dtype = flattenTensors(params)[0]?.value.dtype;
    return {
      params,
      m: mapTensors(params, blank),
      v: mapTensors(params, blank),
      corrections: [zeros([], dtype), zeros([], dtype)],
    };
  },

  /**
   * The state after one step; built inside a compiled function.
   *
   * @throws {ConfigError} If a setting is out of its range, or `gradients` has another form than the
   * parameters.
   * @throws {ShapeError} If a gradient has another shape than its parameter.
   */
  update<Params>(
    state: AdamState<Params>,
    gradients: Params,
    options: AdamOptions,
  ): AdamState<Params> {
    const { learningRate, betas = [0.9, 0.999], epsilon = 1e-8, weightDecay = 0 } = options;
    checkOptions(betas, epsilon);
    checkGradients('adam.update', state.params, gradients);
    const [beta1, beta2] = betas;
    const [c1, c2] = [
      state.corrections[0].mul(beta1).add(1 - beta1),
      state.corrections[1].mul(beta2).add(1 - beta2),
    ];
    const stepSize = div(1 - beta1, c1).mul(learningRate);
    const scale = div(1 - beta2, c2);

    const m = zipParams(state.m, gradients, (sum, g) => sum.mul(beta1).add(g));
    const v = zipParams(state.v, gradients, (sum, g) => sum.mul(beta2).add(g.square()));
    const steps = zipParams(m, v, (mi, vi) =>
      mi.mul(stepSize).div(vi.mul(scale).sqrt().add(epsilon)),
    );
    const kept = decayed(state.params, learningRate, weightDecay);
    const params = zipParams(kept, steps, (p, step) => p.sub(step));
    return { params, m, v, corrections: [c1, c2] };
  },

  /** Adam with these settings as an {@link Optimiser}. */
  with<Params>(
    settings: Omit<AdamOptions, 'learningRate'> = {},
  ): Optimiser<Params, AdamState<Params>> {
    return {
      init: (params) => adam.init(params),
      update: (state, gradients, learningRate) =>
        adam.update(state, gradients, { ...settings, learningRate }),
    };
  },
};

/** Parameters times 1 - learningRate weightDecay. */
function decayed<Params>(params: Params, learningRate: Operand, weightDecay: number): Params {
  if (weightDecay === 0) return params;
  const factor =
    typeof learningRate === 'number'
      ? 1 - learningRate * weightDecay
      : learningRate.mul(-weightDecay).add(1);
  return mapTensors(params, (p) => p.mul(factor));
}

function checkOptions(betas: readonly [number, number], epsilon: number): void {
  if (!betas.every((beta) => beta >= 0 && beta < 1)) {
    throw new ConfigError(
      `adam.update: betas = [${betas.join(', ')}]; expected each from 0 to less than 1`,
    );
  }
  if (!(epsilon > 0)) {
    throw new ConfigError(`adam.update: epsilon = ${epsilon} is not positive`);
  }
}
