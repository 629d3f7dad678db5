import { countTerms } from './termCounts.ts';

/** Rows of a matrix without their zeros. Row i has the entries from `starts[i]` to `starts[i + 1]`. */
export interface SparseRows {
  readonly cols: number;
  /** Length rows + 1. */
  readonly starts: Uint32Array;
  readonly columns: Uint32Array;
  readonly values: Float64Array;
}

/** Terms that count, each with the weight of its rarity. */
export interface Vocabulary {
  /** Column by term. */
  readonly columns: ReadonlyMap<string, number>;
  /** ln((1 + papers) / (1 + papers with the term)) + 1, by column. */
  readonly idf: Float64Array;
}

/** A text in terms: columns and weights. */
export interface SparseVector {
  readonly columns: readonly number[];
  readonly values: readonly number[];
}

/** A term that only one paper has joins nothing. */
const leastPapers = 2;

/**
 * Collects the terms of texts: those of two texts or more, the most widespread `limit` of them.
 *
 * @param texts - One per paper.
 * @param limit - Terms at most.
 */
export function collectVocabulary(texts: readonly string[], limit: number): Vocabulary {
  const papers = new Map<string, number>();
  for (const text of texts) {
    for (const term of countTerms(text).keys()) papers.set(term, (papers.get(term) ?? 0) + 1);
  }
  const kept = [...papers]
    .filter(([, count]) => count >= leastPapers)
    .toSorted(([one, a], [other, b]) => b - a || (one < other ? -1 : 1))
    .slice(0, limit);
  return {
    columns: new Map(kept.map(([term], column) => [term, column])),
    idf: Float64Array.from(kept, ([, count]) => Math.log((1 + texts.length) / (1 + count)) + 1),
  };
}

/**
 * The weights of a text: (1 + ln count) · idf, of length 1 together. This is scikit-learn's
 * TfidfVectorizer with `sublinear_tf`.
 */
export function tfIdf(text: string, { columns, idf }: Vocabulary): SparseVector {
  const found: number[] = [];
  const values: number[] = [];
  let square = 0;
  for (const [term, count] of countTerms(text)) {
    const column = columns.get(term);
    if (column === undefined) continue;
    const value = (1 + Math.log(count)) * idf[column]!;
    found.push(column);
    values.push(value);
    square += value * value;
  }
  const length = Math.sqrt(square);
  return { columns: found, values: values.map((value) => value / length) };
}

/** Stacks vectors. */
export function sparseRows(vectors: readonly SparseVector[], cols: number): SparseRows {
  const starts = new Uint32Array(vectors.length + 1);
  vectors.forEach(({ columns }, row) => (starts[row + 1] = starts[row]! + columns.length));
  const size = starts.at(-1) ?? 0;
  const rows = {
    cols,
    starts,
    columns: new Uint32Array(size),
    values: new Float64Array(size),
  };
  vectors.forEach(({ columns, values }, row) => {
    rows.columns.set(columns, starts[row]);
    rows.values.set(values, starts[row]);
  });
  return rows;
}
