import {
  ConfigError,
  ShapeError,
  mapTensors,
  zeros,
  type Operand,
  type Tensor,
} from '@working-papers/grad';
import type { Optimiser, OptimiserState } from './optimiser.ts';
import { checkGradients, zipParams } from './zipParams.ts';

/** Parameters with the state of Muon. */
export interface MuonState<Params> extends OptimiserState<Params> {
  /** Decayed sums of gradients. */
  readonly momentum: Params;
}

/** Settings of one update. */
export interface MuonOptions {
  /** About the singular values of an update; a tensor where it changes from step to step. */
  readonly learningRate: Operand;
  /** From 0 to less than 1; default 0.95. */
  readonly momentum?: number;
  /**
   * Newton-Schulz iterations; default 5. Each raises small singular values 3.4-fold, so that five even
   * out a range of about 1:500 and seven of 1:5000.
   */
  readonly iterations?: number;
}

/**
 * Muon (K. Jordan et al. 2024, kellerjordan.github.io/posts/muon): momentum in Nesterov's form, then an
 * update with the singular vectors of the result and singular values of about 1, so that a direction
 * which the gradient hardly shows is learned as fast as the others. For matrices [..., rows, columns]
 * of at least as many rows as columns; leading axes are a batch.
 */
export const muon = {
  /**
   * The state before the first step.
   *
   * @throws {ShapeError} If a parameter is not of matrices, or of matrices wider than high.
   */
  init<Params>(params: Params): MuonState<Params> {
    const momentum = mapTensors(params, (value, path) => {
      const [rows = 0, columns = 0] = value.shape.slice(-2);
      if (value.rank < 2 || rows < columns) {
        throw new ShapeError(
          `muon: ${path || 'the parameter'} is [${value.shape.join(', ')}]; expected [..., rows, columns] with rows >= columns`,
        );
      }
      return zeros(value.shape, value.dtype);
    });
    return { params, momentum };
  },

  /**
   * The state after one step; built inside a compiled function.
   *
   * @throws {ConfigError} If a setting is out of its range, or `gradients` has another form than the
   * parameters.
   * @throws {ShapeError} If a gradient has another shape than its parameter.
   */
  update<Params>(
    state: MuonState<Params>,
    gradients: Params,
    options: MuonOptions,
  ): MuonState<Params> {
    const { learningRate, momentum: mu = 0.95, iterations = 5 } = options;
    if (!(mu >= 0 && mu < 1) || !(Number.isInteger(iterations) && iterations >= 1)) {
      throw new ConfigError(
        `muon.update: momentum = ${mu}, iterations = ${iterations}; expected momentum from 0 to less than 1 and an integer of 1 or more`,
      );
    }
    checkGradients('muon.update', state.params, gradients);
    const momentum = zipParams(state.momentum, gradients, (sum, g) => sum.mul(mu).add(g));
    const ahead = zipParams(momentum, gradients, (sum, g) => sum.mul(mu).add(g));
    const params = zipParams(state.params, ahead, (p, direction) =>
      p.sub(orthogonalise(direction, iterations).mul(learningRate)),
    );
    return { params, momentum };
  },

  /** Muon with these settings as an {@link Optimiser}. */
  with<Params>(
    settings: Omit<MuonOptions, 'learningRate'> = {},
  ): Optimiser<Params, MuonState<Params>> {
    return {
      init: (params) => muon.init(params),
      update: (state, gradients, learningRate) =>
        muon.update(state, gradients, { ...settings, learningRate }),
    };
  },
};

/**
 * A matrix with the singular vectors of `x` and singular values from 0.68 to 1.13 in place of those
 * that are not tiny against the largest; 0 stays 0.
 */
function orthogonalise(x: Tensor, iterations: number): Tensor {
  // The quintic X (a I + b X^T X + c (X^T X)^2), whose slope at 0 is the largest that stays bounded.
  const [a, b, c] = [3.4445, -4.775, 2.0315];
  const keepDims = true;
  // By the largest entry first, because the squares of small gradients underflow.
  const scaled = x.div(x.abs().max([-2, -1], { keepDims }).maximum(1e-30));
  let y = scaled.div(scaled.square().sum([-2, -1], { keepDims }).sqrt().maximum(1e-30));
  for (let i = 0; i < iterations; i++) {
    const gram = y.matmul(y, { transposeA: true });
    y = y.mul(a).add(y.matmul(gram.mul(b).add(gram.matmul(gram).mul(c))));
  }
  return y;
}
