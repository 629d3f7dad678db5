import type { IndexQuery } from './searchIndex.ts';
import type { ParsedQuery } from './query.ts';
import { isStopWord } from './words.ts';

/** What of a query goes to the index; a phrase goes there as words that must all occur. */
export function indexQueryOf(
  parsed: ParsedQuery,
  { isTyping = false, allWords = false } = {},
): Pick<IndexQuery, 'any' | 'all' | 'none' | 'prefix' | 'filters'> {
  const words = parsed.words.filter((word) => !isStopWord(word));
  const fromPhrases = parsed.phrases.flat().filter((word) => !isStopWord(word));
  const last = parsed.words.at(-1);
  const prefix = isTyping && parsed.endsInWord && last !== undefined ? last : null;
  const complete = prefix === null ? words : words.filter((word) => word !== prefix);
  return {
    // The last word may be complete, too.
    any: allWords ? [] : words,
    all: [...fromPhrases, ...(allWords ? complete : [])],
    none: parsed.excluded.filter((word) => !isStopWord(word)),
    prefix,
    filters: parsed.filters,
  };
}

/** Whether something was typed that no index can answer: words that say nothing, or no words at all. */
export function isWithoutMeaning(
  { isEmpty, words, phrases, excluded, excludedPhrases, filters }: ParsedQuery,
  query: Pick<IndexQuery, 'any' | 'all'>,
): boolean {
  if (isEmpty || query.any.length + query.all.length > 0) return false;
  const isRefused = words.length + phrases.length > 0;
  const says = excluded.length + excludedPhrases.length + Object.keys(filters).length;
  return isRefused || says === 0;
}
