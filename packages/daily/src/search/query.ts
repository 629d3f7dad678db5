/**
 * The language of the search box: words, "phrases", -without, author:, org:, cat:, verdict:, and an
 * arXiv id or address alone. Nothing that is typed is an error: what has no meaning counts as words.
 */
import { outcomes, type Outcome } from '@working-papers/paper-kit';
import type { SearchFilters } from './filters.ts';
import { wordsOf } from './words.ts';

/** Longer queries are cut, in characters and in terms. */
export const queryLimits = { characters: 250, terms: 32 } as const;

/** What was typed, taken apart. */
export interface ParsedQuery {
  /** The arXiv id, if that or its address is all there is. */
  readonly id: string | null;
  /** In lower case, each once, in the order typed. */
  readonly words: readonly string[];
  /** Each a list of two words or more. */
  readonly phrases: readonly (readonly string[])[];
  readonly excluded: readonly string[];
  readonly excludedPhrases: readonly (readonly string[])[];
  readonly filters: Pick<SearchFilters, 'authors' | 'organizations' | 'category' | 'verdict'>;
  /** Whether the last word may go on: nothing follows it. */
  readonly endsInWord: boolean;
  /** Whether nothing was typed. */
  readonly isEmpty: boolean;
  /** Whether something was cut. */
  readonly isCut: boolean;
}

const idPattern =
  /^(?:(?:https?:\/\/)?(?:www\.|export\.)?arxiv\.org\/(?:abs|pdf|html)\/|arxiv:)?(\d{4}\.\d{4,5})(?:v\d+)?(?:\.pdf)?$/i;

/** `-`, then `field:`, then a quoted or a plain value. */
const termPattern =
  /(-?)(?:(author|org|organization|cat|category|verdict):)?(?:"([^"]*)(?:"|$)|([^\s"]+))/giu;

/**
 * Takes a query apart.
 *
 * @param text - As typed; at most 250 characters and 32 terms are read.
 */
export function parseQuery(text: string): ParsedQuery {
  const clean = text
    .normalize('NFKC')
    .replace(/\p{Cc}|\p{Cs}/gu, ' ')
    .replace(/[“”„]/g, '"');
  const query = clean.trimStart().slice(0, queryLimits.characters);
  const id = idPattern.exec(query.trim())?.[1] ?? null;
  const found = [...query.matchAll(termPattern)];
  const terms = found.slice(0, queryLimits.terms);
  const parts = new Parts();
  for (const term of terms) parts.add(term);
  const words = unique(parts.words).slice(0, queryLimits.terms);
  return {
    id,
    words,
    phrases: parts.phrases,
    excluded: unique(parts.excluded).slice(0, queryLimits.terms),
    excludedPhrases: parts.excludedPhrases,
    filters: parts.filters,
    isEmpty: query.trim() === '',
    endsInWord: /[\p{L}\p{N}]$/u.test(query) && terms.at(-1)?.[4] !== undefined,
    isCut:
      clean.trim().length > queryLimits.characters ||
      found.length > terms.length ||
      unique(parts.words).length > words.length,
  };
}

class Parts {
  readonly words: string[] = [];
  readonly phrases: string[][] = [];
  readonly excluded: string[] = [];
  readonly excludedPhrases: string[][] = [];
  readonly #authors: string[] = [];
  readonly #organizations: string[] = [];
  #category: string | undefined;
  #verdict: SearchFilters['verdict'];

  add(term: RegExpExecArray): void {
    const [whole, minus, field, quoted, plain] = term;
    const value = quoted ?? plain ?? '';
    const words = wordsOf(value);
    const isPhrase = quoted !== undefined && words.length > 1;
    if (minus === '-') {
      if (isPhrase) this.excludedPhrases.push(words);
      else this.excluded.push(...words);
    } else if (field !== undefined) {
      const isFilter = words.length > 0 && this.#filter(field.toLowerCase(), value);
      if (!isFilter) this.words.push(...wordsOf(whole));
    } else if (isPhrase) this.phrases.push(words);
    else this.words.push(...words);
  }

  get filters(): ParsedQuery['filters'] {
    return {
      ...(this.#authors.length > 0 && { authors: this.#authors }),
      ...(this.#organizations.length > 0 && { organizations: this.#organizations }),
      ...(this.#category !== undefined && { category: this.#category }),
      ...(this.#verdict !== undefined && { verdict: this.#verdict }),
    };
  }

  /** @returns Whether the value means something for that field. */
  #filter(field: string, value: string): boolean {
    if (field === 'author') this.#authors.push(value);
    else if (field.startsWith('org')) this.#organizations.push(value);
    else if (field.startsWith('cat')) this.#category = value;
    else {
      const verdict = value.toLowerCase().replace('-', ' ');
      if (!isVerdict(verdict)) return false;
      this.#verdict = verdict;
    }
    return true;
  }
}

/** Whether a text names an outcome, or any. */
export function isVerdict(text: string): text is Outcome | 'any' {
  return text === 'any' || outcomes.some((outcome) => outcome === text);
}

function unique(words: readonly string[]): string[] {
  return [...new Set(words)];
}
