import { indexedForm, wordsOf } from './words.ts';

/** How often each term occurs: stems, and pairs of neighbouring stems joined by a space. */
export function countTerms(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  let before: string | undefined;
  for (const word of wordsOf(text)) {
    const stem = indexedForm(word);
    if (stem === undefined) continue;
    counts.set(stem, (counts.get(stem) ?? 0) + 1);
    if (before !== undefined) {
      const pair = `${before} ${stem}`;
      counts.set(pair, (counts.get(pair) ?? 0) + 1);
    }
    before = stem;
  }
  return counts;
}
