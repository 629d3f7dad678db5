import type { IndexedPaper, IndexQuery } from '../../src/search/searchIndex.ts';

/** A paper of no interest but for what is given. */
export function searchPaper(facts: Partial<IndexedPaper> & Pick<IndexedPaper, 'id'>): IndexedPaper {
  return {
    title: 'Untitled',
    text: '',
    day: '2025-01-01',
    authors: [],
    organizations: [],
    categories: [],
    tags: [],
    family: null,
    outcomes: [],
    runsHere: false,
    vector: null,
    ...facts,
  };
}

/** A query for all papers but for what is given. */
export function indexQuery(facts: Partial<IndexQuery>): IndexQuery {
  return {
    any: [],
    all: [],
    none: [],
    prefix: null,
    filters: {},
    dense: null,
    limit: 20,
    ...facts,
  };
}
