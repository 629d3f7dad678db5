import { ConfigError, NonFiniteError } from '@working-papers/grad';

/** How finely {@link integrateOnLogGrid} divides. */
export interface QuadratureOptions {
  /** Even, 2 or more. Default 2,000. */
  readonly intervals?: number;
}

/**
 * The integral of f from `low` to `high` by Simpson's rule on points at equal ratios, that is with x = eᵘ
 *
 *     ∫ f(x) dx = ∫ f(eᵘ) eᵘ du,
 *
 * for integrands that vary over decades of x, such as 1 / x^k. The error falls with the fourth power of
 * the number of intervals while f is smooth.
 *
 * @param f - Finite between the ends and at them.
 * @param low - Above 0.
 * @param high - Above 0; below `low` the integral changes its sign.
 * @throws {ConfigError} If an end is not a positive number or `intervals` is not a positive even integer.
 * @throws {NonFiniteError} If f is not finite at a point.
 */
export function integrateOnLogGrid(
  f: (x: number) => number,
  low: number,
  high: number,
  { intervals = 2000 }: QuadratureOptions = {},
): number {
  for (const end of [low, high]) {
    if (!(end > 0 && end < Infinity)) {
      throw new ConfigError(
        `integrateOnLogGrid: from ${low} to ${high}; a logarithmic grid needs positive finite ends`,
      );
    }
  }
  if (!Number.isInteger(intervals) || intervals < 2 || intervals % 2 === 1) {
    throw new ConfigError(
      `integrateOnLogGrid: intervals = ${intervals}; expected a positive even integer`,
    );
  }
  const logRatio = Math.log(high / low);
  let sum = 0;
  for (let i = 0; i <= intervals; i++) {
    const x = i === intervals ? high : low * Math.exp((logRatio * i) / intervals);
    const value = f(x) * x;
    if (!Number.isFinite(value)) {
      throw new NonFiniteError(`integrateOnLogGrid: the integrand is ${f(x)} at ${x}`);
    }
    const weight = i === 0 || i === intervals ? 1 : i % 2 === 1 ? 4 : 2;
    sum += weight * value;
  }
  return (sum * logRatio) / (3 * intervals);
}
