import type { Connection } from '../database/database.ts';
import { doiOf, isArxivId, plainLine, readCitedPapers, type CitedPaper } from './citedPaper.ts';

/** Papers as BibTeX, in the order of the ids; unknown ids are left out. */
export async function papersAsBibtex(
  connection: Connection,
  ids: readonly string[],
): Promise<string> {
  return bibtex(await readCitedPapers(connection, ids));
}

/** Entries whose keys differ: the second of the same key ends in 2. */
export function bibtex(papers: readonly CitedPaper[]): string {
  const taken = new Map<string, number>();
  return papers
    .map((paper) => {
      const key = keyOf(paper);
      const count = taken.get(key) ?? 0;
      taken.set(key, count + 1);
      return bibtexEntry(paper, count === 0 ? key : `${key}${count + 1}`);
    })
    .join('\n');
}

/**
 * One entry: `@article` where the journal is known, else `@misc` as arXiv recommends it.
 *
 * @param key - The citation key; default first author, year and first word of the title.
 */
export function bibtexEntry(paper: CitedPaper, key = keyOf(paper)): string {
  const isArxiv = isArxivId(paper.id);
  const year = paper.publishedAt?.getUTCFullYear();
  // arXiv's own DOI says no more than the address does.
  const doi = paper.doi === null ? null : doiOf(paper);
  const category = paper.primaryCategory?.match(/^[a-z-]+(\.[A-Za-z-]+)?$/)?.[0] ?? null;
  const fields: readonly (readonly [string, string | null])[] = [
    ['title', protectCapitals(escapeLatex(paper.title))],
    ['author', paper.authors.length === 0 ? null : paper.authors.map(writeName).join(' and ')],
    ['journal', paper.journalRef === null ? null : escapeLatex(paper.journalRef)],
    ['year', year === undefined ? null : String(year)],
    ['eprint', isArxiv ? paper.id : null],
    ['archivePrefix', isArxiv ? 'arXiv' : null],
    ['primaryClass', isArxiv ? category : null],
    ['doi', doi === null ? null : doi.replace(/[%#&_$]/g, (found) => `\\${found}`)],
    ['url', isArxiv ? `https://arxiv.org/abs/${paper.id}` : null],
  ];
  const lines = fields.flatMap(([name, value]) =>
    value === null ? [] : [`  ${name} = {${value}},`],
  );
  return `@${paper.journalRef === null ? 'misc' : 'article'}{${key},\n${lines.join('\n')}\n}\n`;
}

/** BibTeX splits at `and` and at commas; in braces a name is one word. */
function writeName(name: string): string {
  const escaped = escapeLatex(name);
  return /,|\band\b/i.test(name) ? `{${escaped}}` : escaped;
}

/** Words that a title begins with and that say nothing. */
const articles = new Set(['a', 'an', 'the', 'on', 'of', 'in', 'for', 'to', 'and', 'with']);

function keyOf({ authors, publishedAt, title, id }: CitedPaper): string {
  const family = plain(authors[0]?.split(/\s+/).at(-1) ?? '');
  const words = title.split(/[^\p{Letter}\p{Number}]+/u).map(plain);
  const word = words.find((candidate) => candidate !== '' && !articles.has(candidate)) ?? '';
  const key = `${family}${publishedAt?.getUTCFullYear() ?? ''}${word}`;
  return key === '' ? id.replace(/[^\w.-]/g, '') : key;
}

function plain(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');
}

const latexWords: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
};

/** Text as LaTeX reads it; formulas between dollar signs, as arXiv's titles have them, stay. */
function escapeLatex(text: string): string {
  return plainLine(text)
    .split(/(\$[^$]+\$)/)
    .map((part, index) => (index % 2 === 1 ? balanced(part) : escapeText(part)))
    .join('');
}

function escapeText(text: string): string {
  return text.replace(/[\\~^&%$#_{}]/g, (found) => latexWords[found] ?? `\\${found}`);
}

/** A formula whose braces do not match would end the field. */
function balanced(formula: string): string {
  let depth = 0;
  for (const character of formula) {
    if (character === '{') depth += 1;
    if (character === '}') depth -= 1;
    if (depth < 0) break;
  }
  return depth === 0 ? formula : escapeText(formula.slice(1, -1));
}

/** Styles write titles in lower case; braces keep words with a capital inside or after the first. */
function protectCapitals(title: string): string {
  return title
    .split(/(\s+|\$[^$]+\$)/)
    .map((word, index) => {
      const hasCapital = index === 0 ? /.\p{Lu}/u.test(word) : /\p{Lu}/u.test(word);
      return hasCapital && !word.startsWith('$') ? `{${word}}` : word;
    })
    .join('');
}
