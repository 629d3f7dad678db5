/** A part of a text: an added token, or what lies between two of them. */
export interface Section {
  readonly text: string;
  /** Code units of the text before it. */
  readonly start: number;
  readonly isAdded: boolean;
}

/**
 * Makes a function that cuts a text at added tokens; where several begin at one place, the longest is taken.
 *
 * @param contents - The added tokens' texts, none empty.
 */
export function sectionSplitter(contents: readonly string[]): (text: string) => readonly Section[] {
  if (contents.length === 0) {
    return (text) => (text === '' ? [] : [{ text, start: 0, isAdded: false }]);
  }
  const longestFirst = contents.toSorted((a, b) => b.length - a.length);
  const pattern = new RegExp(longestFirst.map(escapePattern).join('|'), 'g');
  return (text) => {
    const sections: Section[] = [];
    let end = 0;
    const addPlain = (to: number) => {
      if (to > end) sections.push({ text: text.slice(end, to), start: end, isAdded: false });
    };
    for (const { 0: content, index } of text.matchAll(pattern)) {
      addPlain(index);
      sections.push({ text: content, start: index, isAdded: true });
      end = index + content.length;
    }
    addPlain(text.length);
    return sections;
  };
}

/**
 * The words of a text as GPT-2 cuts them, each with at most one space before it: English contractions, runs of
 * letters, of digits, of other characters, and white space. Joined they are the text.
 *
 * White space is what JavaScript means by it, as in Hugging Face's JavaScript library; their Rust library
 * counts U+0085 as well and U+FEFF not.
 * Source: openai/gpt-2, src/encoder.py, `Encoder.pat`.
 */
export function splitWords(text: string): readonly string[] {
  return text.match(gpt2Pattern) ?? [];
}

const gpt2Pattern = /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu;

function escapePattern(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
}
