import { ConfigError, foldIn, silu, type Key, type Tensor } from '@working-papers/grad';
import type { Initialiser } from './initialisers.ts';
import { linearLayer, type Linear } from './linear.ts';

/** Parameters of a multi-layer perceptron, input to output. */
export interface Mlp {
  readonly layers: readonly Linear[];
}

/** How the weights of an {@link mlp} start; without, as PyTorch's `nn.Linear`. */
export interface MlpStart {
  /** The biases then start at 0. */
  readonly weight?: Initialiser;
  /** Of the last layer. Default as `weight`. */
  readonly outWeight?: Initialiser;
}

/** A multi-layer perceptron: affine layers with a non-linearity between them and none at the end. */
export const mlp = {
  /**
   * Fresh parameters.
   *
   * @param sizes - Widths from input to output; two or more.
   * @throws {ConfigError} If there are fewer, or one is not a positive integer.
   */
  init(key: Key, sizes: readonly number[], start: MlpStart = {}): Mlp {
    if (sizes.length < 2 || !sizes.every((size) => Number.isInteger(size) && size > 0)) {
      throw new ConfigError(
        `mlp.init: sizes are [${sizes.join(', ')}]; expected two or more positive integers`,
      );
    }
    const layers = sizes.slice(1).map((dOut, i) => {
      const isLast = i === sizes.length - 2;
      const weight = (isLast ? start.outWeight : undefined) ?? start.weight;
      return linearLayer.init(foldIn(key, i), sizes[i] ?? 0, dOut, weight && { weight });
    });
    return { layers };
  },

  /**
   * @param x - [..., sizes[0]].
   * @param activation - Default SiLU.
   * @returns [..., sizes.at(-1)].
   */
  apply(params: Mlp, x: Tensor, activation: (x: Tensor) => Tensor = silu): Tensor {
    return params.layers.reduce(
      (hidden, layer, i) => linearLayer.apply(layer, i === 0 ? hidden : activation(hidden)),
      x,
    );
  },
};
