import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { indexQueryOf } from '../../src/search/indexQuery.ts';
import { parseQuery, queryLimits } from '../../src/search/query.ts';

describe('parseQuery', () => {
  it.each([
    ['Sparse AUTOENCODERS', { words: ['sparse', 'autoencoders'] }],
    ['ﬁne‐tuning', { words: ['fine', 'tuning'] }],
    ['state-of-the-art', { words: ['state', 'of', 'the', 'art'] }],
    ['a a a', { words: ['a'] }],
    [
      '"language model" -"of the"',
      { words: [], phrases: [['language', 'model']], excludedPhrases: [['of', 'the']] },
    ],
    ['“language model”', { phrases: [['language', 'model']] }],
    ['"one"', { words: ['one'], phrases: [] }],
    ['"never closed here', { phrases: [['never', 'closed', 'here']] }],
    ['noise -image', { words: ['noise'], excluded: ['image'] }],
    ['- --', { words: [], excluded: [] }],
    ['author:zhu author:"Ada Author"', { filters: { authors: ['zhu', 'Ada Author'] } }],
    ['-author:zhu', { words: [], excluded: ['zhu'], filters: {} }],
    ['org:MIT', { filters: { organizations: ['MIT'] } }],
    ['organization:"Some University"', { filters: { organizations: ['Some University'] } }],
    ['cat:cs.LG', { filters: { category: 'cs.LG' } }],
    ['verdict:FAILS', { filters: { verdict: 'fails' } }],
    ['verdict:not-measured', { filters: { verdict: 'not measured' } }],
    ['verdict:perhaps', { words: ['verdict', 'perhaps'], filters: {} }],
    ['author:', { words: ['author'], filters: {} }],
    ['other:thing', { words: ['other', 'thing'], filters: {} }],
    ['2409.02426', { id: '2409.02426' }],
    ['arXiv:2409.02426v2', { id: '2409.02426' }],
    [' http://export.arxiv.org/abs/2409.02426v12 ', { id: '2409.02426' }],
    ['https://evil.example/arxiv.org/abs/2409.02426', { id: null }],
    ['2409.02426 diffusion', { id: null, words: ['2409', '02426', 'diffusion'] }],
    ['', { id: null, words: [], isCut: false, endsInWord: false }],
  ])('reads %j', (text, expected) => {
    expect(parseQuery(text)).toMatchObject(expected);
  });

  it('knows whether the last word may go on', () => {
    expect(parseQuery('sparse auto').endsInWord).toBe(true);
    expect(parseQuery('sparse auto ').endsInWord).toBe(false);
    expect(parseQuery('"sparse auto"').endsInWord).toBe(false);
  });

  it('reads 250 characters and 32 words, and says so', () => {
    const many = parseQuery(Array.from({ length: 60 }, (_, i) => `w${i}`).join(' '));
    expect(many).toMatchObject({ isCut: true });
    expect(many.words).toHaveLength(queryLimits.terms);
    const long = parseQuery('x'.repeat(10_000));
    expect(long).toMatchObject({ isCut: true, words: [] });
  });

  it('takes anything that is typed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        const { words, excluded, phrases } = parseQuery(text);
        for (const word of [...words, ...excluded, ...phrases.flat()]) {
          expect(word).toMatch(/^[\p{L}\p{M}\p{N}]/u);
        }
        expect(words.length).toBeLessThanOrEqual(queryLimits.terms);
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});

describe('indexQueryOf', () => {
  it('leaves stop words out, but not of what is excluded as a phrase', () => {
    expect(indexQueryOf(parseQuery('the art of "state of noise" -and -lies'))).toEqual({
      any: ['art'],
      all: ['state', 'noise'],
      none: ['lies'],
      prefix: null,
      filters: {},
    });
  });

  it('wants all words if asked to, but not the one that is being typed', () => {
    const parsed = parseQuery('sparse auto');
    expect(indexQueryOf(parsed, { allWords: true })).toMatchObject({
      any: [],
      all: ['sparse', 'auto'],
    });
    expect(indexQueryOf(parsed, { isTyping: true })).toMatchObject({
      any: ['sparse', 'auto'],
      prefix: 'auto',
    });
  });
});
