import { foldIn, keyOf, uniformStream } from '@working-papers/grad';
import type { IndexedPaper } from '../src/search/searchIndex.ts';

/** Words of a language that nobody speaks, by rank. */
const vocabularySize = 200_000;
const wordsPerPaper = 180;
const dimension = 128;

/** A word by its rank from 0: syllables, so that prefixes are shared as in a language. */
export function syntheticWord(rank: number): string {
  const [consonants, vowels] = ['bdfgklmnprstvz', 'aeiou'];
  let word = '';
  let rest = rank;
  do {
    word += consonants[rest % consonants.length]!;
    rest = Math.floor(rest / consonants.length);
    word += vowels[rest % vowels.length]!;
    rest = Math.floor(rest / vowels.length);
  } while (rest > 0);
  return `${word}x`;
}

/** Ranks after Zipf's law with exponent 1: about as frequent as 1 / (rank + 1). */
export function zipfRanks(random: () => number): () => number {
  const total = Math.log(vocabularySize + 1);
  return () => Math.min(vocabularySize - 1, Math.floor(Math.exp(random() * total)) - 1);
}

/** Paper i of a catalogue: the same for each seed, whichever papers are made before. */
export function syntheticPaper(i: number, seed: number): IndexedPaper {
  const random = uniformStream(foldIn(keyOf(seed), i));
  const rank = zipfRanks(random);
  const words = Array.from({ length: wordsPerPaper }, () => syntheticWord(rank()));
  const vector = Float32Array.from({ length: dimension }, () => random() - 0.5);
  const length = Math.hypot(...vector);
  const day = new Date(Date.UTC(2015, 0, 1 + (i % 4000))).toISOString().slice(0, 10);
  return {
    id: `${String(1501 + Math.floor(i / 90_000)).padStart(4, '0')}.${String(10_000 + (i % 90_000))}`,
    title: words.slice(0, 9).join(' '),
    text: words.slice(9).join(' '),
    day,
    authors: [`${words[9]} ${words[10]}`],
    organizations: [`university of ${syntheticWord(i % 500)}`],
    categories: [['cs.LG', 'cs.CL', 'cs.CV', 'stat.ML'][i % 4] ?? 'cs.LG'],
    tags: [],
    family: null,
    outcomes: i % 50 === 0 ? ['holds'] : [],
    runsHere: i % 50 === 0,
    vector: vector.map((value) => value / length),
  };
}

/** How the vectors came about. */
export const syntheticVectors = { name: 'synthetic', version: '1', dimension } as const;
