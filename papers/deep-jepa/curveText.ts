/** A curve as text, because a row is flat. */

/** One point of a curve. */
export interface CurvePoint {
  readonly time: number;
  readonly value: number;
}

const shownPoints = 24;

/**
 * Writes a curve as `time value` pairs separated by semicolons, at points that are about equally far
 * apart in the logarithm of time.
 *
 * @param times - Positive and ascending.
 */
export function curveText(times: readonly number[], values: readonly number[]): string {
  const [first = 1, last = 1] = [times[0], times.at(-1)];
  const shown = new Set(
    Array.from({ length: shownPoints }, (_, k) => {
      const time = first * (last / first) ** (k / (shownPoints - 1));
      return times.findIndex((each) => each >= time * (1 - 1e-9));
    }),
  );
  return [...shown]
    .map((at) => `${times[at]!.toPrecision(5)} ${values[at]!.toPrecision(4)}`)
    .join(';');
}

/** Reads what {@link curveText} wrote. */
export function parseCurve(text: string): readonly CurvePoint[] {
  return text.split(';').map((point) => {
    const [time, value] = point.split(' ').map(Number);
    return { time: time ?? NaN, value: value ?? NaN };
  });
}
