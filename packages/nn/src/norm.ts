import { layerNorm, ones, rmsNorm, zeros, type Tensor } from '@working-papers/grad';

/** Parameters of a layer normalisation, [dModel] each: PyTorch's weight and bias. */
export interface LayerNorm {
  readonly scale: Tensor;
  readonly shift: Tensor;
}

/** Parameters of a root-mean-square normalisation. */
export type RmsNorm = Omit<LayerNorm, 'shift'>;

/** Options of both. */
export interface NormOptions {
  /** Added to the variance or mean square; positive. Default 1e-5. */
  readonly epsilon?: number;
}

/** Layer normalisation along the last axis (arXiv:1607.06450). */
export const layerNormLayer = {
  /** Fresh parameters: scale 1, shift 0. */
  init(dModel: number): LayerNorm {
    return { scale: ones([dModel]), shift: zeros([dModel]) };
  },

  /**
   * @param x - [..., dModel].
   * @returns The shape of `x`.
   */
  apply({ scale, shift }: LayerNorm, x: Tensor, { epsilon = 1e-5 }: NormOptions = {}): Tensor {
    return layerNorm(x, { scale, shift, epsilon });
  },
};

/** Root-mean-square normalisation along the last axis (arXiv:1910.07467). */
export const rmsNormLayer = {
  /** Fresh parameters: scale 1. */
  init(dModel: number): RmsNorm {
    return { scale: ones([dModel]) };
  },

  /**
   * @param x - [..., dModel].
   * @returns The shape of `x`.
   */
  apply({ scale }: RmsNorm, x: Tensor, { epsilon = 1e-5 }: NormOptions = {}): Tensor {
    return rmsNorm(x, { scale, epsilon });
  },
};

/** Layer normalisation if the parameters have a shift, else that by the root mean square. */
export function applyNorm(
  params: LayerNorm | RmsNorm,
  x: Tensor,
  options: NormOptions = {},
): Tensor {
  return 'shift' in params
    ? layerNormLayer.apply(params, x, options)
    : rmsNormLayer.apply(params, x, options);
}
