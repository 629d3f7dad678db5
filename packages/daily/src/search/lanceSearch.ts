import type * as Lance from '@lancedb/lancedb';
import { candidateCount, fuse, type Scored } from './fusion.ts';
import { lanceFilter } from './lanceFilter.ts';
import type { IndexAnswer, IndexHit, IndexQuery } from './searchIndex.ts';
import { stemOf } from './words.ts';

/** Where is searched. */
export interface LanceShelf {
  readonly lance: typeof Lance;
  /** Null as long as there are no papers. */
  readonly table: Lance.Table | null;
  /** Stems that are known to occur, collected as they are asked for. */
  readonly known: Set<string>;
}

/** Shorter words are not taken for misspelt. */
const leastMisspelt = 4;

const largestMemory = 100_000;

/** Probes and refinement of the vector index: measured recall .99 of the nearest 200. */
const probes = 20;
const refinement = 2;

/** What the library answers with, in the columns that are asked for. */
interface Found extends Scored {
  readonly day: string;
  readonly vector: Float32Array | null;
}

/** Answers a query from a table. */
export async function searchLance(shelf: LanceShelf, query: IndexQuery): Promise<IndexAnswer> {
  const { table } = shelf;
  if (table === null) return { hits: [], total: 0, isMore: false, unknown: [] };
  if (query.any.length + query.all.length === 0 && query.prefix === null) {
    return query.dense === null ? newest(table, query) : nearest(table, query, query.dense);
  }
  const unknown = await unknownWords(shelf, [...query.any, ...query.all]);
  const depth = Math.max(candidateCount, query.limit);
  const [byWords, byVector] = await Promise.all([
    byText({ shelf, table }, query, unknown, depth),
    query.dense === null ? [] : byCosine(table, query, query.dense.vector, candidateCount),
  ]);
  const vectors = new Map(byWords.map(({ id, vector }) => [id, vector]));
  const days = new Map([...byWords, ...byVector].map(({ id, day }) => [id, day]));
  const { dense } = query;
  const fused = fuse(byWords, byVector, {
    weight: dense?.weight ?? 0,
    cosineOf: (id) => (dense === null ? 0 : dot(dense.vector, vectors.get(id))),
    isOpen: dense !== null && query.all.length + query.none.length === 0,
  }).toSorted(
    (one, other) =>
      other.score - one.score ||
      compare(days.get(other.id) ?? '', days.get(one.id) ?? '') ||
      compare(other.id, one.id),
  );
  return {
    hits: fused.slice(0, query.limit),
    total: fused.length,
    isMore: byWords.length >= depth,
    unknown,
  };
}

/** Words whose stem no paper has. */
async function unknownWords({ lance, table, known }: LanceShelf, words: readonly string[]) {
  if (known.size > largestMemory) known.clear();
  const asked = words.filter((word) => word.length >= leastMisspelt && !known.has(stemOf(word)));
  const answers = await Promise.all(
    asked.map(async (word) => {
      const match = new lance.MatchQuery(word, 'content');
      const found = await table
        ?.query()
        .fullTextSearch(match)
        .select(['id', '_score'])
        .limit(1)
        .toArray();
      if (found !== undefined && found.length > 0) known.add(stemOf(word));
      return found?.length === 0;
    }),
  );
  return asked.filter((_, i) => answers[i]);
}

async function byText(
  { shelf, table }: { shelf: LanceShelf; table: Lance.Table },
  query: IndexQuery,
  unknown: readonly string[],
  limit: number,
): Promise<Found[]> {
  const { MatchQuery, BooleanQuery, Occur } = shelf.lance;
  // Of fuzzy words the library takes no stems.
  const match = (word: string) =>
    unknown.includes(word)
      ? new MatchQuery(stemOf(word), 'content', { fuzziness: 1 })
      : new MatchQuery(word, 'content');
  const parts: [Lance.Occur, Lance.FullTextQuery][] = [
    ...query.any.map((word): [Lance.Occur, Lance.FullTextQuery] => [Occur.Should, match(word)]),
    ...query.all.map((word): [Lance.Occur, Lance.FullTextQuery] => [Occur.Must, match(word)]),
    ...query.none.map((word): [Lance.Occur, Lance.FullTextQuery] => [Occur.MustNot, match(word)]),
  ];
  if (query.prefix !== null) {
    const begun = new MatchQuery(query.prefix, 'title', { operator: shelf.lance.Operator.And });
    parts.push([Occur.Should, begun]);
  }
  const search = table.query().fullTextSearch(new BooleanQuery(parts));
  return collect(search, query, limit, '_score');
}

async function byCosine(
  table: Lance.Table,
  query: Pick<IndexQuery, 'filters'>,
  vector: Float32Array,
  limit: number,
): Promise<Found[]> {
  const search = table.vectorSearch(vector).distanceType('cosine');
  const probed = search.nprobes(probes).refineFactor(refinement);
  const found = await collect(probed, { ...query, dense: null }, limit, '_distance');
  return found.map(({ score, ...rest }) => ({ ...rest, score: 1 - score }));
}

async function nearest(
  table: Lance.Table,
  query: IndexQuery,
  { vector, weight }: NonNullable<IndexQuery['dense']>,
): Promise<IndexAnswer> {
  const found = await byCosine(table, query, vector, query.limit);
  const hits = found.map(({ id, score }) => ({ id, score: weight * score, byWords: false }));
  return { hits, total: hits.length, isMore: hits.length === query.limit, unknown: [] };
}

async function newest(table: Lance.Table, query: IndexQuery): Promise<IndexAnswer> {
  const filter = lanceFilter(query.filters);
  // The library wants the columns by which it orders among those it gives.
  const plain = table.query().select(['id', 'day']);
  const filtered = filter === undefined ? plain : plain.where(filter);
  const ordered = filtered
    .orderBy([
      { columnName: 'day', ascending: false },
      { columnName: 'id', ascending: false },
    ])
    .limit(query.limit);
  const rows: unknown[] = await ordered.toArray();
  const hits = rows.map((row): IndexHit => ({ id: textOf(row, 'id'), score: 0, byWords: true }));
  return { hits, total: await table.countRows(filter), isMore: false, unknown: [] };
}

async function collect(
  search: Lance.Query | Lance.VectorQuery,
  { filters, dense }: Pick<IndexQuery, 'filters' | 'dense'>,
  limit: number,
  scoreColumn: '_score' | '_distance',
): Promise<Found[]> {
  const filter = lanceFilter(filters);
  if (filter !== undefined) search.where(filter);
  const columns = ['id', 'day', scoreColumn, ...(dense === null ? [] : ['vector'])];
  const rows: unknown[] = await search.select(columns).limit(limit).toArray();
  return rows.map((row) => ({
    id: textOf(row, 'id'),
    day: textOf(row, 'day'),
    score: Number(valueOf(row, scoreColumn)),
    vector: vectorOf(row),
  }));
}

function textOf(row: unknown, column: string): string {
  return String(valueOf(row, column));
}

function vectorOf(row: unknown): Float32Array | null {
  const vector = valueOf(row, 'vector');
  if (typeof vector !== 'object' || vector === null || !(Symbol.iterator in vector)) return null;
  // The boundary to Arrow's vectors, which are iterable but not arrays.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return Float32Array.from(vector as Iterable<number>);
}

function valueOf(row: unknown, column: string): unknown {
  return typeof row === 'object' && row !== null ? Reflect.get(row, column) : undefined;
}

function dot(one: Float32Array, other: Float32Array | null | undefined): number {
  if (other === null || other === undefined) return 0;
  return one.reduce((sum, value, i) => sum + value * (other[i] ?? 0), 0);
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
