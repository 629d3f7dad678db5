/** Keeps an index in step with the database: opens it, follows changes, builds it anew where that is needed. */
import type { Configuration } from '../configuration.ts';
import type { Database } from '../database/database.ts';
import type { TasteExamples, TasteJudgement } from '../recommend/taste.ts';
import { allSearchPapers, catalogueChanges, catalogueState } from './cataloguePapers.ts';
import { largestFit } from './corpusModel.ts';
import { corpusEmbedder, transformersEmbedder, type Embedder } from './embedder.ts';
import { openLanceIndex } from './lanceIndex.ts';
import { openMiniSearchIndex } from './miniSearchIndex.ts';
import { openWorkbench, SearchError, type OpenWorkbench } from './openWorkbench.ts';
import { denseWeight, measureGain, type Gain } from './retrieval.ts';
import type {
  IndexAnswer,
  IndexedPaper,
  IndexQuery,
  IndexStatus,
  SearchIndex,
  SearchPaper,
  VectorKind,
} from './searchIndex.ts';
import type { KeptModel } from './workbench.ts';

/** The state of search, for operators. */
export interface SearchStatus {
  readonly index: IndexStatus | null;
  /** Papers in the database, and its last change. */
  readonly catalogue: { readonly papers: number; readonly changeSeq: number };
  readonly isRebuilding: boolean;
  /** Whether vectors take part in the ranking, and what decided that. */
  readonly dense: { readonly isOn: boolean; readonly kind: VectorKind; readonly gain: Gain } | null;
  /** What went wrong last, while nothing has gone right since. */
  readonly lastError: string | null;
  /** What the operator should do. */
  readonly advice: string | null;
}

/** An index that is kept. Every function waits until it is open. */
export interface IndexKeeper {
  readonly search: (query: IndexQuery) => Promise<IndexAnswer>;
  /** The vector of a text for the ranking; null if vectors take no part in it. */
  readonly embedQuery: (text: string) => Promise<IndexQuery['dense']>;
  /** The vector of a text; null if there are none. */
  readonly embed: (text: string) => Promise<Float32Array | null>;
  readonly judge: (
    examples: TasteExamples,
    papers: readonly { readonly id: string; readonly text: string }[],
  ) => Promise<readonly TasteJudgement[]>;
  readonly follow: () => Promise<void>;
  readonly refit: () => Promise<void>;
  readonly status: () => Promise<SearchStatus>;
  readonly close: () => Promise<void>;
}

/** With what an index is kept. */
export interface KeeperSurroundings {
  readonly database: Database;
  readonly folder: string;
  readonly configuration: Pick<Configuration, 'WP_SEARCH' | 'WP_EMBEDDER'>;
  readonly now: () => Date;
}

/** MiniSearch holds everything in memory. */
const largestForMiniSearch = 30_000;

/** A question looks for changes if nobody did for so long. */
const followMs = 2000;

const refitMs = 24 * 3600_000;

/** Small batches let questions in between while an index is built. */
const rebuildBatch = 50;

/** Opens an index and keeps it. */
export function keepIndex(surroundings: KeeperSurroundings): IndexKeeper {
  const keeper = new Keeper(surroundings);
  return {
    search: (query) => keeper.search(query),
    embedQuery: (text) => keeper.embedQuery(text),
    embed: (text) => keeper.embed(text),
    judge: (examples, papers) => keeper.judge(examples, papers),
    follow: () => keeper.follow(),
    refit: () => keeper.refit(),
    status: () => keeper.status(),
    close: () => keeper.close(),
  };
}

interface Opened {
  readonly bench: OpenWorkbench;
  readonly index: SearchIndex;
}

class Keeper {
  readonly #surroundings: KeeperSurroundings;
  readonly #opening: Promise<Opened>;
  /** Changes are made one after the other. */
  #last: Promise<void> = Promise.resolve();
  #model: KeptModel | null = null;
  /** Null while the vectors of the index are of another kind than the embedder's. */
  #embedder: Embedder | null = null;
  #gain: Gain | null = null;
  /** To how many the last attempt of a fit was made. */
  #fittedPapers = 0;
  #isRebuilding = false;
  #isClosed = false;
  #followedAt = 0;
  #lastError: string | null = null;

  constructor(surroundings: KeeperSurroundings) {
    this.#surroundings = surroundings;
    this.#opening = this.#open();
    // Whoever asks gets the error; nobody may have asked yet.
    this.#opening.catch((error: unknown) => this.#failed(error));
  }

  async search(query: IndexQuery): Promise<IndexAnswer> {
    const { index } = await this.#opening;
    if (this.#surroundings.now().getTime() - this.#followedAt > followMs) {
      void this.follow().catch(() => undefined);
    }
    try {
      return await index.search(query);
    } catch (cause) {
      this.#failed(cause);
      void this.refit().catch(() => undefined);
      throw new SearchError(
        'search: the index failed and is being built anew; try again in a minute',
        { cause },
      );
    }
  }

  async embedQuery(text: string): Promise<IndexQuery['dense']> {
    await this.#opening;
    if (!isBetter(this.#gain)) return null;
    const vector = await this.embed(text);
    return vector === null ? null : { vector, weight: denseWeight };
  }

  async embed(text: string): Promise<Float32Array | null> {
    await this.#opening;
    const [vector] = (await this.#embedder?.embed([text])) ?? [];
    return vector?.some((value) => value !== 0) === true ? vector : null;
  }

  async judge(
    examples: TasteExamples,
    papers: readonly { readonly id: string; readonly text: string }[],
  ): Promise<readonly TasteJudgement[]> {
    const { bench } = await this.#opening;
    if (this.#model === null) return [];
    return bench.workbench.judge({ examples, papers });
  }

  async follow(): Promise<void> {
    const opened = await this.#opening;
    return this.#inTurn(async () => {
      await this.#follow(opened);
      if (await this.#isStale()) void this.refit().catch(() => undefined);
    });
  }

  async refit(): Promise<void> {
    const opened = await this.#opening;
    return this.#inTurn(() => this.#rebuild(opened));
  }

  async status(): Promise<SearchStatus> {
    const opened = await this.#opening.catch(() => null);
    const index = opened === null ? null : await opened.index.status();
    const catalogue = await catalogueState(this.#surroundings.database);
    const isTooLarge = index?.library === 'minisearch' && catalogue.papers > largestForMiniSearch;
    const kind = this.#embedder?.kind;
    return {
      index,
      catalogue,
      isRebuilding: this.#isRebuilding,
      dense:
        kind === undefined || this.#gain === null
          ? null
          : { isOn: isBetter(this.#gain), kind, gain: this.#gain },
      lastError: this.#lastError,
      advice: isTooLarge
        ? `${catalogue.papers} papers are more than MiniSearch is made for; set WP_SEARCH to lancedb (docs/search.md)`
        : null,
    };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const opened = await this.#opening.catch(() => null);
    await this.#last.catch(() => undefined);
    await opened?.index.close();
    await opened?.bench.close();
  }

  async #open(): Promise<Opened> {
    const { folder, configuration } = this.#surroundings;
    const bench = await openWorkbench();
    const index =
      configuration.WP_SEARCH === 'lancedb'
        ? await openLanceIndex(folder)
        : await openMiniSearchIndex(bench.workbench, folder);
    const opened = { bench, index };
    this.#model = await bench.workbench.loadModel(folder);
    this.#fittedPapers = this.#model?.papers ?? 0;
    const embedder = await this.#embedderFor(opened, this.#model);
    if (await this.#canContinue(index, embedder)) {
      this.#embedder = embedder;
      this.#gain = this.#model?.gain ?? null;
      await this.#follow(opened);
    } else await this.#rebuild(opened);
    return opened;
  }

  /** Whether an index is one of this database, as far as it can be told, and complete. */
  async #canContinue(index: SearchIndex, embedder: Embedder | null): Promise<boolean> {
    const status = await index.status();
    const catalogue = await catalogueState(this.#surroundings.database);
    if (!isSameKind(status.vectors, embedder?.kind ?? null)) return false;
    if (status.changeSeq > catalogue.changeSeq) return false;
    if (status.papers === 0 && catalogue.papers > 0) return false;
    return status.changeSeq < catalogue.changeSeq || status.papers === catalogue.papers;
  }

  async #embedderFor({ bench }: Pick<Opened, 'bench'>, model: KeptModel | null) {
    const { WP_EMBEDDER } = this.#surroundings.configuration;
    if (WP_EMBEDDER !== undefined) return transformersEmbedder(WP_EMBEDDER);
    return model === null ? null : corpusEmbedder(model, bench.workbench);
  }

  async #follow({ index }: Opened): Promise<void> {
    const { database, now } = this.#surroundings;
    this.#followedAt = now().getTime();
    let isMore = true;
    while (isMore && !this.#isClosed) {
      const { changeSeq: since } = await index.status();
      const changes = await catalogueChanges(database, since);
      if (changes.changeSeq === since) return;
      // First what goes: the mark moves only when all of it is done.
      if (changes.removed.length > 0) await index.remove(changes.removed, since);
      await index.upsert(await this.#withVectors(changes.changed), changes.changeSeq);
      isMore = changes.isMore;
    }
  }

  async #withVectors(papers: readonly SearchPaper[]): Promise<IndexedPaper[]> {
    return addVectors(papers, this.#embedder);
  }

  /** Whether the vectors are a day old and there are new papers, or there are twice as many. */
  async #isStale(): Promise<boolean> {
    const { database, now } = this.#surroundings;
    const { papers } = await catalogueState(database);
    if (papers > 1 && papers > 2 * Math.min(this.#fittedPapers, largestFit)) {
      return this.#fittedPapers < largestFit;
    }
    if (this.#model === null) return false;
    if (now().getTime() - Date.parse(this.#model.fittedAt) < refitMs) return false;
    const { rows } = await database.query<{ isChanged: boolean }>(
      `select exists (select from papers where created_at > $1) as "isChanged"`,
      [this.#model.fittedAt],
    );
    return rows[0]?.isChanged === true;
  }

  async #rebuild(opened: Opened): Promise<void> {
    const { database, folder, now } = this.#surroundings;
    this.#isRebuilding = true;
    try {
      const { changeSeq, papers } = await catalogueState(database);
      const sample = await sampleOf(database, papers);
      await fitInOwnThread(folder, sample, now());
      this.#fittedPapers = sample.length;
      // From here until the new index is complete, vectors take no part.
      this.#embedder = null;
      this.#model = await opened.bench.workbench.loadModel(folder);
      const embedder = await this.#embedderFor(opened, this.#model);
      const vectors = embedder?.kind ?? null;
      await opened.index.rebuild(this.#batches(embedder), { changeSeq, vectors });
      this.#gain = await this.#gainOf(embedder, sample);
      this.#embedder = embedder;
      this.#lastError = null;
    } finally {
      this.#isRebuilding = false;
    }
    await this.#follow(opened);
  }

  async #gainOf(embedder: Embedder | null, sample: readonly SearchPaper[]): Promise<Gain | null> {
    if (embedder === null) return null;
    if (this.#surroundings.configuration.WP_EMBEDDER === undefined)
      return this.#model?.gain ?? null;
    return measureGain(sample, embedder.embed);
  }

  async *#batches(embedder: Embedder | null): AsyncGenerator<readonly IndexedPaper[]> {
    for await (const papers of allSearchPapers(this.#surroundings.database)) {
      for (let i = 0; i < papers.length; i += rebuildBatch) {
        yield addVectors(papers.slice(i, i + rebuildBatch), embedder);
      }
    }
  }

  async #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#last.then(async () => {
      if (!this.#isClosed) await work();
    });
    this.#last = turn.catch((error: unknown) => this.#failed(error));
    return turn;
  }

  #failed(error: unknown): void {
    this.#lastError = error instanceof Error ? error.message : String(error);
  }
}

async function addVectors(papers: readonly SearchPaper[], embedder: Embedder | null) {
  const texts = papers.map(({ title, text }) => `${title}\n${text}`);
  const vectors = (await embedder?.embed(texts)) ?? [];
  return papers.map((paper, i): IndexedPaper => ({ ...paper, vector: vectors[i] ?? null }));
}

/** Up to as many papers as a model is fitted to, at equal distances. */
async function sampleOf(database: Database, papers: number): Promise<SearchPaper[]> {
  const step = Math.max(1, Math.ceil(papers / largestFit));
  const sample: SearchPaper[] = [];
  let at = 0;
  for await (const batch of allSearchPapers(database)) {
    for (const paper of batch) if (at++ % step === 0) sample.push(paper);
  }
  return sample;
}

/** In a thread that ends with it, so that nobody's question waits. */
async function fitInOwnThread(folder: string, papers: readonly SearchPaper[], now: Date) {
  const bench = await openWorkbench();
  try {
    await bench.workbench.fitModel({ folder, papers, fittedAt: now.toISOString() });
  } finally {
    await bench.close();
  }
}

function isSameKind(one: VectorKind | null, other: VectorKind | null): boolean {
  return (
    one?.name === other?.name &&
    one?.version === other?.version &&
    one?.dimension === other?.dimension
  );
}

/** Vectors take part only where they were measured to help. */
function isBetter(gain: Gain | null): boolean {
  return gain !== null && gain.fused > gain.words;
}
