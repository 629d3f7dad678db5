import { ConfigError } from '../errors.ts';
import { defineOp } from '../op.ts';
import { checkElement, type Tensor } from '../tensor.ts';
import { only } from './elementwise.ts';

/** Between which numbers to keep elements. */
export interface ClipOptions {
  /** Default no lower bound. */
  readonly min?: number;
  /** Default no upper bound. */
  readonly max?: number;
}

/**
 * Elements kept between two numbers: min(max(x, options.min), options.max). The gradient is 1 at the
 * bounds and between them, as of PyTorch's `clamp`, and 0 outside. Bounds that vary from step to step
 * are tensors: use `maximum` and `minimum`, which share the gradient at a bound.
 *
 * @param x - Any shape.
 * @returns The shape of `x`.
 * @throws {ConfigError} If there is no bound, one is NaN, or `min` is above `max`.
 * @throws {ShapeError} If `x` is bool, or a bound is not of its element type.
 */
export function clip(x: Tensor, options: ClipOptions): Tensor {
  const { min = null, max = null } = options;
  if ((min === null && max === null) || Number.isNaN(min) || Number.isNaN(max)) {
    throw new ConfigError(
      `clip: min = ${options.min} and max = ${options.max} are not bounds; give one number at least`,
    );
  }
  if (min !== null && max !== null && min > max) {
    throw new ConfigError(`clip: min = ${min} is above max = ${max}`);
  }
  for (const bound of [min, max]) if (bound !== null) checkElement('clip', bound, x.dtype);
  return clipOp([x], { min, max });
}

/** The operation behind {@link clip}. */
export const clipOp = defineOp<{ min: number | null; max: number | null }>({
  name: 'clip',
  accepts: 'number',
  shape: ([x = []]) => x,
  lower: (graph, [x = ''], { min, max }, { inputs: [spec] }) => {
    const bound = (value: number | null) =>
      value === null ? '' : graph.scalar(value, spec?.dtype ?? 'float32');
    return graph.node('Clip', [x, bound(min), bound(max)]);
  },
  vjp: ({ inputs, dy }, { min, max }) => {
    const x = only(inputs[0], 'clip');
    const below = max === null ? dy : x.lessEqual(max).where(dy, 0);
    return [min === null ? below : x.greaterEqual(min).where(below, 0)];
  },
  samples: [
    { shapes: [[2, 3]], params: { min: -1, max: 1 } },
    { shapes: [[4]], params: { min: 0, max: null } },
    { shapes: [[]], params: { min: null, max: -1 } },
    { shapes: [[4]], params: { min: -3, max: 5 }, values: { 0: [-1e4, -2, 4, 1e4] } },
    {
      shapes: [[6]],
      params: { min: -1, max: 1 },
      values: { 0: [-Infinity, -1e30, -1, 1, 1e30, Infinity] },
      dtypes: { 0: 'float32' },
      differentiable: 0,
    },
  ],
});
