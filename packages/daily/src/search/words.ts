import { stemmer } from 'stemmer';

/** Words that say nothing of a paper: those that Lucene's English analyser leaves out. */
const stopWords = new Set(
  `a an and are as at be but by for if in into is it no not of on or such that the their then there
   these they this to was will with`.split(/\s+/),
);

/** A word of a text and where it stands. */
export interface PlacedWord {
  /** In lower case, NFKC. */
  readonly word: string;
  /** Offsets into the text as it was given. */
  readonly start: number;
  readonly end: number;
}

/** Runs of letters, marks and digits; an apostrophe inside a word belongs to it. */
const wordPattern = /[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}]+)*/gu;

/** Longer ones are no words and would only cost memory. */
const longestWord = 60;

/** The words of a text with their places. */
export function placedWords(text: string): PlacedWord[] {
  return [...text.matchAll(wordPattern)]
    .filter(([found]) => found.length <= longestWord)
    .map((match) => ({
      word: foldCase(match[0]),
      start: match.index,
      end: match.index + match[0].length,
    }));
}

/** The words of a text in lower case, stop words among them. */
export function wordsOf(text: string): string[] {
  return placedWords(text.normalize('NFKC')).map(({ word }) => word);
}

/** What a word is indexed as: its Porter stem; undefined for a stop word. */
export function indexedForm(word: string): string | undefined {
  return stopWords.has(word) ? undefined : stemOf(word);
}

/** The Porter stem of a word, without a possessive ending. */
export function stemOf(word: string): string {
  return stemmer(word.replace(/['’]s?$|['’].*$/u, ''));
}

/** Whether a word is too frequent to be searched for. */
export function isStopWord(word: string): boolean {
  return stopWords.has(word);
}

function foldCase(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}
