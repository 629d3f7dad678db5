/**
 * What somebody likes, as a linear model over words: logistic regression on tf-idf and the paper's vector.
 * There are far more words than examples, and the weights lie in the span of the examples, so the fit
 * is done there: with K = X Xᵀ = U Λ Uᵀ, the rows of U √Λ stand for the examples, and the penalty
 * on their weights is that on the weights of the words.
 */
import { logisticRegression, symmetricEigen } from '@working-papers/metrics';
import { embedText, type CorpusModel } from '../search/corpusModel.ts';
import { tfIdf, type SparseVector } from '../search/tfIdf.ts';
import { stemOf, wordsOf } from '../search/words.ts';

/** Papers somebody likes or does not, as texts. */
export interface TasteExamples {
  readonly liked: readonly string[];
  readonly disliked: readonly string[];
}

/** A paper judged by a taste. */
export interface TasteJudgement {
  readonly id: string;
  /** Probability of being liked, of examples half of which are. */
  readonly probability: number;
  /** The words and pairs of words that raised it most, strongest first, ten at most. */
  readonly words: readonly string[];
}

/** scikit-learn's C = 1 / penalty; fixed before any measurement. */
const penalty = 0.1;

const shownWords = 10;

interface Features {
  readonly sparse: SparseVector;
  readonly vector: Float32Array;
}

/**
 * Judges papers by examples. Both sides count the same, however many there are of each.
 *
 * @param examples - One or more of each side.
 * @param papers - To be judged.
 */
export function judge(
  examples: TasteExamples,
  papers: readonly { readonly id: string; readonly text: string }[],
  model: CorpusModel,
): TasteJudgement[] {
  const terms = [...model.vocabulary.columns.keys()];
  const taste = learn(examples, model);
  return papers.map(({ id, text }) => {
    const features = featuresOf(text, model);
    const raised = features.sparse.columns
      .map((column, at) => [column, features.sparse.values[at]! * taste.weights[column]!] as const)
      .filter(([, gain]) => gain > 0)
      .toSorted(([, one], [, other]) => other - one)
      .slice(0, shownWords);
    const logit = score(features, taste);
    // The first form in which the text has each stem.
    const stems = new Map(
      wordsOf(text)
        .toReversed()
        .map((word) => [stemOf(word), word]),
    );
    return {
      id,
      probability: 1 / (1 + Math.exp(-logit)),
      words: raised.map(([column]) => asWritten(terms[column]!, stems)),
    };
  });
}

/** A term of stems in words. */
function asWritten(term: string, words: ReadonlyMap<string, string>): string {
  return term
    .split(' ')
    .map((stem) => words.get(stem) ?? stem)
    .join(' ');
}

interface Taste {
  /** Of terms, by column. */
  readonly weights: Float64Array;
  /** Of the dense vector. */
  readonly dense: Float64Array;
  readonly intercept: number;
}

function learn({ liked, disliked }: TasteExamples, model: CorpusModel): Taste {
  const [positive, negative] = balance(liked, disliked);
  const rows = [...positive, ...negative].map((text) => featuresOf(text, model));
  const labels = rows.map((_, i) => (i < positive.length ? 1 : 0));
  const { coordinates, rank, back } = spanOf(rows);
  const fit = logisticRegression({ rows: rows.length, cols: rank, data: coordinates }, labels, {
    penalty,
    classes: 2,
    tolerance: 1e-6,
  });
  const weights = new Float64Array(model.vocabulary.columns.size);
  const dense = new Float64Array(model.kind.dimension);
  rows.forEach(({ sparse, vector }, i) => {
    let share = 0;
    for (let r = 0; r < rank; r++) {
      const weight = fit.weights.data[r * 2 + 1]! - fit.weights.data[r * 2]!;
      share += back[i * rank + r]! * weight;
    }
    sparse.columns.forEach((column, at) => (weights[column]! += share * sparse.values[at]!));
    vector.forEach((value, at) => (dense[at]! += share * value));
  });
  return { weights, dense, intercept: fit.intercepts[1]! - fit.intercepts[0]! };
}

/** The smaller side is repeated until both have the same length. */
function balance(one: readonly string[], other: readonly string[]) {
  const length = Math.max(one.length, other.length);
  const fill = (texts: readonly string[]) =>
    Array.from({ length }, (_, i) => texts[i % texts.length]!);
  return [fill(one), fill(other)] as const;
}

/** Coordinates of the examples in their own span, and the way back to weights of the examples. */
function spanOf(rows: readonly Features[]) {
  const n = rows.length;
  const data = new Float64Array(n * n);
  rows.forEach((one, i) => {
    for (let j = 0; j <= i; j++) {
      data[i * n + j] = dot(one, rows[j]!);
      data[j * n + i] = data[i * n + j]!;
    }
  });
  const { values, vectors } = symmetricEigen({ rows: n, cols: n, data });
  const rank = Math.max(1, values.filter((value) => value > 1e-9 * values[0]!).length);
  const coordinates = new Float64Array(n * rank);
  const back = new Float64Array(n * rank);
  for (let i = 0; i < n; i++) {
    for (let r = 0; r < rank; r++) {
      const length = Math.sqrt(Math.max(values[r]!, Number.MIN_VALUE));
      coordinates[i * rank + r] = vectors.data[i * n + r]! * length;
      back[i * rank + r] = vectors.data[i * n + r]! / length;
    }
  }
  return { coordinates, rank, back };
}

function featuresOf(text: string, model: CorpusModel): Features {
  return { sparse: tfIdf(text, model.vocabulary), vector: embedText(text, model) };
}

function dot(one: Features, other: Features): number {
  const values = new Map(one.sparse.columns.map((column, at) => [column, one.sparse.values[at]!]));
  let sum = 0;
  other.sparse.columns.forEach((column, at) => {
    sum += (values.get(column) ?? 0) * other.sparse.values[at]!;
  });
  one.vector.forEach((value, at) => (sum += value * other.vector[at]!));
  return sum;
}

function score({ sparse, vector }: Features, { weights, dense, intercept }: Taste): number {
  let sum = intercept;
  sparse.columns.forEach((column, at) => (sum += weights[column]! * sparse.values[at]!));
  vector.forEach((value, at) => (sum += dense[at]! * value));
  return sum;
}
