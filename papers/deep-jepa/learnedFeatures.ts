/** The features of a training with the times at which they were learned, as text in one row. */

/** A feature with what it was given and when it was learned. */
export interface LearnedFeature {
  readonly feature: number;
  readonly lambda: number;
  readonly rho: number;
  /** Null if it was not learned. */
  readonly time: number | null;
}

/** Writes features as `feature lambda rho time`, separated by semicolons. */
export function encodeLearned(features: readonly LearnedFeature[]): string {
  return features
    .map(({ feature, lambda, rho, time }) =>
      [feature, short(lambda), short(rho), time === null ? 'never' : short(time)].join(' '),
    )
    .join(';');
}

/** Reads what {@link encodeLearned} wrote. */
export function decodeLearned(text: string): readonly LearnedFeature[] {
  return text.split(';').map((each) => {
    const [feature, lambda, rho, time] = each.split(' ');
    return {
      feature: Number(feature),
      lambda: Number(lambda),
      rho: Number(rho),
      time: time === 'never' ? null : Number(time),
    };
  });
}

function short(value: number): string {
  return String(Number(value.toPrecision(6)));
}
