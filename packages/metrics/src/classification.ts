import { ConfigError, DataError } from '@working-papers/grad';
import { requireLabels, requireSameLength } from './requireValues.ts';

/**
 * The share of the predictions that are right.
 *
 * @param predicted - Integers from 0, [n], n ≥ 1.
 * @param labels - Integers from 0, [n].
 * @returns From 0 to 1.
 * @throws {ShapeError} If the lengths differ.
 * @throws {DataError} If there are none, or one is not an integer from 0.
 */
export function accuracy(predicted: ArrayLike<number>, labels: ArrayLike<number>): number {
  requirePredictions('accuracy', predicted, labels);
  let right = 0;
  for (let i = 0; i < labels.length; i++) right += Number(predicted[i] === labels[i]);
  return right / labels.length;
}

/**
 * The mean over the classes that occur among the labels of the share of their items predicted right. A
 * constant prediction scores 1 / (number of classes), whatever their sizes.
 *
 * @param predicted - Integers from 0, [n], n ≥ 1.
 * @param labels - Integers from 0, [n].
 * @returns From 0 to 1.
 * @throws {ShapeError} If the lengths differ.
 * @throws {DataError} If there are none, or one is not an integer from 0.
 */
export function balancedAccuracy(predicted: ArrayLike<number>, labels: ArrayLike<number>): number {
  requirePredictions('balancedAccuracy', predicted, labels);
  const byClass = new Map<number, { count: number; right: number }>();
  for (let i = 0; i < labels.length; i++) {
    const { count, right } = byClass.get(labels[i]!) ?? { count: 0, right: 0 };
    const isRight = Number(predicted[i] === labels[i]);
    byClass.set(labels[i]!, { count: count + 1, right: right + isRight });
  }
  let sum = 0;
  for (const { count, right } of byClass.values()) sum += right / count;
  return sum / byClass.size;
}

/** How well positives are found. */
export interface Detection {
  /** Share of what was predicted positive that is; 0 if nothing was. */
  readonly precision: number;
  /** Share of the positives that were found; 0 if there are none. */
  readonly recall: number;
  /** 2 TP / (2 TP + FP + FN), the harmonic mean of the two; 0 where there is no positive at all. */
  readonly f1: number;
}

/**
 * Precision, recall and F1 of class 1, each 0 where its denominator is, as scikit-learn has it.
 *
 * @param predicted - 0 or 1, [n], n ≥ 1.
 * @param labels - 0 or 1, [n].
 * @throws {ShapeError} If the lengths differ.
 * @throws {DataError} If there are none, or one is neither 0 nor 1.
 */
export function detection(predicted: ArrayLike<number>, labels: ArrayLike<number>): Detection {
  requirePredictions('detection', predicted, labels, 2);
  let [truePositives, falsePositives, falseNegatives] = [0, 0, 0];
  for (let i = 0; i < labels.length; i++) {
    truePositives += predicted[i]! * labels[i]!;
    falsePositives += predicted[i]! * (1 - labels[i]!);
    falseNegatives += (1 - predicted[i]!) * labels[i]!;
  }
  const share = (errors: number) =>
    truePositives === 0 ? 0 : truePositives / (truePositives + errors);
  return {
    precision: share(falsePositives),
    recall: share(falseNegatives),
    f1: share((falsePositives + falseNegatives) / 2),
  };
}

/** One threshold of a ROC curve: what scores at least this is called positive. */
export interface RocPoint {
  readonly threshold: number;
  readonly falsePositiveRate: number;
  readonly truePositiveRate: number;
}

/**
 * The ROC curve: rates of false and true positives at each threshold, from above all scores (0, 0) down to
 * the lowest (1, 1). Equal scores pass together.
 *
 * @param scores - Higher for what seems positive; infinities are allowed, [n].
 * @param labels - 1 for positives, 0 for negatives, [n].
 * @throws {ShapeError} If the lengths differ.
 * @throws {DataError} If a score is NaN, a label is neither 0 nor 1, or one of the two is absent.
 */
export function rocCurve(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
): readonly RocPoint[] {
  const steps = stepsDown('rocCurve', scores, labels);
  const { positives, negatives } = steps.at(-1)!;
  const start = { threshold: Infinity, positives: 0, negatives: 0 };
  return [start, ...steps].map((step) => ({
    threshold: step.threshold,
    falsePositiveRate: step.negatives / negatives,
    truePositiveRate: step.positives / positives,
  }));
}

/**
 * The area under the ROC curve: the probability that a positive scores above a negative, ties counted half.
 * Changing the sign of all scores gives 1 minus it.
 * Source: Hanley and McNeil 1982, "The Meaning and Use of the Area under a ROC Curve".
 *
 * @param scores - As {@link rocCurve}.
 * @param labels - As {@link rocCurve}.
 * @returns From 0 to 1; 0.5 for scores that say nothing.
 * @throws As {@link rocCurve}.
 */
export function auroc(scores: ArrayLike<number>, labels: ArrayLike<number>): number {
  const steps = stepsDown('auroc', scores, labels);
  const { positives, negatives } = steps.at(-1)!;
  let twice = 0;
  let before = { positives: 0, negatives: 0 };
  for (const step of steps) {
    twice += (step.negatives - before.negatives) * (step.positives + before.positives);
    before = step;
  }
  return twice / (2 * positives * negatives);
}

/**
 * Average precision, the area under the steps of the precision-recall curve:
 *
 *     AP = Σ_k (recall_k - recall_{k-1}) precision_k   over thresholds from high to low.
 *
 * Equal scores pass together. There is no interpolation, which would be too good.
 * Source: as scikit-learn's `average_precision_score`.
 *
 * @param scores - As {@link rocCurve}.
 * @param labels - As {@link rocCurve}.
 * @returns From 0 to 1; about the share of positives for scores that say nothing.
 * @throws As {@link rocCurve}.
 */
export function averagePrecision(scores: ArrayLike<number>, labels: ArrayLike<number>): number {
  const steps = stepsDown('averagePrecision', scores, labels);
  const { positives } = steps.at(-1)!;
  let sum = 0;
  let found = 0;
  for (const step of steps) {
    sum +=
      ((step.positives - found) / positives) * (step.positives / (step.positives + step.negatives));
    found = step.positives;
  }
  return sum;
}

/**
 * The share of negatives called positive at the highest threshold that finds at least a given share of the
 * positives; FPR95 for 0.95.
 *
 * @param scores - As {@link rocCurve}.
 * @param labels - As {@link rocCurve}.
 * @param recall - Above 0 and at most 1.
 * @returns From 0 to 1; 0 for a perfect detector.
 * @throws As {@link rocCurve}.
 * @throws {ConfigError} If `recall` is out of range.
 */
export function falsePositiveRateAt(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  recall = 0.95,
): number {
  if (!(recall > 0 && recall <= 1)) {
    throw new ConfigError(
      `falsePositiveRateAt: recall = ${recall}; expected above 0 and at most 1`,
    );
  }
  const steps = stepsDown('falsePositiveRateAt', scores, labels);
  const { positives, negatives } = steps.at(-1)!;
  const step = steps.find((candidate) => candidate.positives >= recall * positives)!;
  return step.negatives / negatives;
}

/** What scores at least `threshold`. */
interface Step {
  readonly threshold: number;
  readonly positives: number;
  readonly negatives: number;
}

/** One step for each distinct score, from the highest down. */
function stepsDown(
  operation: string,
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
): readonly Step[] {
  requireSameLength(operation, ['scores', scores.length], ['labels', labels.length]);
  requireLabels(operation, labels, 2);
  for (let i = 0; i < scores.length; i++) {
    if (Number.isNaN(scores[i])) {
      throw new DataError(`${operation}: score ${i} is NaN; expected a number`);
    }
  }
  const order = Int32Array.from({ length: scores.length }, (_, i) => i).sort((i, j) =>
    scores[i] === scores[j] ? 0 : scores[j]! - scores[i]!,
  );
  const steps: Step[] = [];
  let [positives, negatives] = [0, 0];
  order.forEach((i, place) => {
    positives += labels[i]!;
    negatives += 1 - labels[i]!;
    const threshold = scores[i]!;
    if (scores[order[place + 1] ?? -1] !== threshold)
      steps.push({ threshold, positives, negatives });
  });
  if (positives === 0 || negatives === 0) {
    throw new DataError(
      `${operation}: ${positives} positives and ${negatives} negatives; expected one or more of each`,
    );
  }
  return steps;
}

function requirePredictions(
  operation: string,
  predicted: ArrayLike<number>,
  labels: ArrayLike<number>,
  classes = Infinity,
): void {
  requireSameLength(operation, ['predictions', predicted.length], ['labels', labels.length]);
  if (labels.length === 0) throw new DataError(`${operation}: no labels; expected one or more`);
  requireLabels(operation, predicted, classes);
  requireLabels(operation, labels, classes);
}
