import { DataError, ShapeError } from '@working-papers/grad';

/** The edits that turn a reference into a hypothesis. */
export interface Edits {
  readonly substitutions: number;
  /** Items of the reference that are missing. */
  readonly deletions: number;
  /** Items that the reference lacks. */
  readonly insertions: number;
  /** Their sum, the Levenshtein distance. */
  readonly distance: number;
}

/**
 * The Levenshtein distance: the fewest substitutions, deletions and insertions that turn a reference into a
 * hypothesis, and how many of each. Of equally short ways the one with most substitutions is counted.
 * Costs the product of the lengths.
 * Source: Wagner and Fischer 1974, "The String-to-String Correction Problem".
 *
 * @param reference - Items compared by ===: words, or characters as `Array.from(text)`.
 * @param hypothesis - Items.
 */
export function editDistance<Item>(reference: readonly Item[], hypothesis: readonly Item[]): Edits {
  const width = hypothesis.length + 1;
  // Distances of a prefix of the reference from all prefixes of the hypothesis, and the deletions in them.
  let distances = Int32Array.from({ length: width }, (_, j) => j);
  let deletions = new Int32Array(width);
  reference.forEach((item, i) => {
    const [above, deletionsAbove] = [distances, deletions];
    distances = new Int32Array(width).fill(i + 1, 0, 1);
    deletions = new Int32Array(width).fill(i + 1, 0, 1);
    for (let j = 1; j < width; j++) {
      const substitute = above[j - 1]! + Number(item !== hypothesis[j - 1]);
      const remove = above[j]! + 1;
      const insert = distances[j - 1]! + 1;
      const least = Math.min(substitute, remove, insert);
      // With distance and lengths given, fewer deletions mean fewer insertions and more substitutions.
      distances[j] = least;
      deletions[j] = Math.min(
        substitute === least ? deletionsAbove[j - 1]! : Infinity,
        remove === least ? deletionsAbove[j]! + 1 : Infinity,
        insert === least ? deletions[j - 1]! : Infinity,
      );
    }
  });
  const distance = distances[width - 1]!;
  const deleted = deletions[width - 1]!;
  const inserted = hypothesis.length - reference.length + deleted;
  return {
    substitutions: distance - deleted - inserted,
    deletions: deleted,
    insertions: inserted,
    distance,
  };
}

/**
 * The word error rate over a set: all edits of words divided by all words of the references. Words are
 * what white space separates, compared as they are spelt.
 *
 * @param references - [n].
 * @param hypotheses - [n].
 * @returns From 0; above 1 where hypotheses are much longer.
 * @throws {ShapeError} If the lengths differ.
 * @throws {DataError} If the references have no word.
 */
export function wordErrorRate(
  references: readonly string[],
  hypotheses: readonly string[],
): number {
  const words = (text: string) => text.split(/\s+/).filter((word) => word !== '');
  return errorRate('wordErrorRate', references.map(words), hypotheses.map(words));
}

/**
 * The character error rate over a set: all edits of characters (Unicode code points, white space included)
 * divided by all characters of the references.
 *
 * @param references - [n].
 * @param hypotheses - [n].
 * @returns From 0; above 1 where hypotheses are much longer.
 * @throws {ShapeError} If the lengths differ.
 * @throws {DataError} If the references have no character.
 */
export function characterErrorRate(
  references: readonly string[],
  hypotheses: readonly string[],
): number {
  const characters = (text: string) => Array.from(text);
  return errorRate('characterErrorRate', references.map(characters), hypotheses.map(characters));
}

function errorRate(
  operation: string,
  references: readonly (readonly string[])[],
  hypotheses: readonly (readonly string[])[],
): number {
  if (references.length !== hypotheses.length) {
    throw new ShapeError(
      `${operation}: ${references.length} references for ${hypotheses.length} hypotheses`,
    );
  }
  const length = references.reduce((sum, reference) => sum + reference.length, 0);
  if (length === 0) {
    throw new DataError(
      `${operation}: the ${references.length} references are empty; expected text`,
    );
  }
  const edits = references.map((reference, i) => editDistance(reference, hypotheses[i]!).distance);
  return edits.reduce((sum, distance) => sum + distance, 0) / length;
}
