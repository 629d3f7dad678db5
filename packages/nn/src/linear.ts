import { linear, split, zeros, type Key, type Tensor } from '@working-papers/grad';
import { torchUniform, type Initialiser } from './initialisers.ts';

/** Parameters of an affine map. */
export interface Linear {
  /** [dIn, dOut]: the transpose of PyTorch's. */
  readonly w: Tensor;
  /** [dOut]. */
  readonly b: Tensor;
}

/** Parameters of a map that may lack the bias. */
export type Projection = Linear | Omit<Linear, 'b'>;

/** How a {@link Projection} starts. */
export interface ProjectionOptions {
  /** Default true. */
  readonly hasBias?: boolean;
  /** Of the weight; the bias then starts at 0. Default PyTorch's start, for both. */
  readonly weight?: Initialiser;
}

/** An affine layer, y = x w + b, that starts as PyTorch's `nn.Linear` does. */
export const linearLayer = {
  /**
   * Fresh parameters.
   *
   * @param options - `weight`: its initialiser; the bias then starts at 0.
   */
  init(
    key: Key,
    dIn: number,
    dOut: number,
    { weight }: Pick<ProjectionOptions, 'weight'> = {},
  ): Linear {
    const [wKey, bKey] = split(key, 2);
    if (wKey === undefined || bKey === undefined) throw new Error('internal: split gave no keys');
    return weight
      ? { w: weight(wKey, [dIn, dOut], { fanIn: dIn, fanOut: dOut }), b: zeros([dOut]) }
      : { w: torchUniform(wKey, [dIn, dOut], dIn), b: torchUniform(bKey, [dOut], dIn) };
  },

  /**
   * @param x - [..., dIn].
   * @returns [..., dOut].
   */
  apply(params: Projection, x: Tensor): Tensor {
    return 'b' in params ? linear(x, params.w, params.b) : x.matmul(params.w);
  },
};

/** A {@link linearLayer} whose bias may be left out. */
export const projectionLayer = {
  /** Fresh parameters. */
  init(key: Key, dIn: number, dOut: number, options: ProjectionOptions = {}): Projection {
    const { hasBias = true, ...start } = options;
    const params = linearLayer.init(key, dIn, dOut, start);
    return hasBias ? params : { w: params.w };
  },

  /** As {@link linearLayer}. */
  apply(params: Projection, x: Tensor): Tensor {
    return linearLayer.apply(params, x);
  },
};
