/** The stored queries and the papers that they look for: ours, with our own summaries. */
import { listPapers } from '../../../../papers/catalogue.ts';
import { embedText, fitCorpusModel, type CorpusModel } from '../../src/search/corpusModel.ts';
import { indexQueryOf } from '../../src/search/indexQuery.ts';
import { parseQuery } from '../../src/search/query.ts';
import { denseWeight, rankOf, retrievalScores } from '../../src/search/retrieval.ts';
import type { IndexedPaper, SearchIndex, SearchPaper } from '../../src/search/searchIndex.ts';
import queries from '../fixtures/searchQueries.json' with { type: 'json' };

/** A query and the one paper that answers it. */
export interface JudgedQuery {
  readonly query: string;
  readonly id: string;
}

/** The catalogue as search sees it, and the stored queries on it. */
export async function ownPapers(): Promise<{
  readonly papers: readonly SearchPaper[];
  readonly queries: readonly JudgedQuery[];
}> {
  const entries = await listPapers();
  const idOf = new Map(entries.map(({ paper }) => [paper.slug, paper.arxivId]));
  return {
    papers: entries.map(({ paper }) => ({
      id: paper.arxivId,
      title: paper.title,
      text: paper.summary,
      day: paper.published,
      authors: paper.authors,
      organizations: paper.organizations,
      categories: [],
      tags: paper.tags,
      family: paper.family,
      outcomes: [],
      runsHere: false,
    })),
    queries: queries.map(({ query, slug }) => {
      const id = idOf.get(slug);
      if (id === undefined) throw new Error(`no paper ${slug}`);
      return { query, id };
    }),
  };
}

/** Titles that look for papers which do not show them. */
export function titleQueries(papers: readonly SearchPaper[]) {
  return {
    papers: papers.map((paper) => ({ ...paper, title: '' })),
    queries: papers.map(({ id, title }) => ({ id, query: title })),
  };
}

/** Fills an index, with vectors of the papers themselves. */
export async function fillIndex(index: SearchIndex, papers: readonly SearchPaper[]) {
  const texts = papers.map(({ title, text }) => `${title}\n${text}`);
  const model = fitCorpusModel(texts);
  if (model === null) throw new Error('the papers share no terms');
  const indexed = papers.map((paper, i): IndexedPaper => ({
    ...paper,
    vector: embedText(texts[i] ?? '', model),
  }));
  async function* once(): AsyncGenerator<readonly IndexedPaper[]> {
    yield indexed;
  }
  await index.rebuild(once(), { changeSeq: 1, vectors: model.kind });
  return model;
}

/** Scores of a ranking, by words alone or with vectors. */
export async function scoresOf(
  index: SearchIndex,
  judged: readonly JudgedQuery[],
  model: CorpusModel | null,
) {
  const ranks: (number | null)[] = [];
  for (const { query, id } of judged) {
    const vector = model === null ? null : embedText(query, model);
    const dense = vector === null ? null : { vector, weight: denseWeight };
    const words = indexQueryOf(parseQuery(query));
    const { hits } = await index.search({ ...words, dense, limit: 200 });
    ranks.push(rankOf(id, hits));
  }
  return retrievalScores(ranks);
}
