/** What the operator may add: it is not there by default, and never fetched by a test. */
import { describe, expect, it } from 'vitest';
import { transformersEmbedder } from '../../src/search/embedder.ts';
import { loadLance } from '../../src/search/lanceLibrary.ts';
import { measureGain } from '../../src/search/retrieval.ts';

const missing = () => Promise.reject(new Error("Cannot find package 'x'\nstack"));

describe('what is not installed is named, with the command', () => {
  it('LanceDB', async () => {
    await expect(loadLance(missing)).rejects.toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: search: WP_SEARCH = lancedb needs @lancedb/lancedb, which does not load (Cannot find package 'x'); run npm install @lancedb/lancedb@0.37.1, or set WP_SEARCH to minisearch]`,
    );
  });

  it('transformers, also where an empty package stands in its place', async () => {
    await expect(transformersEmbedder('m', missing)).rejects.toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: search: WP_EMBEDDER = m needs @huggingface/transformers, which is not installed; run npm install @huggingface/transformers@4.3.1, or unset WP_EMBEDDER]`,
    );
    await expect(transformersEmbedder('m', async () => ({}))).rejects.toThrow('not installed');
  });
});

describe('transformersEmbedder', () => {
  /** Two numbers per text, as the library would give them. */
  const library = (numbers: (text: string) => readonly number[]) => async () => ({
    pipeline: async (task: string, model: string) => {
      expect([task, model]).toEqual(['feature-extraction', 'some/model']);
      return async (texts: readonly string[]) => ({
        dims: [texts.length, 2],
        data: texts.flatMap(numbers),
      });
    },
  });

  it('takes the vectors of a model apart, and gives them length 1', async () => {
    const embedder = await transformersEmbedder(
      'some/model',
      library((text) => [3, text.length]),
    );
    expect(embedder.kind).toEqual({
      name: 'some/model',
      version: 'transformers 4.3.1',
      dimension: 2,
    });
    const [first, second] = await embedder.embed(['abcd', '']);
    expect(first?.[0]).toBeCloseTo(0.6, 6);
    expect(first?.[1]).toBeCloseTo(0.8, 6);
    expect([...(second ?? [])]).toEqual([1, 0]);
    expect(await embedder.embed([])).toEqual([]);
  });

  it('refuses a model that gives no numbers', async () => {
    await expect(
      transformersEmbedder(
        'some/model',
        library(() => [NaN, 1]),
      ),
    ).rejects.toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: search: some/model gave a vector that is not finite; set WP_EMBEDDER to another model]`,
    );
  });
});

describe('measureGain', () => {
  const papers = ['alpha', 'beta', 'gamma'].map((word, i) => ({
    id: `${i}`,
    title: `title ${word}`,
    text: `it says ${word === 'gamma' ? 'something else' : word}`,
  }));
  const axis = (i: number) => Float32Array.from([0, 1, 2], (j) => (i === j ? 1 : 0));

  it('counts what vectors find that words do not', async () => {
    const embed = async (texts: readonly string[]) =>
      texts.map((text) => axis(/alpha/.test(text) ? 0 : /beta/.test(text) ? 1 : 2));
    expect(await measureGain(papers, embed)).toEqual({ queries: 3, words: 2 / 3, fused: 1 });
  });

  it('counts what vectors spoil', async () => {
    const embed = async (texts: readonly string[]) => texts.map(() => axis(0));
    const { words, fused } = await measureGain(papers, embed);
    expect(fused).toBeLessThanOrEqual(words + 1 / 3);
    expect(words).toBe(2 / 3);
  });
});
