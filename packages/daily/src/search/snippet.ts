import { indexedForm, isStopWord, placedWords, stemOf } from './words.ts';

/** A piece of a text; marked if it is a word that was looked for. */
export interface TextPiece {
  readonly text: string;
  readonly isMarked: boolean;
}

/** What is marked. */
export interface Wanted {
  /** Words in any inflected form. */
  readonly words: readonly string[];
  /** Beginning of words, or null. */
  readonly prefix: string | null;
}

/** Characters of a snippet, more or less a word. */
const snippetLength = 280;

/** A text in pieces, with the wanted words marked. Joined, the pieces are the text. */
export function markWords(text: string, wanted: Wanted): TextPiece[] {
  const isWanted = matcher(wanted);
  const pieces: TextPiece[] = [];
  let at = 0;
  for (const { word, start, end } of placedWords(text)) {
    if (!isWanted(word)) continue;
    if (start > at) pieces.push({ text: text.slice(at, start), isMarked: false });
    pieces.push({ text: text.slice(start, end), isMarked: true });
    at = end;
  }
  if (at < text.length) pieces.push({ text: text.slice(at), isMarked: false });
  return pieces;
}

/**
 * The part of a text with the most different wanted words, about 280 characters long, the earliest of
 * such parts; the beginning if there are none. What is left out is shown by an ellipsis.
 */
export function snippet(text: string, wanted: Wanted): TextPiece[] {
  const flat = text.replace(/\s+/g, ' ').trim();
  if (flat.length <= snippetLength) return markWords(flat, wanted);
  const start = bestStart(flat, wanted);
  const from = start === 0 ? 0 : flat.indexOf(' ', start - 1) + 1;
  const cut = flat.lastIndexOf(' ', from + snippetLength);
  const to = from + snippetLength >= flat.length ? flat.length : Math.max(cut, from + 1);
  const part = `${from > 0 ? '… ' : ''}${flat.slice(from, to)}${to < flat.length ? ' …' : ''}`;
  return markWords(part, wanted);
}

/** Whether words stand in a text next to each other, in any inflected form. */
export function hasPhrase(text: string, phrase: readonly string[]): boolean {
  const stems = placedWords(text).map(({ word }) => stemOf(word));
  const wanted = phrase.map(stemOf);
  return stems.some((_, at) => wanted.every((stem, i) => stems[at + i] === stem));
}

function bestStart(text: string, wanted: Wanted): number {
  const isWanted = matcher(wanted);
  const hits = placedWords(text).filter(({ word }) => isWanted(word));
  let best = { start: 0, count: 0 };
  for (const [i, { start }] of hits.entries()) {
    const inside = hits.slice(i).filter(({ end }) => end <= start + snippetLength - lead);
    const count = new Set(inside.map(({ word }) => stemOf(word))).size;
    if (count > best.count) best = { start, count };
  }
  return best.start < lead ? 0 : best.start - lead;
}

/** Characters before the first hit of a snippet. */
const lead = 60;

function matcher({ words, prefix }: Wanted): (word: string) => boolean {
  const stems = new Set(words.flatMap((word) => indexedForm(word) ?? []));
  return (word) =>
    (!isStopWord(word) && stems.has(stemOf(word))) || (prefix !== null && word.startsWith(prefix));
}
