import { uniform, type Key, type Shape, type Tensor } from '@working-papers/grad';

/**
 * Uniform in ±1/sqrt(fanIn): what PyTorch's `nn.Linear` starts from, for weights and biases
 * (Kaiming-uniform with a = sqrt 5).
 *
 * @param fanIn - Inputs of each unit.
 * @returns float32 of the given shape.
 */
export function torchUniform(key: Key, shape: Shape, fanIn: number): Tensor {
  const bound = 1 / Math.sqrt(fanIn);
  return uniform(key, shape, -bound, bound);
}

/**
 * Glorot's uniform initialisation: ±sqrt(6 / (fanIn + fanOut)), for a weight [fanIn, fanOut].
 *
 * Source: Glorot and Bengio, AISTATS 2010, equation 16.
 */
export function xavierUniform(key: Key, shape: readonly [fanIn: number, fanOut: number]): Tensor {
  const bound = Math.sqrt(6 / (shape[0] + shape[1]));
  return uniform(key, shape, -bound, bound);
}
