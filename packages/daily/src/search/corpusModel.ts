/**
 * Vectors that a corpus gives itself: tf-idf of words and pairs of words, projected on the singular vectors
 * of the corpus (latent semantic analysis, Deerwester et al. 1990). New texts are projected in.
 */
import { createHash } from 'node:crypto';
import { keyOf } from '@working-papers/grad';
import { z } from 'zod';
import { decodeFloats, encodeFloats } from './keptFile.ts';
import type { VectorKind } from './searchIndex.ts';
import {
  collectVocabulary,
  sparseRows,
  tfIdf,
  type SparseVector,
  type Vocabulary,
} from './tfIdf.ts';
import { truncatedSvd } from './truncatedSvd.ts';

/** Dimensions at most, and terms at most. */
const largestRank = 128;
const largestVocabulary = 30_000;

/** Texts beyond these are projected in: as many suffice to learn which terms go together. */
export const largestFit = 20_000;

/** A fitted model. */
export interface CorpusModel {
  readonly kind: VectorKind;
  readonly vocabulary: Vocabulary;
  /** [terms, dimension], row by row. */
  readonly projection: Float32Array;
}

/**
 * Fits a model; null if the texts share no terms.
 *
 * @param texts - One per paper; of more than 20,000, that many are taken at equal distances.
 */
export function fitCorpusModel(texts: readonly string[]): CorpusModel | null {
  const sample = spread(texts, largestFit);
  const vocabulary = collectVocabulary(sample, largestVocabulary);
  const vectors = sample.map((text) => tfIdf(text, vocabulary));
  if (vectors.every(({ columns }) => columns.length === 0)) return null;
  const rows = sparseRows(vectors, vocabulary.columns.size);
  const { v } = truncatedSvd(rows, largestRank, keyOf(1));
  const projection = Float32Array.from(v.data);
  return { kind: kindOf(vocabulary, projection, v.cols), vocabulary, projection };
}

/** The vector of a text, of length 1; zeros if it has none of the terms. */
export function embedText(text: string, model: CorpusModel): Float32Array {
  return project(tfIdf(text, model.vocabulary), model);
}

function project({ columns, values }: SparseVector, { kind, projection }: CorpusModel) {
  const { dimension } = kind;
  const vector = new Float32Array(dimension);
  columns.forEach((column, at) => {
    const weight = values[at]!;
    const start = column * dimension;
    for (let j = 0; j < dimension; j++) vector[j]! += weight * projection[start + j]!;
  });
  return unit(vector);
}

/** The vector with length 1, or zeros. */
export function unit(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector);
  return length === 0 ? vector : vector.map((value) => value / length);
}

/** The boundary to a file. */
const fileSchema = z.object({
  terms: z.array(z.string()),
  idf: z.array(z.number()),
  dimension: z.int().positive(),
  projection: z.string(),
});

/** The model as JSON. */
export function serialiseModel({ kind, vocabulary, projection }: CorpusModel) {
  return {
    terms: [...vocabulary.columns.keys()],
    idf: [...vocabulary.idf],
    dimension: kind.dimension,
    projection: encodeFloats(projection),
  } satisfies z.infer<typeof fileSchema>;
}

/** The model of such JSON; null if it is none. */
export function parseModel(json: unknown): CorpusModel | null {
  const parsed = fileSchema.safeParse(json);
  if (!parsed.success) return null;
  const { terms, idf, dimension } = parsed.data;
  const projection = decodeFloats(parsed.data.projection);
  if (projection.length !== terms.length * dimension || idf.length !== terms.length) return null;
  const columns = new Map(terms.map((term, column) => [term, column]));
  const vocabulary = { columns, idf: Float64Array.from(idf) };
  return { kind: kindOf(vocabulary, projection, dimension), vocabulary, projection };
}

/** A refit of a grown corpus is another version: its vectors do not fit the old ones. */
function kindOf({ columns }: Vocabulary, projection: Float32Array, dimension: number): VectorKind {
  const hash = createHash('sha256').update([...columns.keys()].join('\n'));
  hash.update(new Uint8Array(projection.buffer, projection.byteOffset, projection.byteLength));
  return { name: 'corpus-svd', version: hash.digest('hex').slice(0, 16), dimension };
}

function spread<Item>(items: readonly Item[], count: number): readonly Item[] {
  if (items.length <= count) return items;
  return Array.from({ length: count }, (_, i) => items[Math.floor((i * items.length) / count)]!);
}
