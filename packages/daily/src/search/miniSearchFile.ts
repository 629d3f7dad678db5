import type { AsPlainObject } from 'minisearch';
import { z } from 'zod';
import type { Facets } from './filters.ts';
import { decodeFloats, encodeFloats, readJson, writeJson } from './keptFile.ts';
import type { IndexMark } from './searchIndex.ts';
import type { VectorEntries } from './vectorTable.ts';

/** Raised whenever an older file would be read wrongly; such a file is built anew. */
const format = 1;

const vectorKind = z.object({
  name: z.string(),
  version: z.string(),
  dimension: z.int().positive(),
});

const facetsSchema = z.object({
  day: z.string(),
  authors: z.string(),
  organizations: z.string(),
  categories: z.array(z.string()),
  family: z.string(),
  outcomes: z.array(z.string()),
  runsHere: z.boolean(),
});

const fileSchema = z.object({
  format: z.literal(format),
  mark: z.object({ changeSeq: z.number(), vectors: vectorKind.nullable() }),
  facets: z.record(z.string(), facetsSchema),
  ids: z.array(z.string()),
  values: z.string(),
  index: z.record(z.string(), z.unknown()),
});

/** An index as it lies in its file. */
export interface KeptIndex {
  readonly mark: IndexMark;
  /** By id. */
  readonly facets: Readonly<Record<string, Facets>>;
  readonly index: AsPlainObject;
  readonly vectors: VectorEntries;
}

/** Reads an index; null if there is none that can be used. */
export async function readIndexFile(file: string): Promise<KeptIndex | null> {
  const parsed = fileSchema.safeParse(await readJson(file));
  if (!parsed.success) return null;
  const { mark, facets, ids, values, index } = parsed.data;
  const vectors = { ids, values: decodeFloats(values) };
  if (vectors.values.length !== ids.length * (mark.vectors?.dimension ?? 0)) return null;
  // The boundary to the library's own form, which it checks itself when it loads it.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return { mark, facets, vectors, index: index as unknown as AsPlainObject };
}

/** Writes an index, whole or not at all. */
export async function writeIndexFile(file: string, { vectors, ...kept }: KeptIndex) {
  const { ids, values } = vectors;
  await writeJson(file, { format, ...kept, ids, values: encodeFloats(values) });
}
