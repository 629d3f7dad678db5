import { definePaper } from '@working-papers/paper-kit';

export const paper = definePaper({
  slug: 'toy-paper',
  title: 'A Toy That Counts',
  authors: ['Ada Lovelace', 'Charles Babbage'],
  authorCount: 3,
  arxivId: '2401.00001',
  published: '2024-01-01',
  organizations: ['Analytical Engines'],
  venue: 'A Workshop',
  family: 'diffusion',
  tags: ['counting'],
  links: { code: 'https://example.org/code' },
  summary: 'It counts from nought upwards and says how far it got. '.repeat(5),
  claims: {
    c1: { statement: 'It counts to n.', figure: 'n = 10', setting: 'an engine' },
    c2: { statement: 'It counts for ever.', figure: '∞', setting: 'an endless engine' },
  },
});
