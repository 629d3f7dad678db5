import { expect, test } from 'vitest';
import { bibtexEntry } from '../../src/citations/bibtex.ts';
import { findArxivIds, readArxivId } from '../../src/ingest/arxivId.ts';
import { parseBibtex } from '../../src/ingest/parseBibtex.ts';
import { parseJsonLines } from '../../src/ingest/parseJsonLines.ts';

const bibtex = String.raw`A line between entries.
@string{jx = "Journal of X"}
@article{first,
  title = {{A} {\'E}tude of $\mathcal{O}(x^2)$ and \textit{More}},
  author = {M{\"u}ller, J{\"o}rg and van der Berg, Anna and {The Great Team}},
  year = 2024, month = mar, journal = jx, doi = {https://doi.org/10.1000/182},
  eprint = {2401.00001v3}, archivePrefix = {arXiv}, primaryClass = {cs.LG},
  abstract = {Some 5\% of {it} at $a_b$.}
}
@misc{broken, title = {Never closed
@misc{untitled, year = 2020}
@misc{last, title = "The Last One", url = {http://arxiv.org/abs/math/0309136}}
`;

test('BibTeX becomes text, but for formulas; an entry that is broken takes no other with it', () => {
  const { papers, problems } = parseBibtex(bibtex);
  expect(papers).toMatchInlineSnapshot(`
    [
      {
        "abstract": "Some 5% of it at $a_b$.",
        "arxivId": "2401.00001",
        "authors": [
          "Jörg Müller",
          "Anna van der Berg",
          "The Great Team",
        ],
        "categories": [
          "cs.LG",
        ],
        "doi": "10.1000/182",
        "journalRef": "Journal of X",
        "publishedAt": 2024-03-01T00:00:00.000Z,
        "title": "A Étude of $\\mathcal{O}(x^2)$ and More",
      },
      {
        "arxivId": "math/0309136",
        "title": "The Last One",
      },
    ]
  `);
  expect(problems).toMatchInlineSnapshot(`
    [
      {
        "problem": "@misc is not BibTeX: expected "text", got EOF",
        "record": "line 10",
      },
      {
        "problem": "title is empty",
        "record": "line 11",
      },
    ]
  `);
});

test('BibTeX of our own export comes back as it went', () => {
  const facts = {
    title: 'A 100% SAFE & Sound $x_1$ Title',
    authors: ['Ada Author', 'José Álvarez'],
  };
  const entry = bibtexEntry({
    ...facts,
    id: '2501.01234',
    primaryCategory: 'cs.LG',
    doi: null,
    journalRef: null,
    publishedAt: new Date('2025-01-01'),
    abstract: null,
  });
  expect(parseBibtex(entry)).toMatchObject({
    papers: [{ ...facts, arxivId: '2501.01234', publishedAt: new Date('2025-01-01') }],
    problems: [],
  });
});

test('JSON lines that are not papers are named, and nothing hides in them', () => {
  const lines = [
    '{"title":"  A  Paper\\nof Two Lines ","publishedAt":"2025-01-02T03:04:05+01:00"}',
    '{"title":"Cut off',
    '',
    '{"title":"With More","rank":1}',
    '{"title":"With a Prototype","__proto__":{"isAdmin":true}}',
    '{"title":"Bad Address","code":"javascript:alert(1)"}',
    '{"title":"Bad Day","day":"2025-02-30"}',
    '{"title":"Wrong Encoding \uFFFD"}',
    '{"title":""}',
    '[]',
    'null',
    '{"arxivId":"2501.01234v2","title":"Id With Version"}',
    `{"title":"${'x'.repeat(501)}"}`,
  ];
  const { papers, problems } = parseJsonLines(`\uFEFF${lines.join('\r\n')}`);
  expect(papers).toEqual([
    { title: 'A Paper of Two Lines', publishedAt: new Date('2025-01-02T02:04:05Z') },
  ]);
  expect(problems.map(({ record, problem }) => `${record}: ${problem}`)).toMatchInlineSnapshot(`
    [
      "line 2: is not JSON",
      "line 4: Unrecognized key: "rank"",
      "line 5: Unrecognized key: "__proto__"",
      "line 6: code is not an http or https address",
      "line 7: day is not a day as YYYY-MM-DD",
      "line 8: title is not in the encoding it claims",
      "line 9: title is empty",
      "line 10: Invalid input: expected object, received array",
      "line 11: Invalid input: expected object, received null",
      "line 12: arxivId is not an arXiv id without version",
      "line 13: title has more than 500 characters",
    ]
  `);
});

test.each([
  ['2409.02426', { id: '2409.02426' }],
  ['arXiv:2409.02426v12', { id: '2409.02426', version: 12 }],
  ['https://arxiv.org/pdf/2409.02426v1.pdf', { id: '2409.02426', version: 1 }],
  ['oai:arXiv.org:hep-th/9901001', { id: 'hep-th/9901001' }],
  ['math.GT/0309136', { id: 'math/0309136' }],
  ['2413.02426', null],
  ['2409.02426v0', null],
  ['2409.024', null],
  ['https://arxiv.org.example.com/abs/2409.02426', null],
])('the id of %s is read', (text, id) => {
  expect(readArxivId(text)).toEqual(id);
});

test('ids are found in any text, once and in their order, and numbers are not taken for ids', () => {
  const text = `See arXiv:2501.00002v1, (2501.00001) and https://arxiv.org/abs/2501.00003v2#x,
    again 2501.00001; not 192.2501.00004, 2501.00005-6, 3.2501.00006 nor 2599.00007 or 12501.00008.`;
  expect(findArxivIds(text)).toEqual(['2501.00002', '2501.00001', '2501.00003']);
});
