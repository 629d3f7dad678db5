import leven from 'leven';

/**
 * The candidate that a name was probably meant to be: at most a third of its letters differ, or two that
 * were swapped, which count as two.
 */
function nearest(name: string, candidates: readonly string[]): string | undefined {
  const distances = candidates.map((candidate) => ({ candidate, letters: leven(name, candidate) }));
  const best = distances.sort((a, b) => a.letters - b.letters)[0];
  if (!best) return undefined;
  const length = Math.max(name.length, best.candidate.length);
  return best.letters <= Math.max(length / 3, length < 5 ? 1 : 2) ? best.candidate : undefined;
}

/** `did you mean x?` if something is near, else the text that lists what there is. */
export function suggestion(name: string, candidates: readonly string[], list: string): string {
  const near = nearest(name, candidates);
  return near === undefined ? list : `did you mean ${near}?`;
}

/** `a, b and c`. */
export function inWords(names: readonly string[]): string {
  const [last = '', ...rest] = names.toReversed();
  return rest.length === 0 ? last : `${rest.toReversed().join(', ')} and ${last}`;
}
