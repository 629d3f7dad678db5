import { definePaper } from '@working-papers/paper-kit';

export const paper = definePaper({
  slug: 'hi-mar',
  title: 'Hierarchical Masked Autoregressive Models with Low-Resolution Token Pivots',
  authors: [
    'Guangting Zheng',
    'Yehao Li',
    'Yingwei Pan',
    'Jiajun Deng',
    'Ting Yao',
    'Yanyong Zhang',
    'Tao Mei',
  ],
  arxivId: '2505.20288',
  published: '2025-05-26',
  organizations: [
    'University of Science and Technology of China',
    'HiDream.ai',
    'University of Adelaide',
  ],
  venue: 'ICML 2025',
  family: 'visual-ar',
  tags: [
    'masked autoregression',
    'coarse-to-fine generation',
    'diffusion heads',
    'autoregressive image models',
    'image generation',
  ],
  links: { code: 'https://github.com/HiDream-ai/himar' },
  summary: [
    'Masked autoregressive models (MAR) paint an image by filling in continuous latent tokens in random order. The first tokens are drawn almost blind, since no layout exists yet, and a small MLP denoises each token on its own.',
    'Hi-MAR splits the work into two phases of one shared transformer. It starts from a low-resolution copy of the image, made of a few tokens, and then fills the dense grid given these pivots. What it hands on are not the sampled coarse tokens but the hidden outputs of the transformer at their places, so that training and sampling meet the same kind of input. In the second phase a small diffusion transformer denoises all tokens jointly, and four steps are enough. On ImageNet at 256 pixels the paper reports an FID of 1.93 against 2.31 for the MAR of base size, with 54% of its computation.',
    'On an ordinary computer the comparison can be repeated at equal training cost on 32 × 32 pictures of clothes: a reader can check which kind of pivot works, how quality grows with computation, and whether more than four dense steps still help.',
  ].join('\n\n'),
  claims: {
    c1: {
      statement: 'At each of three sizes Hi-MAR generates better images than MAR.',
      figure:
        'FID 1.93 vs 2.31 (base), 1.66 vs 1.78 (large), 1.52 vs 1.55 (huge); IS 293 vs 281.7 (base)',
      setting: 'ImageNet 256 × 256, classifier-free guidance',
    },
    c2: {
      statement: 'Sampling needs about half the computation of MAR.',
      figure:
        '54% of the computation; better curve of quality against speed, 32 + 4 steps vs 16 to 256',
      setting: 'H100, batch 128',
    },
    c3: {
      statement:
        'The dense phase should be conditioned on hidden outputs of the coarse phase rather than on the sampled coarse tokens.',
      figure:
        'FID 2.31 (MAR) → 2.28 (visual tokens as pivots) → 2.07 (conditional tokens as pivots)',
      setting: 'ablation, base size',
    },
    c4: {
      statement:
        'A diffusion transformer as the head of the dense phase helps, and so does a vector that tells the blocks which scale they work on.',
      figure:
        'FID 2.07 → 1.98 (DiT head) → 1.93 (scale vector); a DiT head in phase 1 gives nothing',
      setting: 'ablation, base size',
    },
    c5: {
      statement: 'More than four steps in the dense phase bring no further gain.',
      figure: 'curve over 1 to 8 steps',
      setting: 'base size',
    },
    c6: {
      statement: 'The advantage over MAR carries over to images generated from text.',
      figure: 'FID 4.77 vs 6.36 (MAR)',
      setting: 'MS-COCO',
    },
  },
});
