import { foldIn, silu, splitAxis, type Key, type Tensor } from '@working-papers/grad';
import type { MlpStart } from './mlp.ts';
import { linearLayer, projectionLayer, type Projection } from './linear.ts';

/** Parameters of a gated perceptron. */
export interface Swiglu {
  /** [dModel, 2 dMlp]: the columns of the gate, then those that it gates. */
  readonly gateUp: Projection;
  /** [dMlp, dModel]. */
  readonly down: Projection;
}

/**
 * The gated perceptron SwiGLU (arXiv:2002.05202, equation 6): y = (silu(x wGate) * x wUp) wDown. LLaMA's
 * w1, w3 and w2 are its wGate, wUp and wDown; both first products are one here. For as many weights as
 * an MLP of 4 dModel, give it a dMlp of 8/3 dModel.
 */
export const swiglu = {
  /**
   * Fresh parameters.
   *
   * @param options - `hasBias`: default false, as in the paper.
   */
  init(
    key: Key,
    dModel: number,
    dMlp: number,
    options: MlpStart & { readonly hasBias?: boolean } = {},
  ): Swiglu {
    const { hasBias = false, weight, outWeight = weight } = options;
    return {
      gateUp: projectionLayer.init(foldIn(key, 'gateUp'), dModel, 2 * dMlp, {
        hasBias,
        ...(weight && { weight }),
      }),
      down: projectionLayer.init(foldIn(key, 'down'), dMlp, dModel, {
        hasBias,
        ...(outWeight && { weight: outWeight }),
      }),
    };
  },

  /**
   * @param x - [..., dModel].
   * @param activation - Of the gate; default SiLU. With another it is GEGLU, ReGLU and so on.
   * @returns [..., dModel].
   */
  apply(params: Swiglu, x: Tensor, activation: (x: Tensor) => Tensor = silu): Tensor {
    const [gate, up] = splitAxis(linearLayer.apply(params.gateUp, x), 2, -1);
    if (gate === undefined || up === undefined)
      throw new Error('internal: splitAxis gave one part');
    return linearLayer.apply(params.down, activation(gate).mul(up));
  },
};
