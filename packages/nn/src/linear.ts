import { linear, split, type Key, type Tensor } from '@working-papers/grad';
import { torchUniform } from './initialisers.ts';

/** Parameters of an affine map. */
export interface Linear {
  /** [dIn, dOut]: the transpose of PyTorch's. */
  readonly w: Tensor;
  /** [dOut]. */
  readonly b: Tensor;
}

/** An affine layer, y = x w + b, that starts as PyTorch's `nn.Linear` does. */
export const linearLayer = {
  /** Fresh parameters. */
  init(key: Key, dIn: number, dOut: number): Linear {
    const [wKey, bKey] = split(key, 2);
    if (wKey === undefined || bKey === undefined) throw new Error('internal: split gave no keys');
    return { w: torchUniform(wKey, [dIn, dOut], dIn), b: torchUniform(bKey, [dOut], dIn) };
  },

  /**
   * @param x - [..., dIn].
   * @returns [..., dOut].
   */
  apply(params: Linear, x: Tensor): Tensor {
    return linear(x, params.w, params.b);
  },
};
