import { ConfigError } from '@working-papers/grad';
import { canonicalJson } from './canonicalJson.ts';
import type { Row } from './experiment.ts';
import type { Result } from './result.ts';
import { short, type Verdict } from './verdict.ts';

/** When a field of a row counts as measured again. */
export type RowTolerance =
  /** The same text, boolean or number. */
  | 'exact'
  /** Whatever it is: times, pictures. */
  | 'any'
  /** |rerun - recorded| <= absolute + relative |recorded|. */
  | { readonly relative: number; readonly absolute: number }
  /** Between two other fields of the recorded row, such as the ends of an interval. */
  | { readonly between: readonly [low: string, high: string] };

/** Numbers of rows without a tolerance of their own: what another order of additions may change. */
const defaultTolerance = { relative: 0.02, absolute: 1e-5 } as const;

/** How far a rerun agrees, the best first. */
export type Agreement =
  /** Every row is the same to the last digit. */
  | 'identical'
  /** Every verdict agrees, and every row within its tolerances. */
  | 'within tolerance'
  /** Every verdict agrees, but some rows do not. */
  | 'verdicts only'
  /** Some verdict does not agree. */
  | 'not reproduced';

/** One claim in two results. */
export interface VerdictComparison {
  readonly claim: string;
  readonly recorded: Verdict;
  readonly rerun: Verdict;
  /** Outcomes are the same, and the deciding figures agree by their intervals. */
  readonly agrees: boolean;
}

/** A field that differs by more than its tolerance. */
export interface RowDifference {
  /** Counted from 1. */
  readonly row: number;
  readonly key: string;
  readonly recorded: Row[string] | undefined;
  readonly rerun: Row[string] | undefined;
}

/** What a rerun says of a recorded result. */
export interface ResultComparison {
  readonly agreement: Agreement;
  readonly verdicts: readonly VerdictComparison[];
  readonly differences: readonly RowDifference[];
  /** The same for a person. */
  readonly text: string;
}

/**
 * Compares a recorded result with a rerun of the same preset and seed: verdict by verdict, and row by
 * row, since both have their cells in the same order.
 *
 * A verdict agrees if its outcome is the same and either the rerun's figure lies in the recorded
 * interval, or the recorded one in the rerun's, or they differ by no more than a fiftieth.
 *
 * @param tolerances - By field of the rows, as the experiment states them. Text and booleans without
 * one must be the same, numbers within 2 %.
 * @throws {ConfigError} If the two are not of the same paper, preset, seed and settings, or one is not
 * complete.
 */
export function compareResults(
  recorded: Result,
  rerun: Result,
  tolerances: Readonly<Record<string, RowTolerance>> = {},
): ResultComparison {
  checkComparable(recorded, rerun);
  const verdicts = Object.entries(recorded.verdicts).map(([claim, verdict]) => {
    const again = rerun.verdicts[claim];
    if (!again) throw new ConfigError(`compareResults: the rerun has no verdict on ${claim}`);
    return { claim, recorded: verdict, rerun: again, agrees: verdictsAgree(verdict, again) };
  });
  const rowCount = Math.max(recorded.rows.length, rerun.rows.length);
  const rows = Array.from(
    { length: rowCount },
    (_, i) => [recorded.rows[i], rerun.rows[i]] as const,
  );
  const differences = rows.flatMap(([before = {}, after = {}], i) =>
    differingKeys(before, after, tolerances).map((key) => {
      return { row: i + 1, key, recorded: before[key], rerun: after[key] };
    }),
  );
  const isIdentical = rows.every(([before = {}, after = {}]) =>
    keysOf(before, after).every((key) => before[key] === after[key]),
  );
  const agreement = !verdicts.every(({ agrees }) => agrees)
    ? 'not reproduced'
    : differences.length > 0
      ? 'verdicts only'
      : isIdentical
        ? 'identical'
        : 'within tolerance';
  const comparison = { agreement, verdicts, differences } as const;
  return { ...comparison, text: report(recorded, rerun, comparison) };
}

/** Whether a verdict is another only in digits that another order of additions changes. */
export function isSameVerdict(a: Verdict | undefined, b: Verdict | undefined): boolean {
  if (!a || !b) return a === b;
  const { value: valueA, interval: intervalA, ...wordsA } = a;
  const { value: valueB, interval: intervalB, ...wordsB } = b;
  const keys = keysOf(wordsA, wordsB);
  const numbersA = [valueA, ...(intervalA ?? [])];
  const numbersB = [valueB, ...(intervalB ?? [])];
  return (
    keys.every((key) => Reflect.get(wordsA, key) === Reflect.get(wordsB, key)) &&
    numbersA.length === numbersB.length &&
    numbersA.every((number, i) => isNear(number, numbersB[i], { relative: 1e-9, absolute: 1e-12 }))
  );
}

function checkComparable(recorded: Result, rerun: Result): void {
  for (const key of ['paper', 'preset', 'seed'] as const) {
    if (recorded[key] !== rerun[key]) {
      throw new ConfigError(
        `compareResults: ${key} is ${recorded[key]} in the recorded result and ${rerun[key]} in the rerun; compare runs of the same`,
      );
    }
  }
  if (configOf(recorded) !== configOf(rerun)) {
    throw new ConfigError(
      `compareResults: the settings of ${recorded.preset} have changed since it was recorded; record it again`,
    );
  }
  for (const [name, { isComplete }] of Object.entries({ recorded, rerun })) {
    if (!isComplete) {
      throw new ConfigError(
        `compareResults: the ${name} result is not complete; run it to its end`,
      );
    }
  }
}

function configOf({ config, paper }: Result): string {
  return canonicalJson(config, `${paper}: config`);
}

function verdictsAgree(recorded: Verdict, rerun: Verdict): boolean {
  if (recorded.outcome !== rerun.outcome) return false;
  const [a, b] = [recorded.value, rerun.value];
  if (a === undefined || b === undefined) return a === b;
  return (
    isInside(b, recorded.interval) || isInside(a, rerun.interval) || isNear(a, b, defaultTolerance)
  );
}

function differingKeys(
  before: Row,
  after: Row,
  tolerances: Readonly<Record<string, RowTolerance>>,
): string[] {
  return keysOf(before, after).filter((key) => {
    const [a, b] = [before[key], after[key]];
    if (a === b) return false;
    const tolerance = tolerances[key] ?? (typeof a === 'number' ? defaultTolerance : 'exact');
    if (tolerance === 'exact') return true;
    if (a === undefined || b === undefined) return true;
    if (tolerance === 'any') return false;
    if (typeof a !== 'number' || typeof b !== 'number') return true;
    if (!('between' in tolerance)) return !isNear(a, b, tolerance);
    const [low, high] = tolerance.between.map((end) => before[end]);
    return !(typeof low === 'number' && typeof high === 'number' && isInside(b, [low, high]));
  });
}

function isInside(value: number, interval: readonly [number, number] | undefined): boolean {
  return interval !== undefined && interval[0] <= value && value <= interval[1];
}

function isNear(
  a: number | undefined,
  b: number | undefined,
  { relative, absolute }: { readonly relative: number; readonly absolute: number },
): boolean {
  if (a === undefined || b === undefined) return a === b;
  return Math.abs(a - b) <= absolute + relative * Math.abs(a);
}

function keysOf(a: object, b: object): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])];
}

const shownDifferences = 10;

function report(
  recorded: Result,
  rerun: Result,
  { agreement, verdicts, differences }: Omit<ResultComparison, 'text'>,
): string {
  const { paper, preset, seed, provenance } = recorded;
  const lines = [
    `${paper} ${preset}, seed ${seed}: ${agreement}`,
    `recorded at ${whereOf(recorded)} on ${provenance.startedAt.slice(0, 10)}, run again at ${whereOf(rerun)}`,
    ...verdicts.map((each) => {
      const { claim, recorded: before, rerun: after, agrees } = each;
      return `  ${claim}  ${agrees ? 'agrees ' : 'DIFFERS'}  ${figureOf(before)} -> ${figureOf(after)}`;
    }),
    rowsLine(recorded, rerun, differences),
    ...differences
      .slice(0, shownDifferences)
      .map(({ row, key, recorded: before, rerun: after }) => {
        return `  row ${row}: ${key} ${show(before)} -> ${show(after)}`;
      }),
  ];
  const more = differences.length - shownDifferences;
  if (more > 0) lines.push(`  and ${more} more`);
  return lines.join('\n');
}

function rowsLine(recorded: Result, rerun: Result, differences: readonly RowDifference[]): string {
  const [before, after] = [recorded.rows.length, rerun.rows.length];
  const counts = before === after ? `${before} rows` : `${before} rows, now ${after}`;
  const differing = new Set(differences.map(({ row }) => row)).size;
  return `${counts}; ${differing === 0 ? 'all agree' : `${differing} differ by more than their tolerance`}`;
}

function whereOf({ provenance: { commit, isDirty, backend, threads } }: Result): string {
  const state = isDirty && commit !== 'unknown' ? ' with local changes' : '';
  return `${commit.slice(0, 12)}${state} (${backend}, ${threads} threads)`;
}

function figureOf({ outcome, value, interval }: Verdict): string {
  const range = interval ? ` [${short(interval[0])}, ${short(interval[1])}]` : '';
  return value === undefined ? outcome : `${outcome} ${short(value)}${range}`;
}

function show(value: Row[string] | undefined): string {
  if (typeof value === 'number') return short(value);
  const text = String(value ?? 'absent');
  return text.length > 32 ? `${text.slice(0, 32)}…` : text;
}
