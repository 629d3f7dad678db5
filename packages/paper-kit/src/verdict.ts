import { DataError } from '@working-papers/grad';

/** What a run can say of a claim; `not measured`: this run leaves out what the claim needs. */
export const outcomes = ['holds', 'partly', 'fails', 'not measured', 'untestable'] as const;

/** One of {@link outcomes}. */
export type Outcome = (typeof outcomes)[number];

/** A claim's outcome with the figure that decided it. */
export interface Verdict {
  readonly outcome: Outcome;
  /** Our figure in words, for example `transition at N/d = 1.0 for every d`; else why there is none. */
  readonly measured: string;
  /** The deciding figure; absent where nothing was measured. */
  readonly value?: number;
  /** 95 % interval of `value`. */
  readonly interval?: readonly [low: number, high: number];
  /** What `value` is, with its unit. */
  readonly metric?: string;
  /** What decides, in words, fixed before the run. */
  readonly rule: string;
}

/**
 * The verdict of a run that leaves out what a claim needs.
 *
 * @param rule - What would decide.
 * @param why - What is missing, for example `quick leaves out part C`.
 */
export function notMeasured(rule: string, why: string): Verdict {
  return { outcome: 'not measured', measured: why, rule };
}

/**
 * The verdict on a claim that no preset can decide.
 *
 * @param why - What it would take, for example `needs FFHQ at 256 x 256`.
 */
export function untestable(why: string): Verdict {
  return { outcome: 'untestable', measured: why, rule: 'outside what runs here' };
}

/** A figure with its interval, and the side of a threshold on which the claim puts it. */
export interface Bound {
  readonly value: number;
  /** 95 % interval of `value`. */
  readonly interval: readonly [low: number, high: number];
  /** What `value` is, with its unit. */
  readonly metric: string;
  /** The side on which the claim holds. */
  readonly expected: { readonly below: number } | { readonly above: number };
  /** The figure in words; by default metric and value. */
  readonly measured?: string;
}

/**
 * Compares a figure with a threshold by its interval: the claim holds if the whole interval is on
 * the expected side, fails if none of it is, and is partly supported if the threshold lies inside.
 * An end that equals the threshold counts as not on the expected side.
 */
export function compareWithBound(bound: Bound): Verdict {
  const { value, interval, metric, expected } = bound;
  const [low, high] = interval;
  const isBelow = 'below' in expected;
  const threshold = isBelow ? expected.below : expected.above;
  const holds = isBelow ? high < threshold : low > threshold;
  const fails = isBelow ? low >= threshold : high <= threshold;
  return {
    outcome: holds ? 'holds' : fails ? 'fails' : 'partly',
    measured: bound.measured ?? `${metric} ${short(value)}`,
    value,
    interval,
    metric,
    rule: `95 % interval of ${metric} ${isBelow ? 'below' : 'above'} ${short(threshold)}`,
  };
}

/**
 * Checks a verdict and returns it, with -0 as 0, because JSON has no -0.
 *
 * @param verdict - What a rule returned.
 * @param where - Names the claim in the message.
 * @throws {DataError} If a figure is not finite, the interval is not around it in order, a decided
 * claim has no words or an undecided one has a figure.
 */
export function checkVerdict(verdict: Verdict, where: string): Verdict {
  const fail = (problem: string): never => {
    throw new DataError(`${where}: ${problem}; correct its rule`);
  };
  const { outcome, measured, rule, value, interval } = verdict;
  if (!outcomes.includes(outcome)) fail(`outcome is "${outcome}", not ${outcomes.join(', ')}`);
  if (measured.trim() === '') fail('measured is empty');
  if (rule.trim() === '') fail('rule is empty');
  if (value !== undefined && !Number.isFinite(value)) fail(`value is ${value}`);
  if (value !== undefined && outcome === 'not measured') {
    fail(`"not measured", but value is ${value}`);
  }
  if (interval === undefined)
    return value === undefined ? verdict : { ...verdict, value: value + 0 };
  const [low, high] = interval;
  if (value === undefined) return fail(`an interval [${low}, ${high}] without a value`);
  if (!(Number.isFinite(low) && Number.isFinite(high) && low <= high)) {
    fail(`the interval [${low}, ${high}] is not finite and in order`);
  }
  return { ...verdict, value: value + 0, interval: [low + 0, high + 0] };
}

/** A number as a person reads it in a table: four significant digits at most. */
export function short(value: number): string {
  const size = Math.abs(value);
  if (value !== 0 && (size < 1e-4 || size >= 1e6)) return value.toExponential(2);
  return String(Number(value.toPrecision(4)));
}
