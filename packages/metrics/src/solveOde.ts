/**
 * Dormand and Prince's Runge-Kutta pair of orders 5 and 4 with step-size control and dense output:
 * Dormand and Prince 1980, "A family of embedded Runge-Kutta formulae"; the interpolant is Shampine's
 * (1986, "Some Practical Runge-Kutta Formulas"). Control and starting step follow Hairer, Nørsett and
 * Wanner 1993, "Solving Ordinary Differential Equations I", II.4.
 */
import { ConfigError, NonFiniteError, ShapeError } from '@working-papers/grad';
import type { Matrix } from './linearAlgebra.ts';

/** The derivative dy/dt at time t, as many numbers as y; y must not be changed or kept. */
export type Derivative = (t: number, y: Float64Array) => ArrayLike<number>;

/** How exactly {@link solveOde} works: a local error is kept below absolute + relative · |y|. */
export interface OdeOptions {
  /** Above 0. Default 1e-6. */
  readonly relativeTolerance?: number;
  /** Above 0. Default 1e-9. */
  readonly absoluteTolerance?: number;
  /** Steps, taken or rejected, before it gives up. Default 1,000,000. */
  readonly maxSteps?: number;
}

/**
 * Solves dy/dt = f(t, y) from y(times[0]) = y0 by an explicit Runge-Kutta method of order 5 whose steps
 * adapt to the tolerances (RK45). Stiff problems are solved as well, in tiny steps.
 *
 * @param derivative - f.
 * @param y0 - The start, [dim].
 * @param times - Where y is wanted, rising; the first is the start, [n].
 * @returns y at each time, [n, dim].
 * @throws {ShapeError} If y0 is empty or f does not give as many numbers.
 * @throws {ConfigError} If times do not rise, a tolerance is out of range or `maxSteps` is reached.
 * @throws {NonFiniteError} If f or y0 is not finite, or the steps become too small to advance the time, as
 * where a solution diverges.
 */
export function solveOde(
  derivative: Derivative,
  y0: ArrayLike<number>,
  times: ArrayLike<number>,
  options: OdeOptions = {},
): Matrix {
  const tolerances = checkedOptions(options);
  requireRising(times);
  if (y0.length === 0) throw new ShapeError('solveOde: y0 is empty; expected one number or more');
  const [n, dim] = [times.length, y0.length];
  const result = new Float64Array(n * dim);
  const start = finite(Float64Array.from(y0), times[0]!, 'y0');
  result.set(start);
  const f = checkedDerivative(derivative, dim);
  const end = times[n - 1]!;
  let state: State = { t: times[0]!, y: start, dydt: f(times[0]!, start) };
  let step = n === 1 ? 0 : firstStep(f, state, { ...tolerances, span: end - state.t });
  let next = 1;
  for (let tries = 0; next < n; tries++) {
    if (tries === tolerances.maxSteps) {
      throw new ConfigError(
        `solveOde: ${tries} steps lead to t = ${state.t} of ${end}; raise maxSteps or the tolerances`,
      );
    }
    const target = Math.min(state.t + step, end);
    const attempt = tryStep(f, state, target, tolerances);
    step = attempt.size * attempt.factor;
    if (attempt.reached !== undefined) {
      for (; next < n && times[next]! <= attempt.reached.t; next++) {
        result.set(interpolate(state, attempt, times[next]!), next * dim);
      }
      state = attempt.reached;
    } else if (step < 16 * Number.EPSILON * Math.abs(state.t) || step < Number.MIN_VALUE) {
      throw new NonFiniteError(
        `solveOde: at t = ${state.t} a step of ${step} is still too long; does the solution diverge there?`,
      );
    }
  }
  return { rows: n, cols: dim, data: result };
}

interface State {
  readonly t: number;
  readonly y: Float64Array;
  readonly dydt: Float64Array;
}

type CheckedDerivative = (t: number, y: Float64Array) => Float64Array;
type Tolerances = Required<OdeOptions>;

interface Attempt {
  readonly size: number;
  /** Of the seven stages. */
  readonly slopes: readonly Float64Array[];
  /** Undefined if the error is too large. */
  readonly reached: State | undefined;
  /** By which the next step should be longer. */
  readonly factor: number;
}

/** Times of the stages, as shares of the step. */
const nodes = [0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1, 1];

/** Row s: weights of the slopes before stage s. The last row is the solution of order 5. */
const stages = [
  [],
  [1 / 5],
  [3 / 40, 9 / 40],
  [44 / 45, -56 / 15, 32 / 9],
  [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
  [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
  [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
];

/** Solution of order 5 minus that of order 4. */
const errorWeights = [71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40];

/** Row s: coefficients of θ, θ², θ³, θ⁴ with which slope s enters at the share θ of a step. */
const interpolant = [
  [1, -8048581381 / 2820520608, 8663915743 / 2820520608, -12715105075 / 11282082432],
  [0, 0, 0, 0],
  [0, 131558114200 / 32700410799, -68118460800 / 10900136933, 87487479700 / 32700410799],
  [0, -1754552775 / 470086768, 14199869525 / 1410260304, -10690763975 / 1880347072],
  [0, 127303824393 / 49829197408, -318862633887 / 49829197408, 701980252875 / 199316789632],
  [0, -282668133 / 205662961, 2019193451 / 616988883, -1453857185 / 822651844],
  [0, 40617522 / 29380423, -110615467 / 29380423, 69997945 / 29380423],
];

/** A rejected or accepted step changes by at most these factors, and stays this much below the bound. */
const [shrinkMost, growMost, safety] = [0.2, 10, 0.9];

function tryStep(
  f: CheckedDerivative,
  { t, y, dydt }: State,
  target: number,
  tolerances: Tolerances,
): Attempt {
  const size = target - t;
  const slopes = [dydt];
  let reached = y;
  for (let stage = 1; stage < 7; stage++) {
    reached = advance(
      y,
      slopes,
      stages[stage]!.map((weight) => size * weight),
    );
    slopes.push(f(t + nodes[stage]! * size, reached));
  }
  const zero = new Float64Array(y.length);
  const error = advance(
    zero,
    slopes,
    errorWeights.map((weight) => size * weight),
  );
  const norm = scaledNorm(error, [y, reached], tolerances);
  const factor = norm === 0 ? growMost : safety * norm ** -0.2;
  if (norm >= 1) return { size, slopes, reached: undefined, factor: Math.max(shrinkMost, factor) };
  return {
    size,
    slopes,
    reached: { t: target, y: reached, dydt: slopes[6]! },
    factor: Math.min(growMost, factor),
  };
}

/** y + Σ weight · slope. */
function advance(
  y: Float64Array,
  slopes: readonly Float64Array[],
  weights: readonly number[],
): Float64Array {
  return y.map((value, i) => {
    let sum = 0;
    for (let s = 0; s < weights.length; s++) sum += weights[s]! * slopes[s]![i]!;
    return value + sum;
  });
}

function interpolate({ t, y }: State, { size, slopes, reached }: Attempt, at: number) {
  if (reached !== undefined && at === reached.t) return reached.y;
  const share = (at - t) / size;
  const weights = interpolant.map(
    ([a, b, c, d]) => size * share * (a! + share * (b! + share * (c! + share * d!))),
  );
  return advance(y, slopes, weights);
}

/** Root mean square of values / (absolute + relative · largest |y|). */
function scaledNorm(
  values: Float64Array,
  sizes: readonly Float64Array[],
  { absoluteTolerance, relativeTolerance }: Tolerances,
): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    const largest = Math.max(...sizes.map((y) => Math.abs(y[i]!)));
    sum += (values[i]! / (absoluteTolerance + relativeTolerance * largest)) ** 2;
  }
  return Math.sqrt(sum / values.length);
}

/** A step whose error should be near the bound, from the first two derivatives. */
function firstStep(
  f: CheckedDerivative,
  { t, y, dydt }: State,
  tolerances: Tolerances & { readonly span: number },
): number {
  const sizeOfY = scaledNorm(y, [y], tolerances);
  const slope = scaledNorm(dydt, [y], tolerances);
  const guess = Math.min(
    tolerances.span,
    sizeOfY < 1e-5 || slope < 1e-5 ? 1e-6 : (0.01 * sizeOfY) / slope,
  );
  const after = f(t + guess, advance(y, [dydt], [guess]));
  const change = after.map((value, i) => value - dydt[i]!);
  const curvature = scaledNorm(change, [y], tolerances) / guess;
  const steepest = Math.max(slope, curvature);
  const bound = steepest <= 1e-15 ? Math.max(1e-6, guess * 1e-3) : (0.01 / steepest) ** 0.2;
  return Math.min(100 * guess, bound, tolerances.span);
}

function checkedOptions({
  relativeTolerance = 1e-6,
  absoluteTolerance = 1e-9,
  maxSteps = 1_000_000,
}: OdeOptions): Tolerances {
  for (const [name, value] of Object.entries({ relativeTolerance, absoluteTolerance, maxSteps })) {
    if (!(value > 0 && value < Infinity)) {
      throw new ConfigError(`solveOde: ${name} = ${value}; expected a positive number`);
    }
  }
  return { relativeTolerance, absoluteTolerance, maxSteps };
}

function requireRising(times: ArrayLike<number>): void {
  if (times.length === 0) throw new ConfigError('solveOde: no times; expected one or more');
  for (let i = 0; i < times.length; i++) {
    if (!Number.isFinite(times[i]) || (i > 0 && times[i]! <= times[i - 1]!)) {
      throw new ConfigError(
        `solveOde: time ${i} is ${times[i]}${i > 0 ? ` after ${times[i - 1]}` : ''}; expected rising finite times`,
      );
    }
  }
}

function checkedDerivative(derivative: Derivative, dim: number): CheckedDerivative {
  return (t, y) => {
    const slope = Float64Array.from(derivative(t, y));
    if (slope.length !== dim) {
      throw new ShapeError(
        `solveOde: the derivative has ${slope.length} numbers at t = ${t}; y has ${dim}`,
      );
    }
    return finite(slope, t, 'the derivative');
  };
}

function finite(values: Float64Array, t: number, what: string): Float64Array {
  const at = values.findIndex((value) => !Number.isFinite(value));
  if (at >= 0) {
    throw new NonFiniteError(`solveOde: ${what} is ${values[at]} in place ${at} at t = ${t}`);
  }
  return values;
}
