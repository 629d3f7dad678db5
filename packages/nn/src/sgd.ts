import { ConfigError, mapTensors, zeros, type Operand } from '@working-papers/grad';
import type { Optimiser, OptimiserState } from './optimiser.ts';
import { checkGradients, zipParams } from './zipParams.ts';

/** Parameters with the state of gradient descent. */
export interface SgdState<Params> extends OptimiserState<Params> {
  /** Decayed sums of gradients, PyTorch's `momentum_buffer`; only with momentum. */
  readonly velocity?: Params;
}

/** Settings of one update. */
export interface SgdOptions {
  /** A tensor where it changes from step to step. */
  readonly learningRate: Operand;
  /** From 0 to less than 1; default 0, which needs no velocity. */
  readonly momentum?: number;
  /** Steps along the gradient plus momentum times the new velocity; needs momentum. Default false. */
  readonly isNesterov?: boolean;
  /** Times the parameter is added to its gradient; 0 or more, default 0. */
  readonly weightDecay?: number;
}

/**
 * Stochastic gradient descent as PyTorch defines it, with g = gradient + weightDecay p:
 *
 *     velocity <- momentum velocity + g
 *     p <- p - learningRate velocity,  or p - learningRate (g + momentum velocity) of Nesterov's form
 *
 * The learning rate multiplies the velocity and is not in it, so a change acts at once. PyTorch's
 * dampening is 0.
 */
export const sgd = {
  /** The state before the first step; with momentum, velocities of 0. */
  init<Params>(params: Params, { momentum = 0 }: Pick<SgdOptions, 'momentum'> = {}) {
    const state: SgdState<Params> =
      momentum === 0
        ? { params }
        : { params, velocity: mapTensors(params, (p) => zeros(p.shape, p.dtype)) };
    return state;
  },

  /**
   * The state after one step; built inside a compiled function.
   *
   * @throws {ConfigError} If a setting is out of its range, `gradients` has another form than the
   * parameters, or the state was made with momentum and the step is without, or the reverse.
   * @throws {ShapeError} If a gradient has another shape than its parameter.
   */
  update<Params>(
    state: SgdState<Params>,
    gradients: Params,
    options: SgdOptions,
  ): SgdState<Params> {
    const { learningRate, momentum = 0, isNesterov = false, weightDecay = 0 } = options;
    checkOptions(momentum, isNesterov, weightDecay);
    checkGradients('sgd.update', state.params, gradients);
    const { params, velocity: before } = state;
    if ((before === undefined) !== (momentum === 0)) {
      throw new ConfigError(
        `sgd.update: momentum = ${momentum}, but the state has ${before === undefined ? 'no' : 'a'} velocity; give sgd.init the same momentum`,
      );
    }
    const slopes =
      weightDecay === 0
        ? gradients
        : zipParams(gradients, params, (g, p) => g.add(p.mul(weightDecay)));
    const descend = (directions: Params) =>
      zipParams(params, directions, (p, d) => p.sub(d.mul(learningRate)));
    if (before === undefined) return { params: descend(slopes) };
    const velocity = zipParams(before, slopes, (sum, g) => sum.mul(momentum).add(g));
    const ahead = isNesterov
      ? zipParams(slopes, velocity, (g, sum) => g.add(sum.mul(momentum)))
      : velocity;
    return { params: descend(ahead), velocity };
  },

  /** Gradient descent with these settings as an {@link Optimiser}. */
  with<Params>(
    settings: Omit<SgdOptions, 'learningRate'> = {},
  ): Optimiser<Params, SgdState<Params>> {
    return {
      init: (params) => sgd.init(params, settings),
      update: (state, gradients, learningRate) =>
        sgd.update(state, gradients, { ...settings, learningRate }),
    };
  },
};

function checkOptions(momentum: number, isNesterov: boolean, weightDecay: number): void {
  if (!(momentum >= 0 && momentum < 1)) {
    throw new ConfigError(`sgd.update: momentum = ${momentum} is not from 0 to less than 1`);
  }
  if (isNesterov && momentum === 0) {
    throw new ConfigError(
      "sgd.update: Nesterov's form needs momentum; set it, or isNesterov to false",
    );
  }
  if (!(weightDecay >= 0)) {
    throw new ConfigError(`sgd.update: weightDecay = ${weightDecay} is not 0 or more`);
  }
}
