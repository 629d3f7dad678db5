/** The rules that decide on the paper's claims: write them before you see results. */
import { mean, meanInterval } from '@working-papers/metrics';
import { compareWithBound, notMeasured, type Row, type Verdict } from '@working-papers/paper-kit';

/** The rule of the example: on lines with outliers, the error of least squares less that of the robust loss. */
export function exampleRule(rows: readonly Row[]): Verdict {
  const metric = 'mean gain in slope error';
  const errors = (method: string) =>
    rows
      .filter((row) => row['method'] === method && Number(row['outlierFraction']) > 0)
      .map((row) => Number(row['slopeError']));
  const [robust, squares] = [errors('robust loss'), errors('least squares')];
  if (robust.length < 2 || robust.length !== squares.length) {
    return notMeasured(`95 % interval of ${metric} above 0`, 'needs two lines with outliers');
  }
  const gains = squares.map((error, i) => error - robust[i]!);
  return compareWithBound({
    value: mean(gains),
    interval: meanInterval(gains),
    metric,
    expected: { above: 0 },
  });
}

/** One rule per claim of `paper.ts`. */
export const verdicts = { c1: exampleRule };
