import { definePaper } from '@working-papers/paper-kit';

export const paper = definePaper({
  slug: 'dd2',
  title:
    'Distilled Decoding 2: One-step Sampling of Image Auto-regressive Models with Conditional Score Distillation',
  authors: [
    'Enshu Liu',
    'Qian Chen',
    'Xuefei Ning',
    'Shengen Yan',
    'Guohao Dai',
    'Zinan Lin',
    'Yu Wang',
  ],
  arxivId: '2510.21003',
  published: '2025-10-23',
  organizations: [],
  venue: 'NeurIPS 2025',
  family: 'acceleration',
  tags: [
    'one-step generation',
    'score distillation',
    'autoregressive image models',
    'image generation',
    'inference speed',
  ],
  links: { project: 'https://github.com/imagination-research/Distilled-Decoding-2' },
  summary: [
    'An autoregressive image model draws its tokens, or its scales, one after another. Predicting all of them in one step destroys the correlations between tokens; an earlier method, DD1, keeps some by regressing on a fixed map from noise to tokens, at a considerable loss of quality.',
    "DD2 rests on an observation: after any prefix, the teacher's probabilities over codebook vectors, blurred by Gaussian noise, form a mixture whose score has a closed form. The teacher therefore supplies a true conditional score at every position. A second network learns the conditional scores of whatever the generator produces, and the generator is trained until both agree, position by position with the prefix held fixed. Both networks start from a model fitted to the teacher's exact scores; without that, quality suffers or training collapses. For VAR-d20 on ImageNet the paper reports an FID of 5.43 in one step, against 3.40 in ten.",
    'On an ordinary computer one can train the generator on a toy law with known correlations, measure its distance from that law exactly, and compare DD1 and DD2 at equal training time on handwritten digits.',
  ].join('\n\n'),
  claims: {
    c1: {
      statement: 'Sampling in one step costs little in FID.',
      figure: 'FID 3.40 → 5.43, 8.0× faster',
      setting: 'VAR-d20, ImageNet-256, 10 → 1 steps',
    },
    c2: {
      statement: 'The same holds for a model that generates in raster order.',
      figure: 'FID 4.11 → 8.59 (7.58 with longer training), 238× faster',
      setting: 'LlamaGen-L, 256 → 1 steps',
    },
    c3: {
      statement: 'The remaining gap to the teacher is much smaller than that of DD1.',
      figure: 'up to 67% smaller (VAR-d20: DD1 9.55)',
      setting: 'ImageNet-256',
    },
    c4: {
      statement: 'Training is faster than for DD1.',
      figure: 'up to 12.3× (LlamaGen-L 52.6 vs 647.7 h on 8 GPUs); VAR 2.6–6.3×',
      setting: 'A800',
    },
    c5: {
      statement: 'Predicting all tokens as a set, or skipping steps, does not work.',
      figure: 'one-step FID 157.5 / 220.2; skip-2 40.1',
      setting: 'VAR / LlamaGen',
    },
    c6: {
      statement:
        "Fitting the teacher's exact scores works better than the ordinary diffusion loss.",
      figure: 'FID-5k 11.4 (330k iterations) vs 18.0 (500k iterations)',
      setting: 'VAR-d16',
    },
    c7: {
      statement: 'Letting the teacher redraw the last tokens buys quality with extra steps.',
      figure: 'FID 6.21 (1 step), 5.24 (3), 4.88 (4), 4.47 (6)',
      setting: 'VAR-d16',
    },
  },
});
