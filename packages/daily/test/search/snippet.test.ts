import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasPhrase, markWords, snippet } from '../../src/search/snippet.ts';

const wanted = (...words: string[]) => ({ words, prefix: null });
const marked = (pieces: readonly { text: string; isMarked: boolean }[]) =>
  pieces.filter(({ isMarked }) => isMarked).map(({ text }) => text);

describe('markWords', () => {
  it('marks every form of a word, and stop words never', () => {
    const pieces = markWords('Diffusing the diffusion of Diffusers', wanted('diffused', 'the'));
    expect(marked(pieces)).toEqual(['Diffusing', 'diffusion', 'Diffusers']);
  });

  it('marks beginnings of words', () => {
    expect(marked(markWords('An autoencoder', { words: [], prefix: 'auto' }))).toEqual([
      'autoencoder',
    ]);
  });

  it('loses no character of the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const pieces = markWords(text, wanted('a', 'b1', 'é'));
        expect(pieces.map((piece) => piece.text).join('')).toBe(text);
      }),
      { seed: 1, numRuns: 300 },
    );
  });
});

describe('snippet', () => {
  const filler = 'Nothing of interest stands here at all. '.repeat(20);

  it('shows the part with the most different words, between ellipses', () => {
    const text = `Noise first. ${filler}Here noise meets signal again. ${filler}`;
    const pieces = snippet(text, wanted('noise', 'signal'));
    expect(marked(pieces)).toEqual(['noise', 'signal']);
    const joined = pieces.map((piece) => piece.text).join('');
    expect(joined).toMatch(/^… .* …$/);
    expect(joined.length).toBeLessThan(300);
  });

  it('shows the beginning if nothing is found', () => {
    const [first] = snippet(filler, wanted('noise'));
    expect(first?.text.startsWith('Nothing of interest')).toBe(true);
  });

  it('cuts a text without spaces, too', () => {
    const [first] = snippet('x'.repeat(2000), wanted('noise'));
    expect(first?.text.length).toBeLessThan(300);
  });
});

describe('hasPhrase', () => {
  it('wants the words side by side and in their order', () => {
    expect(hasPhrase('Models of language are models.', ['model', 'of', 'languages'])).toBe(true);
    expect(hasPhrase('language of models', ['models', 'of', 'language'])).toBe(false);
    expect(hasPhrase('models of some language', ['models', 'of', 'language'])).toBe(false);
  });
});
