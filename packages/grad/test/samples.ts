import { isFloat, type DType } from '../src/dtype.ts';
import type { OpSample } from '../src/op.ts';
import { permutation, uniforms, type Key } from '../src/random.ts';
import { sizeOf, type Shape } from '../src/shape.ts';
import { tensor, type Tensor } from '../src/tensor.ts';

type Domain = NonNullable<OpSample<unknown>['domain']>;

/**
 * The inputs of a sample. Random ones are multiples of 1/64, so that float32 and float64 hold the same
 * numbers, and lie apart from the points at which operations of their domain have no derivative.
 * Integers are eight times as large, cut; bools say which are positive.
 *
 * @param dtype - Element type of the inputs that the sample does not type.
 */
export function drawInputs(sample: OpSample<unknown>, key: Key, dtype: DType): readonly Tensor[] {
  const total = sample.shapes.reduce((sum, shape) => sum + sizeOf(shape), 0);
  const draws = uniforms(key, total);
  const ranks = permutation(key, total);
  let used = 0;
  return sample.shapes.map((shape, i) => {
    const start = used;
    used += sizeOf(shape);
    const type = sample.dtypes?.[i] ?? dtype;
    const random = Array.from({ length: sizeOf(shape) }, (_, k) => {
      const rank = (ranks[start + k] ?? 0) - total / 2;
      const value = domains[sample.domain ?? 'real'](draws[start + k] ?? 0, rank);
      return isFloat(type) ? value : Math.trunc(8 * value);
    });
    const values = sample.values?.[i] ?? random;
    const data = type === 'bool' ? values.map((value) => Number(value > 0)) : values;
    return tensor(data, { shape, dtype: type });
  });
}

/** Random multiples of 1/64 between -2 and 2. */
export function drawNumbers(key: Key, shape: Shape): number[] {
  return Array.from(uniforms(key, sizeOf(shape)), (draw) => domains.real(draw, 0));
}

/** A number of each domain from a draw in [0, 1) and a rank that no other element has. */
const domains: Readonly<Record<Domain, (draw: number, rank: number) => number>> = {
  real: (draw) => round(4 * draw - 2),
  positive: (draw) => round(0.375 + 2 * draw),
  unit: (draw) => round(0.125 + 0.75 * draw),
  nonzero: (draw) => round(4 * draw - 2 + (draw < 0.5 ? -0.375 : 0.375)),
  distinct: (_, rank) => rank / 8,
};

function round(value: number): number {
  return Math.round(value * 64) / 64;
}
