/**
 * Search with MiniSearch: the whole index in memory, saved as one file. The field `text` holds stems; the
 * field `title` holds whole words, for what is being typed: a beginning of a word is no stem.
 */
import MiniSearch, { type Query, type SearchResult } from 'minisearch';
import { facetsOf, passes, type Facets } from './filters.ts';
import { candidateCount, fuse, type Fused, type Scored } from './fusion.ts';
import { readIndexFile, writeIndexFile } from './miniSearchFile.ts';
import {
  indexedText,
  type IndexAnswer,
  type IndexedPaper,
  type IndexMark,
  type IndexQuery,
  type IndexStatus,
} from './searchIndex.ts';
import { VectorTable } from './vectorTable.ts';
import { indexedForm, stemOf, wordsOf } from './words.ts';

type Index = MiniSearch<IndexedPaper>;

/** What a rebuild makes and then puts in place of the old one. */
interface Shelf {
  readonly index: Index;
  readonly vectors: VectorTable;
  readonly facets: Map<string, Facets>;
  mark: IndexMark;
}

const options = {
  fields: ['text', 'title'],
  extractField: (paper: IndexedPaper, field: string) => {
    if (field === 'id') return paper.id;
    return field === 'title' ? paper.title : indexedText(paper);
  },
  tokenize: wordsOf,
  processTerm: (word: string, field?: string) => (field === 'title' ? word : indexedForm(word)),
  logger: () => undefined,
};

/** Scoring takes long and finding does not; from so many candidates the best are hardly others. */
const enoughCandidates = 500;

const mostCounts = 20_000;

/** Shorter words are not taken for misspelt. */
const leastMisspelt = 4;

/** A shelf of papers in memory, kept in one file. All of it is synchronous but for the file. */
export class MiniSearchShelf {
  /** Null for a shelf that is never saved. */
  readonly #file: string | null;
  #shelf: Shelf;
  #next: Shelf | null = null;
  /** Papers with a stem, as far as anybody asked since the last change. */
  readonly #counts = new Map<string, number>();
  #isSaved: boolean;

  private constructor(file: string | null, shelf: Shelf | null) {
    this.#file = file;
    this.#isSaved = shelf !== null;
    this.#shelf = shelf ?? emptyShelf({ changeSeq: 0, vectors: null });
  }

  /** Opens what the file holds; nothing if it is not there, broken, or of another version. */
  static async open(file: string): Promise<MiniSearchShelf> {
    const kept = await readIndexFile(file);
    if (kept === null) return new MiniSearchShelf(file, null);
    try {
      const index = MiniSearch.loadJS<IndexedPaper>(kept.index, options);
      const vectors = VectorTable.from(kept.mark.vectors?.dimension ?? 0, kept.vectors);
      const facets = new Map(Object.entries(kept.facets));
      return new MiniSearchShelf(file, { index, vectors, facets, mark: kept.mark });
    } catch {
      return new MiniSearchShelf(file, null);
    }
  }

  /** A shelf that lives as long as the process. */
  static inMemory(): MiniSearchShelf {
    return new MiniSearchShelf(null, null);
  }

  upsert(papers: readonly IndexedPaper[], changeSeq: number): void {
    put(this.#shelf, papers);
    this.#changed(changeSeq);
  }

  remove(ids: readonly string[], changeSeq: number): void {
    const { index, vectors, facets } = this.#shelf;
    for (const id of ids) {
      if (index.has(id)) index.discard(id);
      vectors.delete(id);
      facets.delete(id);
    }
    this.#changed(changeSeq);
  }

  beginRebuild(mark: IndexMark): void {
    this.#next = emptyShelf(mark);
  }

  addToRebuild(papers: readonly IndexedPaper[]): void {
    if (this.#next === null) throw new Error('internal: no rebuild has begun');
    put(this.#next, papers);
  }

  async endRebuild(): Promise<void> {
    if (this.#next === null) throw new Error('internal: no rebuild has begun');
    this.#shelf = this.#next;
    this.#next = null;
    this.#counts.clear();
    this.#isSaved = false;
    await this.save();
  }

  /** Writes the file if anything changed since it was written. */
  async save(): Promise<void> {
    if (this.#isSaved || this.#file === null) return;
    this.#isSaved = true;
    const { index, vectors, facets, mark } = this.#shelf;
    await writeIndexFile(this.#file, {
      mark,
      facets: Object.fromEntries(facets),
      index: index.toJSON(),
      vectors: vectors.entries(),
    });
  }

  status(): IndexStatus {
    const { index, mark } = this.#shelf;
    return { ...mark, library: 'minisearch', papers: index.documentCount };
  }

  search(query: IndexQuery): IndexAnswer {
    const isOpen = this.#openTo(query);
    if (query.any.length + query.all.length === 0 && query.prefix === null) {
      return query.dense === null ? this.#newest(query, isOpen) : this.#nearest(query, isOpen);
    }
    const unknown = [...query.any, ...query.all].filter(
      (word) => word.length >= leastMisspelt && this.#papersWith(word) === 0,
    );
    const { candidates, isCut } = this.#candidates(query, unknown);
    // A document with boost 0 is passed over before anything is made of it.
    const found = this.#shelf.index.search(treeOf(query, unknown), {
      boostDocument: (id: string) => (candidates.has(id) && isOpen(id) ? 1 : 0),
    });
    const fused = this.#fuse(found.map(scored), query, isOpen);
    return {
      hits: fused.slice(0, query.limit),
      total: found.length + fused.filter(({ byWords }) => !byWords).length,
      isMore: isCut,
      unknown,
    };
  }

  /** What may be found: it has none of the unwanted words and passes the filters. */
  #openTo({ none, filters }: IndexQuery): (id: string) => boolean {
    const { facets } = this.#shelf;
    const unwanted = this.#holders(none.map(plain));
    const isFiltered = Object.values(filters).some((value) => value !== undefined);
    return (id) => {
      if (unwanted.has(id)) return false;
      const ofPaper = isFiltered ? facets.get(id) : undefined;
      return !isFiltered || (ofPaper !== undefined && passes(ofPaper, filters));
    };
  }

  /**
   * Papers worth to be scored. If all of some words are wanted, those with the rarest of these. Else those
   * with the rarest words, word by word until there are 500: what has only more frequent words than
   * these comes after them, and is counted no more.
   */
  #candidates({ any, all, prefix }: IndexQuery, unknown: readonly string[]) {
    const known = (words: readonly string[]) => words.filter((word) => !unknown.includes(word));
    const byRarity = (words: readonly string[]) =>
      known(words).toSorted((one, other) => this.#papersWith(one) - this.#papersWith(other));
    const [rarest] = byRarity(all);
    if (rarest !== undefined) return { candidates: this.#holders([plain(rarest)]), isCut: false };
    if (all.length > 0) return { candidates: this.#holders(all.map(misspelt)), isCut: false };
    const inexact = any.filter((word) => unknown.includes(word)).map(misspelt);
    const candidates = this.#holders([...inexact, ...(prefix === null ? [] : begun(prefix))]);
    for (const word of byRarity(any)) {
      if (candidates.size >= enoughCandidates) return { candidates, isCut: true };
      for (const id of this.#holders([plain(word)])) candidates.add(id);
    }
    return { candidates, isCut: false };
  }

  /** Ids of papers that any of the queries finds. */
  #holders(queries: readonly Query[]): Set<string> {
    const ids = new Set<string>();
    if (queries.length === 0) return ids;
    this.#shelf.index.search(
      { combineWith: 'OR', queries: [...queries] },
      {
        boostDocument: (id: string) => {
          ids.add(id);
          return 0;
        },
      },
    );
    return ids;
  }

  /** How many papers have a word, in any of its forms. */
  #papersWith(word: string): number {
    const stem = stemOf(word);
    const known = this.#counts.get(stem);
    if (known !== undefined) return known;
    const count = this.#holders([plain(word)]).size;
    if (this.#counts.size > mostCounts) this.#counts.clear();
    this.#counts.set(stem, count);
    return count;
  }

  #fuse(words: readonly Scored[], query: IndexQuery, isOpen: (id: string) => boolean): Fused[] {
    const { dense, limit, all, none } = query;
    const best = words.slice(0, Math.max(limit, candidateCount));
    if (dense === null) {
      const alone = fuse(best, [], { weight: 0, cosineOf: () => 0, isOpen: false });
      return this.#inOrder(alone);
    }
    const cosines = this.#shelf.vectors.cosines(dense.vector);
    const fused = fuse(best, nearestOf(cosines, candidateCount, isOpen), {
      weight: dense.weight,
      cosineOf: (id) => cosines.get(id) ?? 0,
      isOpen: all.length + none.length === 0,
    });
    // Those with words that are not among the best are counted by their words.
    const rest = new Set(words.slice(best.length).map(({ id }) => id));
    return this.#inOrder(fused.filter(({ id, byWords }) => byWords || !rest.has(id)));
  }

  #newest({ limit }: IndexQuery, isOpen: (id: string) => boolean): IndexAnswer {
    const open: Fused[] = [];
    for (const id of this.#shelf.facets.keys()) {
      if (isOpen(id)) open.push({ id, score: 0, byWords: true });
    }
    const hits = this.#inOrder(open).slice(0, limit);
    return { hits, total: open.length, isMore: false, unknown: [] };
  }

  #nearest({ dense, limit }: IndexQuery, isOpen: (id: string) => boolean): IndexAnswer {
    if (dense === null) throw new Error('internal: no vector');
    const near = nearestOf(this.#shelf.vectors.cosines(dense.vector), Infinity, isOpen);
    const hits = near
      .slice(0, limit)
      .map(({ id, score }) => ({ id, score: dense.weight * score, byWords: false }));
    return { hits, total: near.length, isMore: false, unknown: [] };
  }

  /** Best first, then the newest day, then by id. */
  #inOrder(papers: readonly Fused[]): Fused[] {
    const dayOf = (id: string) => this.#shelf.facets.get(id)?.day ?? '';
    return papers.toSorted(
      (one, other) =>
        other.score - one.score ||
        compare(dayOf(other.id), dayOf(one.id)) ||
        compare(other.id, one.id),
    );
  }

  #changed(changeSeq: number): void {
    this.#shelf.mark = { ...this.#shelf.mark, changeSeq };
    this.#counts.clear();
    this.#isSaved = false;
  }
}

function emptyShelf(mark: IndexMark): Shelf {
  return {
    index: new MiniSearch<IndexedPaper>(options),
    vectors: new VectorTable(mark.vectors?.dimension ?? 0),
    facets: new Map(),
    mark,
  };
}

function put({ index, vectors, facets }: Shelf, papers: readonly IndexedPaper[]): void {
  for (const paper of papers) {
    if (index.has(paper.id)) index.replace(paper);
    else index.add(paper);
    facets.set(paper.id, facetsOf(paper));
    if (paper.vector === null) vectors.delete(paper.id);
    else vectors.set(paper.id, paper.vector);
  }
}

/** The wanted words in MiniSearch's form; unknown ones may differ in one letter. */
function treeOf({ any, all, prefix }: IndexQuery, unknown: readonly string[]): Query {
  const node = (word: string) => (unknown.includes(word) ? misspelt(word) : plain(word));
  const must = all.map(node);
  const may = [...any.map(node), ...(prefix === null ? [] : begun(prefix))];
  if (must.length === 0) return { combineWith: 'OR', queries: may };
  const either: Query = { combineWith: 'OR', queries: [...may, ...must] };
  return { combineWith: 'AND', queries: may.length === 0 ? must : [...must, either] };
}

const identity = (term: string) => term;

function plain(word: string): Query {
  return { queries: [stemOf(word)], fields: ['text'], ...asItIs };
}

/** Stems come into the query as they are: a stem has another stem. */
const asItIs = { tokenize: (text: string) => [text], processTerm: identity };

function misspelt(word: string): Query {
  return { ...asItIs, queries: [stemOf(word)], fields: ['text'], fuzzy: 1 };
}

/** A beginning says less than a word. */
const prefixBoost = () => 0.5;

function begun(prefix: string): Query[] {
  return [
    { ...asItIs, queries: [prefix], fields: ['title'], prefix: true, boostTerm: prefixBoost },
    {
      ...asItIs,
      queries: [stemOf(prefix)],
      fields: ['text'],
      prefix: true,
      boostTerm: prefixBoost,
    },
  ];
}

function scored({ id, score }: SearchResult): Scored {
  return { id: String(id), score };
}

/** The nearest of the papers that may be found. */
function nearestOf(
  cosines: ReadonlyMap<string, number>,
  count: number,
  isOpen: (id: string) => boolean,
): Scored[] {
  const near: Scored[] = [];
  for (const [id, score] of cosines) if (isOpen(id)) near.push({ id, score });
  near.sort((one, other) => other.score - one.score || compare(one.id, other.id));
  return near.slice(0, count);
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
