import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { TextSplit } from '../src/dataset.ts';
import { readText } from '../src/own/textFolder.ts';
import { textParts } from '../src/sets/dataSet.ts';
import { textPartOf } from '../src/textPart.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wp-text-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

const decode = (split: TextSplit) => new TextDecoder().decode(split.bytes);
const failure = async (path: string) =>
  (await readText(path).then(() => 'read', String)).replaceAll(folder, '<folder>');

describe('a folder', () => {
  test('is cut by the names of its files', async () => {
    await mkdir(join(folder, 'deep'));
    const names = Array.from({ length: 40 }, (_, i) => (i % 2 ? `deep/${i}.txt` : `${i}.txt`));
    for (const name of names) await writeFile(join(folder, name), `Text of ${name}.`);
    await writeFile(join(folder, '.hidden'), 'x');
    const text = await readText(folder);
    for (const part of textParts) {
      const parts = await Promise.all(names.map(textPartOf));
      const own = names.filter((_, i) => parts[i] === part).toSorted();
      expect(text[part].documents.map(({ name }) => name)).toEqual(own);
      expect(decode(text[part])).toBe(own.map((name) => `Text of ${name}.\n`).join(''));
    }
    expect(decode(text.train)).toBe(decode(text.generator) + decode(text.judge));
  });

  test('keeps bytes of any language', async () => {
    await writeFile(join(folder, 'a'), 'ünï – 🐳');
    const { bytes } = (await readText(folder)).train;
    expect(new TextDecoder().decode(bytes)).toBe('ünï – 🐳\n');
  });
});

test('shares documents out as 50 : 35 : 5 : 10', async () => {
  const parts = await Promise.all(
    Array.from({ length: 20_000 }, (_, i) => textPartOf(`document ${i}`)),
  );
  const share = (part: string) => parts.filter((p) => p === part).length / parts.length;
  // Five standard deviations of a share of 20,000 are at most 0.018.
  expect(Math.abs(share('generator') - 0.5)).toBeLessThan(0.018);
  expect(Math.abs(share('judge') - 0.35)).toBeLessThan(0.018);
  expect(Math.abs(share('validation') - 0.05)).toBeLessThan(0.018);
  expect(Math.abs(share('test') - 0.1)).toBeLessThan(0.018);
});

test('a file is cut at ends of lines, by position, and loses nothing', async () => {
  const lines = Array.from({ length: 200 }, (_, i) => `line ${String(i).padStart(3, '0')}\n`);
  await writeFile(join(folder, 'book.txt'), lines.join(''));
  const text = await readText(join(folder, 'book.txt'));
  expect(textParts.map((part) => decode(text[part])).join('')).toBe(lines.join(''));
  const counts = textParts.map((part) => decode(text[part]).split('\n').length - 1);
  expect(counts).toEqual([100, 70, 10, 20]);
  expect(text.name).toBe('book.txt');
});

test('refuses what is no text, too short, empty, or not there', async () => {
  await writeFile(join(folder, 'latin1'), Uint8Array.of(0x66, 0xfc, 0x72));
  await mkdir(join(folder, 'empty'));
  await writeFile(join(folder, 'empty', '.hidden'), '');
  await mkdir(join(folder, 'short'));
  await writeFile(join(folder, 'short', 'one.txt'), 'a single line');
  expect([
    await failure(folder),
    await failure(join(folder, 'empty')),
    await failure(join(folder, 'short', 'one.txt')),
    await failure(join(folder, 'none')),
  ]).toMatchInlineSnapshot(`
    [
      "DataError: readText: <folder>/latin1 is not UTF-8; convert it, or move it away",
      "DataError: readText: <folder>/empty holds no file",
      "DataError: readText: <folder>/short/one.txt has too few lines to be cut into generator, judge, validation, test; give a folder of documents",
      "DataError: readText: cannot read <folder>/none: ENOENT: no such file or directory, stat '<folder>/none'",
    ]
  `);
});
