import { facetsOf } from './filters.ts';
import { barred } from './lanceFilter.ts';
import { indexedText, type IndexedPaper, type VectorKind } from './searchIndex.ts';

/** A paper as a row of a LanceDB table. */
export function toRow(paper: IndexedPaper, vectors: VectorKind | null): Record<string, unknown> {
  const { day, authors, organizations, categories, family, outcomes, runsHere } = facetsOf(paper);
  return {
    id: paper.id,
    title: paper.title,
    content: indexedText(paper),
    day,
    authors,
    organizations,
    categories: barred(categories),
    family,
    outcomes: barred(outcomes),
    runs_here: runsHere,
    ...(vectors !== null && {
      vector: [...(paper.vector ?? new Float32Array(vectors.dimension))],
    }),
  };
}
