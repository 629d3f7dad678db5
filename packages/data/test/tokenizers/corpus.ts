import fc from 'fast-check';
import { keyOf, uniformStream } from '@working-papers/grad';

/** Made-up prose: words of a few syllables, the frequent ones far more often, with punctuation and numbers. */
export function prose(words: number, seed = 1): string {
  const random = uniformStream(keyOf(seed));
  const pick = <Item>(items: readonly Item[]) => items[Math.floor(random() ** 2 * items.length)]!;
  const syllables = [
    'the',
    'in',
    'er',
    'al',
    'con',
    'pre',
    'shi',
    'p',
    'ing',
    'tion',
    'wha',
    'le',
    'é',
  ];
  const lexicon = Array.from({ length: 3000 }, () =>
    Array.from({ length: 1 + Math.floor(3 * random()) }, () => pick(syllables)).join(''),
  );
  const parts = Array.from({ length: words }, () => {
    const shape = random();
    if (shape < 0.02) return String(Math.floor(2000 * random()));
    const word = pick(lexicon);
    if (shape < 0.08) return `${word}. ${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;
    return shape < 0.1 ? `${word}'s,` : word;
  });
  return parts.join(' ');
}

/** Strings that have tripped tokenizers. */
export const awkward: readonly string[] = [
  'Hello world',
  ' leading and trailing ',
  "I'm you're we've he'll she'd it's DON'T don't",
  'tabs\tand\nnewlines\r\n\r\n  and   runs    of     spaces',
  '\n\n\n',
  '     ',
  'a  b   c    ',
  'naïve café — “quotes” … ½ ² ³',
  '日本語のテキスト、中文文本。한국어 텍스트',
  '😀😃 👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽',
  'عربي وعبري עברית हिन्दी ไทย',
  '1234567890 3.14159 1,000,000 ٣ ⅷ',
  '<bos>hello<eos><eos> <bos> <bo s>',
  '<<bos>> <eos',
  '\u0000\u0001\u001f\u007f\u0080\u00ad',
  '\u2028\u2029\u00a0\u3000\u200b',
  '\ufeffbyte order mark',
  'e\u0301 \u1e9b\u0323 ﬁ',
  'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
  'function f(x) { return x**2 + y[i]; } // $\\alpha$ #!/bin/sh',
  '__proto__ constructor toString __proto__',
  '𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𐍈 \u{10ffff}',
];

/** Strings with surrogates that have no partner. */
export const loneSurrogates: readonly string[] = [
  '\ud83d',
  'a\ude00b',
  '\udc00\ud800',
  'x \ud83d y',
];

/** Any character of Unicode, lone surrogates left out, and mostly those of the first plane. */
export const anyCharacter = fc
  .oneof(
    { weight: 3, arbitrary: fc.integer({ min: 0, max: 0xff }) },
    { weight: 3, arbitrary: fc.integer({ min: 0, max: 0xd7ff }) },
    { weight: 1, arbitrary: fc.integer({ min: 0xe000, max: 0x10ffff }) },
  )
  .map((code) => String.fromCodePoint(code));
