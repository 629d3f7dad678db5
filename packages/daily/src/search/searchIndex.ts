import type { Outcome } from '@working-papers/paper-kit';
import type { SearchFilters } from './filters.ts';

/** A paper as search knows it. */
export interface SearchPaper {
  /** arXiv id. */
  readonly id: string;
  readonly title: string;
  /** Summary and abstract, whichever are known; may be empty. */
  readonly text: string;
  /** The day that features it, `YYYY-MM-DD`. */
  readonly day: string;
  readonly authors: readonly string[];
  readonly organizations: readonly string[];
  readonly categories: readonly string[];
  readonly tags: readonly string[];
  readonly family: string | null;
  /** Of the verdicts that count, each once. */
  readonly outcomes: readonly Outcome[];
  readonly runsHere: boolean;
}

/** The same with its vector, where there is an embedder. */
export interface IndexedPaper extends SearchPaper {
  /** Of length 1, or all zeros for a text without any known word. */
  readonly vector: Float32Array | null;
}

/** How the vectors of an index came about; those of another kind cannot be compared. */
export interface VectorKind {
  readonly name: string;
  readonly version: string;
  readonly dimension: number;
}

/** What an index holds, stored with it. */
export interface IndexMark {
  /** The last change of the catalogue that is in it. */
  readonly changeSeq: number;
  readonly vectors: VectorKind | null;
}

/** What is looked for. Words are in lower case and not stemmed. */
export interface IndexQuery {
  /** The more of them, the better. */
  readonly any: readonly string[];
  readonly all: readonly string[];
  readonly none: readonly string[];
  /** Beginning of a word that is being typed. */
  readonly prefix: string | null;
  readonly filters: SearchFilters;
  /** Of the query, with the weight of its cosine beside words, whose best score counts 1. */
  readonly dense: { readonly vector: Float32Array; readonly weight: number } | null;
  /** At most so many hits. */
  readonly limit: number;
}

/** A paper that was found. */
export interface IndexHit {
  readonly id: string;
  /** Share of the best score by words, 0 if it was found by its vector alone, plus weight · cosine. */
  readonly score: number;
  readonly byWords: boolean;
}

/** What was found: by score, then newest day, then id. */
export interface IndexAnswer {
  readonly hits: readonly IndexHit[];
  /** How many there are in all, or how many were counted. */
  readonly total: number;
  /** Whether there may be more than `total`. */
  readonly isMore: boolean;
  /** Words that no paper has, for which similar ones were taken. */
  readonly unknown: readonly string[];
}

/** The state of an index. */
export interface IndexStatus extends IndexMark {
  readonly library: 'minisearch' | 'lancedb';
  readonly papers: number;
}

/**
 * The port behind which search libraries can be exchanged. An index is a cache: what is in it can be
 * built again from the database at any time. With neither words nor a vector, a query finds all
 * papers that pass the filters, newest first.
 */
export interface SearchIndex {
  /** Adds papers, or replaces those with the same id. */
  readonly upsert: (papers: readonly IndexedPaper[], changeSeq: number) => Promise<void>;
  /** Removes papers; those that are not there do no harm. */
  readonly remove: (ids: readonly string[], changeSeq: number) => Promise<void>;
  readonly search: (query: IndexQuery) => Promise<IndexAnswer>;
  /** Builds it anew beside the old one, which answers until the new one is complete. */
  readonly rebuild: (
    batches: AsyncIterable<readonly IndexedPaper[]>,
    mark: IndexMark,
  ) => Promise<void>;
  readonly status: () => Promise<IndexStatus>;
  /** Writes what is not on disk yet and ends. */
  readonly close: () => Promise<void>;
}

/** Title twice, then the text: what both libraries index in one field. */
export function indexedText({ title, text }: Pick<SearchPaper, 'title' | 'text'>): string {
  return `${title}\n${title}\n${text}`;
}
