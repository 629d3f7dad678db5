import { keyOf, uniformStream } from '@working-papers/grad';
import { matrix, svd } from '@working-papers/metrics';
import { describe, expect, it } from 'vitest';
import {
  embedText,
  fitCorpusModel,
  parseModel,
  serialiseModel,
} from '../../src/search/corpusModel.ts';
import { collectVocabulary, sparseRows, tfIdf } from '../../src/search/tfIdf.ts';
import { truncatedSvd } from '../../src/search/truncatedSvd.ts';

const texts = [
  'Cats chase mice in the house',
  'A cat and a mouse live in a house',
  'Stars shine at night over the sea',
  'The night sea shines under a star',
];

describe('tfIdf', () => {
  it('weighs as its definition says', () => {
    const vocabulary = collectVocabulary(['cat cat dog', 'cat sea', 'dog sea', 'owl'], 10);
    expect([...vocabulary.columns.keys()]).toEqual(['cat', 'dog', 'sea']);
    const idf = Math.log(5 / 3) + 1;
    expect(vocabulary.idf[0]).toBeCloseTo(idf, 12);
    const { values } = tfIdf('cat cat dog owl', vocabulary);
    const cat = (1 + Math.log(2)) * idf;
    const length = Math.hypot(cat, idf);
    expect(values[0]).toBeCloseTo(cat / length, 12);
    expect(values[1]).toBeCloseTo(idf / length, 12);
  });

  it('counts pairs of neighbouring words, across stop words', () => {
    const { columns } = collectVocabulary(['state of the art', 'states of art'], 10);
    expect([...columns.keys()].toSorted()).toEqual(['art', 'state', 'state art']);
  });

  it('keeps the most widespread terms', () => {
    const vocabulary = collectVocabulary(['a1 b1', 'a1 b1', 'b1 c1', 'c1'], 1);
    expect([...vocabulary.columns.keys()]).toEqual(['b1']);
  });
});

describe('truncatedSvd', () => {
  it('finds the largest singular values and vectors of a sparse matrix', () => {
    const random = uniformStream(keyOf(3));
    const [rows, cols, rank] = [60, 40, 5];
    const entries = Array.from({ length: rows }, () =>
      Array.from({ length: cols }, (_, j) => (random() < 0.2 ? random() * (j < 8 ? 5 : 0.5) : 0)),
    );
    const sparse = sparseRows(
      entries.map((row) => {
        const columns = row.flatMap((value, j) => (value === 0 ? [] : [j]));
        return { columns, values: columns.map((j) => row[j] ?? 0) };
      }),
      cols,
    );
    const dense = svd(matrix(rows, cols, entries.flat()));
    const { values, v } = truncatedSvd(sparse, rank, keyOf(1));
    for (let k = 0; k < rank; k++) {
      expect(Math.abs((values[k] ?? 0) / (dense.values[k] ?? 1) - 1)).toBeLessThan(1e-3);
      let along = 0;
      for (let j = 0; j < cols; j++) {
        along += (v.data[j * rank + k] ?? 0) * (dense.v.data[j * dense.v.cols + k] ?? 0);
      }
      // Up to its sign.
      expect(Math.abs(along)).toBeGreaterThan(0.99);
    }
  });

  it('has no more dimensions than the matrix has', () => {
    const row = { columns: [0, 1], values: [1, 2] };
    const { values } = truncatedSvd(sparseRows([row, row, row], 3), 128, keyOf(1));
    expect(values).toHaveLength(1);
    expect(values[0]).toBeCloseTo(Math.sqrt(15), 9);
  });
});

describe('fitCorpusModel', () => {
  it('puts texts near each other that share words with the same texts', () => {
    const model = fitCorpusModel(texts);
    if (model === null) throw new Error('no model');
    const cosine = (one: string, other: string) => {
      const [a, b] = [embedText(one, model), embedText(other, model)];
      return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
    };
    expect(cosine(texts[0] ?? '', texts[1] ?? '')).toBeGreaterThan(0.9);
    expect(cosine(texts[0] ?? '', texts[2] ?? '')).toBeLessThan(0.1);
    expect(Math.hypot(...embedText('cat', model))).toBeCloseTo(1, 5);
    expect(embedText('unheard', model).every((value) => value === 0)).toBe(true);
  });

  it('is the same for the same texts, and of another version for others', () => {
    expect(fitCorpusModel(texts)?.kind).toEqual(fitCorpusModel(texts)?.kind);
    expect(fitCorpusModel(texts.slice(0, 3))?.kind.version).not.toBe(
      fitCorpusModel(texts)?.kind.version,
    );
  });

  it('is none if no term occurs twice', () => {
    expect(fitCorpusModel(['one', 'two', ''])).toBeNull();
    expect(fitCorpusModel([])).toBeNull();
  });

  it('comes back from JSON as it was', () => {
    const model = fitCorpusModel(texts);
    if (model === null) throw new Error('no model');
    const again = parseModel(JSON.parse(JSON.stringify(serialiseModel(model))));
    expect(again?.kind).toEqual(model.kind);
    if (again === null) throw new Error('no model');
    expect(embedText('a cat at sea', again)).toEqual(embedText('a cat at sea', model));
    expect(parseModel({ ...serialiseModel(model), projection: '' })).toBeNull();
  });
});
