import { describe, expect, it } from 'vitest';
import { bibtex } from '../../src/citations/bibtex.ts';
import { splitName, type CitedPaper } from '../../src/citations/citedPaper.ts';
import { cslItem, cslJson } from '../../src/citations/cslJson.ts';
import { pageCitation } from '../../src/citations/pageCitation.ts';
import { ris } from '../../src/citations/ris.ts';

const preprint: CitedPaper = {
  id: '2501.00001',
  title: 'On\r\nER  - Things',
  authors: ['Ada van der Berg', 'Émile Borel Jr.', 'The Great Team', 'Plato'],
  publishedAt: new Date('2025-01-02T23:59:00Z'),
  primaryCategory: 'cs.LG',
  doi: null,
  journalRef: null,
  abstract: 'One.\nTwo.',
};

const article: CitedPaper = {
  ...preprint,
  id: 'x-0123456789',
  title: 'Plain',
  authors: [],
  publishedAt: null,
  abstract: null,
  doi: '10.1000/a_b',
  journalRef: 'J. of X 1 (2025)',
};

it.each([
  ['Ada Lovelace', 'Lovelace', 'Ada'],
  ['Ludwig van Beethoven', 'van Beethoven', 'Ludwig'],
  ['Ada van der Berg', 'van der Berg', 'Ada'],
  ['Martin Luther King Jr.', 'King Jr.', 'Martin Luther'],
  ['Van Morrison', 'Morrison', 'Van'],
  ['Plato', 'Plato', ''],
  ['The Great Team', 'The Great Team', ''],
  ['  Zoë\u0000  Zhu ', 'Zhu', 'Zoë'],
])('splits %j into family and given name', (name, family, given) => {
  expect(splitName(name)).toEqual({ family, given });
});

describe('RIS', () => {
  it('ends every line in CR LF, and no value begins a line', () => {
    expect(ris([preprint])).toBe(
      [
        'TY  - UNPB',
        'TI  - On ER - Things',
        'AU  - van der Berg, Ada',
        'AU  - Borel Jr., Émile',
        'AU  - The Great Team',
        'AU  - Plato',
        'PY  - 2025',
        'DA  - 2025/01/02',
        'AB  - One. Two.',
        'PB  - arXiv',
        'M1  - arXiv:2501.00001',
        'DO  - 10.48550/arXiv.2501.00001',
        'UR  - https://arxiv.org/abs/2501.00001',
        'ER  - ',
        '',
        '',
      ].join('\r\n'),
    );
  });

  it('is an article where the journal is known', () => {
    expect(ris([article])).toBe(
      'TY  - JOUR\r\nTI  - Plain\r\nJO  - J. of X 1 (2025)\r\nDO  - 10.1000/a_b\r\nER  - \r\n\r\n',
    );
  });
});

describe('CSL-JSON', () => {
  it('has names in parts, groups whole, and the date in parts', () => {
    const items = cslJson([preprint, article]);
    for (const item of items) cslItem.strict().parse(item);
    expect(items[0]).toMatchObject({
      type: 'article',
      title: 'On ER - Things',
      author: [
        { family: 'van der Berg', given: 'Ada' },
        { family: 'Borel Jr.', given: 'Émile' },
        { literal: 'The Great Team' },
        { literal: 'Plato' },
      ],
      issued: { 'date-parts': [[2025, 1, 2]] },
      publisher: 'arXiv',
    });
    expect(items[1]).toEqual({
      id: 'x-0123456789',
      type: 'article-journal',
      title: 'Plain',
      'container-title': 'J. of X 1 (2025)',
      DOI: '10.1000/a_b',
    });
  });
});

describe('BibTeX', () => {
  it('gives different keys to papers that would have the same', () => {
    const keys = bibtex([preprint, preprint]).match(/@misc\{[^,]+/g);
    expect(keys).toEqual(['@misc{berg2025er', '@misc{berg2025er2']);
  });

  it('keeps a name with “and” or a comma whole, and leaves out a DOI that is none', () => {
    const authors = ['Research and Development', 'Things, Inc.', 'Ada Lovelace'];
    const entry = bibtex([{ ...article, authors, doi: '10.1000/}, evil = {x' }]);
    expect(entry).toContain(
      'author = {{Research and Development} and {Things, Inc.} and Ada Lovelace}',
    );
    expect(entry).not.toContain('evil');
  });
});

describe('the head of a page', () => {
  const address = 'https://papers.example/papers/2501.00001';

  it('has the tags that Zotero reads, one for each author', () => {
    const { tags } = pageCitation(preprint, address);
    const valuesOf = (name: string) =>
      tags.filter((tag) => tag.name === name).map(({ content }) => content);
    expect(valuesOf('citation_author')).toEqual(preprint.authors);
    expect(valuesOf('citation_title')).toEqual(['On ER - Things']);
    expect(valuesOf('citation_publication_date')).toEqual(['2025/01/02']);
    expect(valuesOf('citation_arxiv_id')).toEqual(['2501.00001']);
    expect(valuesOf('citation_pdf_url')).toEqual(['https://arxiv.org/pdf/2501.00001']);
    expect(valuesOf('citation_abstract_html_url')).toEqual([address]);
    expect(valuesOf('citation_doi')).toEqual(['10.48550/arXiv.2501.00001']);
  });

  it('leaves out what is not known', () => {
    const { tags, article: about } = pageCitation(article, address);
    expect(tags.map(({ name }) => name)).toEqual([
      'citation_title',
      'citation_doi',
      'citation_journal_title',
      'citation_abstract_html_url',
    ]);
    expect(about).toMatchObject({
      datePublished: null,
      sameAs: ['https://doi.org/10.1000/a_b'],
    });
  });
});
