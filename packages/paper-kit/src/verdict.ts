/** What a run says of a claim. `not measured`: this preset leaves out what the claim needs. */
export type Outcome = 'holds' | 'partly' | 'fails' | 'not measured' | 'untestable';

/** A claim's outcome with the figure that decided it. */
export interface Verdict {
  readonly outcome: Outcome;
  /** Our figure in words, for example `transition at N/d = 1.0 for every d`. */
  readonly measured: string;
  /** The deciding figure; absent where nothing was measured. */
  readonly value?: number;
  /** 95 % interval of `value`. */
  readonly interval?: readonly [low: number, high: number];
  /** What `value` is, with its unit. */
  readonly metric?: string;
  /** The rule in words, or why nothing was measured. */
  readonly rule: string;
}
