/**
 * Who wrote a paper, in a line: up to four names, more as the first three and a count.
 *
 * @param authorCount - How many there are, which may be more than are named.
 */
export function byline(authors: readonly string[], authorCount: number): string {
  const shown = authorCount <= 4 ? authors : authors.slice(0, 3);
  const others = authorCount - shown.length;
  if (shown.length === 0) return others === 0 ? '' : countOf(others, 'author');
  return others === 0 ? shown.join(', ') : `${shown.join(', ')} and ${others} more`;
}

/** A count with its noun, for example `1 paper` and `3 papers`. */
export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
