import { definePaper } from '@working-papers/paper-kit';

export const paper = definePaper({
  slug: 'facts-only',
  title: 'A Paper That Does Not Run Here',
  authors: ['Ada Lovelace'],
  arxivId: '2402.00002',
  published: '2024-02-02',
  organizations: [],
  family: 'sae',
  tags: ['facts'],
  links: {},
  summary: 'Nothing to measure, only to read about. '.repeat(6),
  claims: { c1: { statement: 'It is so.', figure: '1.0', setting: 'somewhere' } },
});
