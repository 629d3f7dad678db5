import { expect, it } from 'vitest';
import { bibtexEntry } from '../../src/citations/bibtex.ts';
import type { CitedPaper } from '../../src/citations/citedPaper.ts';

const paper: CitedPaper = {
  id: '2501.00001',
  title: 'The VAR of $\\mathbb{R}^2$ & 100% {more}',
  authors: ['Ada Lovelace', 'Émile Borel'],
  publishedAt: new Date('2025-01-02T03:04:05Z'),
  abstract: null,
  primaryCategory: 'cs.LG',
  doi: null,
  journalRef: null,
};

it('escapes text, keeps formulas, and protects capitals', () => {
  expect(bibtexEntry(paper)).toMatchInlineSnapshot(`
    "@misc{lovelace2025var,
      title = {The {VAR} of $\\mathbb{R}^2$ \\& 100\\% \\{more\\}},
      author = {Ada Lovelace and Émile Borel},
      year = {2025},
      eprint = {2501.00001},
      archivePrefix = {arXiv},
      primaryClass = {cs.LG},
      url = {https://arxiv.org/abs/2501.00001},
    }
    "
  `);
});

it('is an article where the journal is known, and leaves out what is not', () => {
  const entry = bibtexEntry({
    ...paper,
    id: 'x-1',
    title: 'Plain',
    authors: [],
    publishedAt: null,
    journalRef: 'JMLR 1',
    doi: '10.1000/x',
  });
  expect(entry).toBe(
    '@article{plain,\n  title = {Plain},\n  journal = {JMLR 1},\n  doi = {10.1000/x},\n}\n',
  );
});

it('lets no title end its field', () => {
  for (const title of ['a} , evil = {b', '$}{$', '\\', 'x $a}$ y', 'a\nb']) {
    const entry = bibtexEntry({ ...paper, title });
    const line = entry.split('\n').find((text) => text.startsWith('  title'))!;
    const bare = line.replace(/\\[\\{}]/g, '');
    let depth = 0;
    const depths = Array.from(bare, (c) => (depth += c === '{' ? 1 : c === '}' ? -1 : 0));
    expect(depths.slice(bare.indexOf('{'), -2).every((value) => value >= 1)).toBe(true);
    expect(depth).toBe(0);
  }
});
