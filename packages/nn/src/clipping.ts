import {
  ConfigError,
  flattenTensors,
  mapTensors,
  type Operand,
  type Tensor,
} from '@working-papers/grad';

/**
 * The Euclidean norm of all tensors of a tree taken as one vector.
 *
 * @throws {ConfigError} If the tree holds no tensor.
 */
export function globalNorm(tree: unknown): Tensor {
  const squares = flattenTensors(tree).map(({ value }) => value.square().sum());
  if (squares.length === 0) throw new ConfigError('globalNorm: the tree holds no tensor');
  return squares.reduce((total, part) => total.add(part)).sqrt();
}

/**
 * Gradients scaled down, all by the same factor, where their global norm exceeds `maxNorm`:
 * g min(1, maxNorm / (norm + 1e-6)), as PyTorch's `clip_grad_norm_` has it (arXiv:1211.5063).
 *
 * @param maxNorm - A positive number, or a scalar tensor where it changes.
 * @returns The gradients, and the norm before, a scalar; a norm that is not finite makes them NaN.
 * @throws {ConfigError} If `maxNorm` is a number that is not positive, or there is no gradient.
 */
export function clipByGlobalNorm<Params>(
  gradients: Params,
  maxNorm: Operand,
): { readonly gradients: Params; readonly norm: Tensor } {
  checkPositive('clipByGlobalNorm', 'maxNorm', maxNorm);
  const norm = globalNorm(gradients);
  const factor = norm.add(1e-6).reciprocal().mul(maxNorm).minimum(1);
  return { gradients: mapTensors(gradients, (g) => g.mul(factor)), norm };
}

/**
 * Gradients with every entry cut to ±limit.
 *
 * @throws {ConfigError} If `limit` is not positive.
 */
export function clipByValue<Params>(gradients: Params, limit: number): Params {
  checkPositive('clipByValue', 'limit', limit);
  return mapTensors(gradients, (g) => g.maximum(-limit).minimum(limit));
}

function checkPositive(operation: string, name: string, value: Operand): void {
  if (typeof value === 'number' && !(value > 0)) {
    throw new ConfigError(`${operation}: ${name} = ${value} is not positive`);
  }
}
