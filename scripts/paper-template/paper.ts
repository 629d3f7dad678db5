import { definePaper } from '@working-papers/paper-kit';

export const paper = definePaper({
  slug: 'paper-template',
  title: 'Title of the Paper',
  authors: ['First Author'],
  arxivId: '0000.00000',
  published: '2026-01-01',
  organizations: [],
  family: 'representation',
  tags: ['new'],
  links: {},
  summary: [
    'Nobody has summarised this paper yet. Its folder was made a moment ago and still holds the example that every folder starts with, which is not a result of the paper.',
    'The example fits a straight line to points of which some are wrong. A loss that grows like a square for small errors and like a line for large ones is hardly moved by the wrong points; least squares is.',
  ].join('\n\n'),
  claims: {
    c1: {
      statement:
        'Example, not a claim of the paper: where some points are wrong, a robust loss finds the slope of a line more exactly than least squares does.',
      figure: 'none, the example is ours',
      setting: '100 points, up to a fifth of them wrong',
    },
  },
});
