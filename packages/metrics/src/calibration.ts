import { ConfigError, DataError, ShapeError } from '@working-papers/grad';
import type { Matrix } from './linearAlgebra.ts';
import { quantile } from './quantile.ts';
import { requireLabels, requireSameLength } from './requireValues.ts';

/** How confidences are put into bins. */
export interface CalibrationOptions {
  /** 1 or more. Default 15, as in Guo et al. */
  readonly bins?: number;
  /**
   * `equal-width`, the default: edges at k/bins. `equal-mass`: edges at the quantiles of the confidences
   * (definition R-7), so that bins are about equally full; equal confidences stay together.
   */
  readonly binning?: 'equal-width' | 'equal-mass';
}

/** One bin of a reliability curve that holds something. */
export interface ReliabilityBin {
  /** Confidences c with low < c ≤ high; the first bin holds its lower edge too. */
  readonly low: number;
  readonly high: number;
  readonly count: number;
  readonly meanConfidence: number;
  /** Share of its outcomes that came true. */
  readonly observedFraction: number;
}

/**
 * The reliability curve: how often what is said with a confidence comes true, bin by bin. Empty bins are
 * left out. A perfectly calibrated forecaster has `observedFraction` near `meanConfidence` everywhere.
 * Source: Niculescu-Mizil and Caruana 2005, "Predicting Good Probabilities With Supervised Learning".
 *
 * @param confidences - Probabilities in [0, 1], of the event or of the class predicted, [n], n ≥ 1.
 * @param outcomes - 1 where it came true (the prediction was right), else 0, [n].
 * @throws {ShapeError} If the lengths differ.
 * @throws {DataError} If there are none, or a value is out of range.
 * @throws {ConfigError} If `bins` is not a positive integer.
 */
export function reliabilityCurve(
  confidences: ArrayLike<number>,
  outcomes: ArrayLike<number>,
  { bins = 15, binning = 'equal-width' }: CalibrationOptions = {},
): readonly ReliabilityBin[] {
  requireForecasts(confidences, outcomes);
  if (!Number.isInteger(bins) || bins < 1) {
    throw new ConfigError(`reliabilityCurve: bins = ${bins} is not a positive integer`);
  }
  const edges = Array.from({ length: bins + 1 }, (_, k) =>
    binning === 'equal-width' ? k / bins : quantile(confidences, k / bins),
  );
  const sums = edges.slice(1).map(() => ({ count: 0, confidence: 0, outcomes: 0 }));
  for (let i = 0; i < confidences.length; i++) {
    const sum = sums[binOf(confidences[i]!, edges)]!;
    sum.count += 1;
    sum.confidence += confidences[i]!;
    sum.outcomes += outcomes[i]!;
  }
  return sums.flatMap(({ count, confidence, outcomes: came }, k) =>
    count === 0
      ? []
      : [
          {
            low: edges[k]!,
            high: edges[k + 1]!,
            count,
            meanConfidence: confidence / count,
            observedFraction: came / count,
          },
        ],
  );
}

/**
 * The expected calibration error, over the bins of {@link reliabilityCurve}
 *
 *     ECE = Σ_b (count_b / n) |observedFraction_b - meanConfidence_b|.
 *
 * It depends on the binning and, for few items, is above 0 even for a calibrated forecaster.
 * Source: Guo et al. 2017 (arXiv:1706.04599), eq. 3; equal mass: Nixon et al. 2019 (arXiv:1904.01685).
 *
 * @returns From 0 to 1.
 * @throws As {@link reliabilityCurve}.
 */
export function expectedCalibrationError(
  confidences: ArrayLike<number>,
  outcomes: ArrayLike<number>,
  options: CalibrationOptions = {},
): number {
  return reliabilityCurve(confidences, outcomes, options).reduce(
    (sum, { count, meanConfidence, observedFraction }) =>
      sum + (count / confidences.length) * Math.abs(observedFraction - meanConfidence),
    0,
  );
}

/**
 * The Brier score of forecasts over classes, mean_i Σ_c (p_ic - [c = label_i])². For two classes it is
 * twice the score that uses one probability only (scikit-learn's `brier_score_loss`).
 * Source: Brier 1950, "Verification of forecasts expressed in terms of probability".
 *
 * @param probabilities - Rows that sum to 1, [n, classes].
 * @param labels - Integers from 0 to classes - 1, [n].
 * @returns From 0 to 2.
 * @throws {ShapeError} If there are not as many labels as rows.
 * @throws {DataError} If a row is not a distribution or a label is out of range.
 */
export function brierScore(probabilities: Matrix, labels: ArrayLike<number>): number {
  requireDistributions('brierScore', probabilities, labels);
  const { rows, cols, data } = probabilities;
  let sum = 0;
  for (let i = 0; i < data.length; i++) {
    sum += (data[i]! - Number(labels[Math.floor(i / cols)] === i % cols)) ** 2;
  }
  return sum / rows;
}

/**
 * The mean negative log-likelihood of the true classes, -mean_i ln p_{i, label_i}, in nats; infinite where a
 * true class was given no probability (scikit-learn's `log_loss` clips there).
 *
 * @param probabilities - Rows that sum to 1, [n, classes].
 * @param labels - Integers from 0 to classes - 1, [n].
 * @throws {ShapeError} If there are not as many labels as rows.
 * @throws {DataError} If a row is not a distribution or a label is out of range.
 */
export function negativeLogLikelihood(probabilities: Matrix, labels: ArrayLike<number>): number {
  requireDistributions('negativeLogLikelihood', probabilities, labels);
  const { rows, cols, data } = probabilities;
  let sum = 0;
  for (let i = 0; i < rows; i++) sum -= Math.log(data[i * cols + labels[i]!]!);
  return sum / rows;
}

/** The first bin whose upper edge is not below the confidence. */
function binOf(confidence: number, edges: readonly number[]): number {
  let [low, high] = [0, edges.length - 2];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (edges[middle + 1]! < confidence) low = middle + 1;
    else high = middle;
  }
  return low;
}

function requireForecasts(confidences: ArrayLike<number>, outcomes: ArrayLike<number>): void {
  const operation = 'reliabilityCurve';
  const n = confidences.length;
  requireSameLength(operation, ['confidences', n], ['outcomes', outcomes.length]);
  if (n === 0) throw new DataError(`${operation}: no confidences; expected one or more`);
  requireLabels(operation, outcomes, 2, 'outcome');
  for (let i = 0; i < n; i++) {
    const confidence = confidences[i]!;
    if (!(confidence >= 0 && confidence <= 1)) {
      throw new DataError(`${operation}: confidence ${i} is ${confidence}; expected 0 to 1`);
    }
  }
}

function requireDistributions(
  operation: string,
  { rows, cols, data }: Matrix,
  labels: ArrayLike<number>,
): void {
  if (labels.length !== rows) {
    throw new ShapeError(`${operation}: ${labels.length} labels for [${rows}, ${cols}]`);
  }
  requireLabels(operation, labels, cols);
  for (let i = 0; i < rows; i++) {
    const row = data.subarray(i * cols, (i + 1) * cols);
    const sum = row.reduce((total, p) => total + p, 0);
    if (!(Math.abs(sum - 1) <= 1e-4) || row.some((p) => p < 0)) {
      // float32 softmax sums to 1 within 1e-6
      throw new DataError(
        `${operation}: row ${i} sums to ${sum}, smallest entry ${Math.min(...row)}; expected probabilities that sum to 1`,
      );
    }
  }
}
