/** A paper and its score of one kind. */
export interface Scored {
  readonly id: string;
  readonly score: number;
}

/** A paper with its joint score. */
export interface Fused extends Scored {
  readonly byWords: boolean;
}

/** As many are taken by their vectors alone, and ranked by both scores, at most. */
export const candidateCount = 200;

/** Papers below it are not near enough to be shown without any word of the query. */
const leastCosine = 0.3;

/**
 * Joins two rankings: score = words / best words + weight · cosine. A paper without any of the words has 0
 * for them. Equal weights of ranks are not used: measured, they pull the better ranking down.
 *
 * @param byWords - Scores of any scale above 0, best first.
 * @param byVector - Cosines of the nearest papers.
 * @param options - `cosineOf` is asked for papers found by words; `isOpen` says whether papers
 *   without any word may be shown.
 */
export function fuse(
  byWords: readonly Scored[],
  byVector: readonly Scored[],
  options: {
    readonly weight: number;
    readonly cosineOf: (id: string) => number;
    readonly isOpen: boolean;
  },
): Fused[] {
  const best = byWords[0]?.score ?? 1;
  const { weight, cosineOf, isOpen } = options;
  const fused: Fused[] = byWords.map(({ id, score }) => ({
    id,
    score: score / best + weight * Math.max(0, cosineOf(id)),
    byWords: true,
  }));
  if (!isOpen) return fused;
  const known = new Set(byWords.map(({ id }) => id));
  for (const { id, score } of byVector) {
    if (score < leastCosine || known.has(id)) continue;
    fused.push({ id, score: weight * score, byWords: false });
  }
  return fused;
}
