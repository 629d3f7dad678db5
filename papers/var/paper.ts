import { definePaper } from '@working-papers/paper-kit';

export const paper = definePaper({
  slug: 'var',
  title: 'Visual Autoregressive Modeling: Scalable Image Generation via Next-Scale Prediction',
  authors: ['Keyu Tian', 'Yi Jiang', 'Zehuan Yuan', 'Bingyue Peng', 'Liwei Wang'],
  arxivId: '2404.02905',
  published: '2024-04-03',
  organizations: [],
  venue: 'NeurIPS 2024 (best paper)',
  family: 'visual-ar',
  tags: [
    'next-scale prediction',
    'coarse-to-fine generation',
    'vector quantisation',
    'scaling laws',
    'autoregressive image models',
    'image generation',
  ],
  links: { code: 'https://github.com/FoundationVision/VAR' },
  codeLicense: 'MIT',
  summary: [
    'Image models in the style of GPT write tokens row by row, and must settle the upper left corner before they know anything else. VAR predicts larger units. A tokeniser turns an image into a series of token maps, from 1 × 1 to 16 × 16, each coding what the coarser ones left over, and a transformer predicts one whole map at a time.',
    'So the picture appears from coarse to fine, and ten steps replace 256. The input for each map is the sum of all earlier ones, resized to it. On ImageNet the paper reports an FID of 1.80 (2 billion parameters) against 18.65 for a row-by-row model (227 million), about 20-fold faster sampling, results above those of a diffusion transformer, and a power law between model size and test loss. Holding known tokens fixed fills in missing parts of an image without training.',
    'On an ordinary computer both orders can be trained at equal cost on 32 × 32 pictures; a reader can compare quality, latency with a key-value cache for the rival, and the fit of a power law over small models.',
  ].join('\n\n'),
  claims: {
    c1: {
      statement:
        'Predicting the next scale gives better images than predicting the next token in raster order.',
      figure: 'FID 18.65 → 1.80, IS 80.4 → 356.4',
      setting: 'ImageNet 256 × 256, VQGAN-AR 227M vs VAR-d30 2B with rejection sampling',
    },
    c2: {
      statement: 'Sampling is much faster than in raster order.',
      figure: 'about 20×',
      setting: '10 steps vs 256',
    },
    c3: {
      statement:
        'It surpasses a diffusion transformer in image quality, speed, use of data and scaling.',
      figure: 'FID of DiT-XL/2 2.27, against 1.80 for VAR-d30 with rejection sampling',
      setting: 'ImageNet 256 × 256',
    },
    c4: {
      statement: 'Test loss falls as a power of model size.',
      figure: 'linear correlation about −0.998 on log–log axes',
      setting: '12 sizes, 18M to 2B parameters',
    },
    c5: {
      statement: 'The trained model fills in, extends and edits images it was not trained to edit.',
      figure: 'qualitative',
      setting: 'no fine-tuning',
    },
  },
});
