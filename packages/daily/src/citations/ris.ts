import { doiOf, isArxivId, plainLine, splitName, type CitedPaper } from './citedPaper.ts';

/**
 * Papers as RIS. A preprint is UNPB, the type that Zotero and others read as one; what appeared in a
 * journal is JOUR. Lines end in CR LF, as the format wants it.
 */
export function ris(papers: readonly CitedPaper[]): string {
  return papers.map(risRecord).join('');
}

function risRecord(paper: CitedPaper): string {
  const isArxiv = isArxivId(paper.id);
  const date = paper.publishedAt?.toISOString().slice(0, 10).replaceAll('-', '/');
  const fields: readonly (readonly [string, string | null | undefined])[] = [
    ['TY', paper.journalRef === null ? 'UNPB' : 'JOUR'],
    ['TI', paper.title],
    ...paper.authors.map((name) => ['AU', invertedName(name)] as const),
    ['PY', date?.slice(0, 4)],
    ['DA', date],
    ['AB', paper.abstract],
    ['JO', paper.journalRef],
    ['PB', isArxiv && paper.journalRef === null ? 'arXiv' : null],
    ['M1', isArxiv ? `arXiv:${paper.id}` : null],
    ['DO', doiOf(paper)],
    ['UR', isArxiv ? `https://arxiv.org/abs/${paper.id}` : null],
  ];
  const lines = fields.flatMap(([tag, value]) =>
    value === null || value === undefined ? [] : [`${tag}  - ${plainLine(value)}`],
  );
  return `${[...lines, 'ER  - '].join('\r\n')}\r\n\r\n`;
}

function invertedName(name: string): string {
  const { family, given } = splitName(name);
  return given === '' ? family : `${family}, ${given}`;
}
