import { ConfigError } from '@working-papers/grad';

/** Overlap of a candidate with a reference. */
export interface RougeScore {
  /** Share of the candidate's units that the reference has; 0 if it has none. */
  readonly precision: number;
  /** Share of the reference's units that the candidate has; 0 if it has none. */
  readonly recall: number;
  /** Their harmonic mean; 0 if both are. */
  readonly f1: number;
}

/**
 * ROUGE-N: the n-grams that a candidate shares with a reference, each as often as both have it.
 * Source: Lin 2004, "ROUGE: A Package for Automatic Evaluation of Summaries", section 2.
 *
 * @param candidate - Words, for instance of {@link rougeWords}.
 * @param reference - Words.
 * @param n - 1 or more.
 * @throws {ConfigError} If `n` is not a positive integer.
 */
export function rougeN(
  candidate: readonly string[],
  reference: readonly string[],
  n: number,
): RougeScore {
  if (!Number.isInteger(n) || n < 1) {
    throw new ConfigError(`rougeN: n = ${n} is not a positive integer`);
  }
  const [ofCandidate, ofReference] = [countGrams(candidate, n), countGrams(reference, n)];
  let shared = 0;
  for (const [gram, count] of ofCandidate) shared += Math.min(count, ofReference.get(gram) ?? 0);
  const grams = (words: readonly string[]) => Math.max(0, words.length - n + 1);
  return score(shared, grams(candidate), grams(reference));
}

/**
 * ROUGE-L: the longest common subsequence of a candidate and a reference, both taken as one sentence.
 * Source: Lin 2004, section 3, with equal weights of precision and recall.
 *
 * @param candidate - Words, for instance of {@link rougeWords}.
 * @param reference - Words.
 */
export function rougeL(candidate: readonly string[], reference: readonly string[]): RougeScore {
  let lengths = new Int32Array(reference.length + 1);
  for (const word of candidate) {
    const above = lengths;
    lengths = new Int32Array(above.length);
    for (let j = 1; j < lengths.length; j++) {
      lengths[j] =
        word === reference[j - 1] ? above[j - 1]! + 1 : Math.max(above[j]!, lengths[j - 1]!);
    }
  }
  return score(lengths[reference.length]!, candidate.length, reference.length);
}

/** The words of a text as ROUGE counts them: lower case, runs of the letters a to z and of digits. */
export function rougeWords(text: string): readonly string[] {
  return text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
}

function countGrams(words: readonly string[], n: number): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (let end = n; end <= words.length; end++) {
    const gram = JSON.stringify(words.slice(end - n, end));
    counts.set(gram, (counts.get(gram) ?? 0) + 1);
  }
  return counts;
}

function score(shared: number, ofCandidate: number, ofReference: number): RougeScore {
  return {
    precision: ofCandidate === 0 ? 0 : shared / ofCandidate,
    recall: ofReference === 0 ? 0 : shared / ofReference,
    f1: shared === 0 ? 0 : (2 * shared) / (ofCandidate + ofReference),
  };
}
