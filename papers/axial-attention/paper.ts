import { definePaper } from '@working-papers/paper-kit';

export const paper = definePaper({
  slug: 'axial-attention',
  title: 'Axial Attention in Multidimensional Transformers',
  authors: ['Jonathan Ho', 'Nal Kalchbrenner', 'Dirk Weissenborn', 'Tim Salimans'],
  arxivId: '1912.12180',
  published: '2019-12-20',
  organizations: ['University of California, Berkeley', 'Google Brain'],
  family: 'visual-ar',
  tags: ['axial attention', 'likelihood', 'autoregressive image models', 'image generation'],
  links: { code: 'https://github.com/google-research/google-research' },
  codeLicense: 'Apache-2.0',
  summary: [
    'In an image of N pixels self-attention compares every pair, at N² operations per layer, which rules out large images. Earlier remedies gave up part of the context or some of the freedom of the joint distribution.',
    'Axial attention works along a single axis in each layer, on all rows in parallel, then on all columns. A layer over a square image costs N^(3/2), and two connect everything. The hard part is raster order: masking rows and columns separately either hides permitted pixels or leaks forbidden ones. The Axial Transformer uses two stacks. The outer one, with full rows and masked columns, is shifted down by a row and summarises everything above; the inner one, masked and shifted to the right, handles the current row. Sampling then needs the large context only once per row. The paper reports leading likelihoods of its time on small ImageNet images and robot video.',
    'On an ordinary computer one can verify the pattern of dependencies exactly by gradients, fit the exponents of the cost, and compare axial with full attention at equal training time on tiny colour images.',
  ].join('\n\n'),
  claims: {
    c1: {
      statement: 'The model attains the best likelihood of its time on small images.',
      figure:
        'ImageNet-32 3.76 bits/dim (Image Transformer 3.77, PixelCNN 3.83); ImageNet-64 3.44 (unverified; Sparse Transformer 3.44)',
      setting: 'ImageNet at 32×32 and 64×64, 2019',
    },
    c2: {
      statement: 'Nothing of the joint distribution is assumed away.',
      figure: 'every pixel may depend on every earlier one',
      setting: 'by construction',
    },
    c3: {
      statement: 'Compute and memory stay moderate.',
      figure: 'O(N^(3/2)) per layer in 2D against O(N²)',
      setting: 'operation count',
    },
    c4: {
      statement:
        'Decoding computes most of the context in parallel and still assumes no independence.',
      figure: 'outer stack once per row',
      setting: 'by construction',
    },
    c5: {
      statement: 'The model predicts robot video better than earlier ones.',
      figure: 'state of the art (figure unverified)',
      setting: 'BAIR robotic pushing',
    },
    c6: {
      statement: 'Standard frameworks suffice to implement it.',
      figure: 'transposes and dense attention only',
      setting: 'by construction',
    },
  },
});
