import { ConfigError, foldIn, silu, type Key, type Tensor } from '@working-papers/grad';
import { linearLayer, type Linear } from './linear.ts';

/** Parameters of a multi-layer perceptron, input to output. */
export interface Mlp {
  readonly layers: readonly Linear[];
}

/** A multi-layer perceptron: affine layers with a non-linearity between them and none at the end. */
export const mlp = {
  /**
   * Fresh parameters.
   *
   * @param sizes - Widths from input to output; two or more.
   * @throws {ConfigError} If there are fewer, or one is not a positive integer.
   */
  init(key: Key, sizes: readonly number[]): Mlp {
    if (sizes.length < 2 || !sizes.every((size) => Number.isInteger(size) && size > 0)) {
      throw new ConfigError(
        `mlp.init: sizes are [${sizes.join(', ')}]; expected two or more positive integers`,
      );
    }
    const layers = sizes.slice(1).map((dOut, i) => {
      return linearLayer.init(foldIn(key, i), sizes[i] ?? 0, dOut);
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
