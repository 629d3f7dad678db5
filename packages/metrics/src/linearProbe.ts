import { ConfigError, permutation, ShapeError, type Key } from '@working-papers/grad';
import { negativeLogLikelihood } from './calibration.ts';
import { accuracy, balancedAccuracy } from './classification.ts';
import type { Matrix } from './linearAlgebra.ts';
import { logisticRegression } from './logisticRegression.ts';
import { requireLabels } from './requireValues.ts';
import { applyLinear, type LinearMap } from './ridge.ts';
import { standardisationOf, standardise, type Standardisation } from './standardisation.ts';

/** Frozen features and what is to be read from them. */
export interface LabelledFeatures {
  /** [n, d]. */
  readonly features: Matrix;
  /** Integers from 0, [n]. */
  readonly labels: ArrayLike<number>;
}

/** How {@link linearProbe} is fitted. */
export interface ProbeOptions {
  /** Of `logisticRegression`, on standardised features: the best on held-out folds is used; above 0. */
  readonly penalties: readonly number[];
  /** Draws the folds. */
  readonly key: Key;
  /** Parts of the training set that are held out in turn, 2 or more. Default 5. */
  readonly folds?: number;
}

/** A probe and how well it reads the test set. */
export interface ProbeResult {
  readonly accuracy: number;
  readonly balancedAccuracy: number;
  /** Mean negative log-likelihood on the test set, nats. */
  readonly loss: number;
  readonly penalty: number;
  /** Mean loss on held-out folds with each penalty; empty if there was only one. */
  readonly foldLosses: Float64Array;
  /** Of the training set; the map is of features standardised by it. */
  readonly standardisation: Standardisation;
  readonly map: LinearMap;
}

/**
 * A linear probe: multinomial logistic regression on frozen features, standardised by the training set's
 * means and deviations, its penalty chosen by cross-validation inside the training set (the first of
 * equally good ones). The test set is used once, at the end.
 *
 * Folds are standardised by the whole training set, which tells a fold's features, not its labels.
 *
 * @param train - Every class has an item in all but one fold.
 * @param test - Features of the same dimension.
 * @throws {ShapeError} If sizes do not fit.
 * @throws {ConfigError} If `penalties` is empty or `folds` is out of range.
 * @throws {DataError} As `logisticRegression`.
 */
export function linearProbe(
  train: LabelledFeatures,
  test: LabelledFeatures,
  { penalties, key, folds = 5 }: ProbeOptions,
): ProbeResult {
  const classes = classesOf(train, test);
  if (penalties.length === 0)
    throw new ConfigError('linearProbe: no penalties; expected one or more');
  const standardisation = standardisationOf(train.features);
  const scaled = { ...train, features: standardise(train.features, standardisation) };
  const held = penalties.length === 1 ? [] : splitFolds(scaled, key, folds);
  const foldLosses = Float64Array.from(held.length === 0 ? [] : penalties, (penalty) =>
    held.reduce((sum, { rest, fold }) => {
      const map = logisticRegression(rest.features, rest.labels, { penalty, classes });
      return sum + lossOf(map, fold) / held.length;
    }, 0),
  );
  const best = held.length === 0 ? 0 : foldLosses.indexOf(Math.min(...foldLosses));
  const penalty = penalties[best]!;
  const map = logisticRegression(scaled.features, scaled.labels, { penalty, classes });
  const scaledTest = { ...test, features: standardise(test.features, standardisation) };
  const predicted = argmaxOfRows(applyLinear(map, scaledTest.features));
  return {
    accuracy: accuracy(predicted, test.labels),
    balancedAccuracy: balancedAccuracy(predicted, test.labels),
    loss: lossOf(map, scaledTest),
    penalty,
    foldLosses,
    standardisation,
    map,
  };
}

/**
 * The softmax of each row of logits.
 *
 * @param logits - Matrix [n, classes].
 * @returns Probabilities, [n, classes].
 */
export function softmaxOfRows({ rows, cols, data }: Matrix): Matrix {
  const probabilities = Float64Array.from(data);
  for (let i = 0; i < rows; i++) {
    const row = probabilities.subarray(i * cols, (i + 1) * cols);
    const largest = Math.max(...row);
    const sum = row.reduce((total, logit) => total + Math.exp(logit - largest), 0);
    row.forEach((logit, c) => (row[c] = Math.exp(logit - largest) / sum));
  }
  return { rows, cols, data: probabilities };
}

/**
 * The column of the largest entry of each row, the first of equals.
 *
 * @param values - Matrix [n, cols].
 * @returns Columns, [n].
 */
export function argmaxOfRows({ rows, cols, data }: Matrix): Int32Array {
  return Int32Array.from({ length: rows }, (_, i) => {
    const row = data.subarray(i * cols, (i + 1) * cols);
    return row.indexOf(Math.max(...row));
  });
}

function lossOf(map: LinearMap, { features, labels }: LabelledFeatures): number {
  return negativeLogLikelihood(softmaxOfRows(applyLinear(map, features)), labels);
}

function classesOf(train: LabelledFeatures, test: LabelledFeatures): number {
  for (const [name, { features, labels }] of Object.entries({ train, test })) {
    if (features.rows !== labels.length) {
      throw new ShapeError(
        `linearProbe: ${labels.length} ${name} labels for [${features.rows}, ${features.cols}]`,
      );
    }
    requireLabels('linearProbe', labels);
  }
  const all = new Set([...Array.from(train.labels), ...Array.from(test.labels)]);
  return 1 + Math.max(...all);
}

function splitFolds(all: LabelledFeatures, key: Key, folds: number) {
  const n = all.labels.length;
  if (!Number.isInteger(folds) || folds < 2 || folds > n) {
    throw new ConfigError(
      `linearProbe: folds = ${folds} is not an integer from 2 to ${n}, the number of items`,
    );
  }
  const order = permutation(key, n);
  return Array.from({ length: folds }, (_, k) => ({
    fold: select(
      all,
      order.filter((_item, place) => place % folds === k),
    ),
    rest: select(
      all,
      order.filter((_item, place) => place % folds !== k),
    ),
  }));
}

function select({ features, labels }: LabelledFeatures, items: Int32Array): LabelledFeatures {
  const { cols, data } = features;
  const rows = new Float64Array(items.length * cols);
  items.forEach((item, i) => rows.set(data.subarray(item * cols, (item + 1) * cols), i * cols));
  return {
    features: { rows: items.length, cols, data: rows },
    labels: Int32Array.from(items, (item) => labels[item]!),
  };
}
