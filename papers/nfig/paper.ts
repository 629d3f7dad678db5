import { definePaper } from '@working-papers/paper-kit';

export const paper = definePaper({
  slug: 'nfig',
  title: 'NFIG: Autoregressive Image Generation with Next-Frequency Prediction',
  authors: [
    'Zhihao Huang',
    'Xi Qiu',
    'Yukuo Ma',
    'Yifu Zhou',
    'Junjie Chen',
    'Hongyuan Zhang',
    'Chi Zhang',
    'Xuelong Li',
  ],
  arxivId: '2503.07076',
  published: '2025-03-10',
  organizations: [],
  family: 'visual-ar',
  tags: [
    'frequency decomposition',
    'coarse-to-fine generation',
    'vector quantisation',
    'autoregressive image models',
    'image generation',
  ],
  links: {},
  summary: [
    'An autoregressive image model needs an order in which to produce its tokens. VAR goes from small token maps to large ones; NFIG goes from low spatial frequencies to high ones.',
    'The latent map of an image is split into bands by masks in Fourier space. Each band is quantised on a grid that grows with frequency, from one token to 16 × 16, and what one band could not express is handed to the next. A block-causal transformer predicts a whole band per step. Because images hold most of their energy in low frequencies, the first few tokens already settle the layout. On ImageNet the paper reports an FID of 2.81 with 310 million parameters, against 2.95 for a VAR with 600 million, and a 1.25-fold speed-up. Both take the same ten steps, so the time is saved by the smaller network, not by fewer steps.',
    'On an ordinary computer a reader can verify the band split exactly (taken literally, the formula leaves some bands empty), train both orders at equal cost on 32 × 32 images, and compare spectra, quality and time per step.',
  ].join('\n\n'),
  claims: {
    c1: {
      statement: 'Images are better than those of a VAR of the same or twice the size.',
      figure:
        'FID 2.81, IS 332.4, precision 0.77, recall 0.59 (310M) vs VAR-d16 3.55 / 274.4 and VAR-d20 2.95 / 302.6 (600M)',
      setting: 'ImageNet 256 × 256',
    },
    c2: {
      statement: 'Sampling is faster than with the larger VAR-d20.',
      figure: 'relative time 1 vs 1.25',
      setting: 'both with 10 steps and 680 tokens; the network is smaller',
    },
    c3: {
      statement: 'The tokeniser reconstructs images better than that of VAR.',
      figure: 'rFID 0.85 vs 0.9',
      setting: 'ImageNet',
    },
    c4: {
      statement: 'Spectra are preserved better, above all at middle and high frequencies.',
      figure:
        'frequency keep score 87.6% vs 79.5% (low 98.9 / 98.3, mid 75.3 / 57.6, high 66.7 / 48.2); PSD distance 0.47 vs 0.87',
      setting: 'against VAR-16',
    },
    c5: {
      statement: 'A few tokens at the start fix the global structure of the image.',
      figure: 'qualitative',
      setting: 'partial decodings',
    },
  },
});
