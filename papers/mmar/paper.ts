import { definePaper } from '@working-papers/paper-kit';

export const paper = definePaper({
  slug: 'mmar',
  title: 'MMAR: Towards Lossless Multi-Modal Auto-Regressive Probabilistic Modeling',
  authors: [
    'Jian Yang',
    'Dacheng Yin',
    'Yizhou Zhou',
    'Fengyun Rao',
    'Wei Zhai',
    'Yang Cao',
    'Zheng-Jun Zha',
  ],
  arxivId: '2410.10798',
  published: '2024-10-14',
  organizations: [],
  venue: 'CVPR 2025',
  family: 'visual-ar',
  tags: [
    'multimodal models',
    'masked autoregression',
    'diffusion heads',
    'numerical precision',
    'autoregressive image models',
  ],
  links: {},
  summary: [
    'A model that both understands and generates images must turn them into something a language model can read. Discrete tokens lose detail. A backbone that is itself a denoiser meets a clean image only as the last of its denoising steps, where polishing details matters more than understanding.',
    "MMAR feeds continuous image tokens to the backbone and leaves diffusion to a small head that draws each token from the backbone's output, so no noise level reaches the backbone. The paper derives which prediction target suffers least from rounding in low precision (the v-target), and adds a second stage of training over all mask ratios, without which images have holes. At 0.5 billion parameters the mean of 18 benchmarks is 34.56, against 29.70 with quantised tokens and 28.26 with a denoising backbone.",
    'The rounding argument can be checked exactly on a toy mixture. Scenes composed of real garments, with captions and questions, let a reader with an ordinary computer compare the three designs at equal cost and measure how much detail each tokeniser keeps.',
  ].join('\n\n'),
  claims: {
    c1: {
      statement: 'It understands images better than other joint models of its size.',
      figure:
        'mean of 18 benchmarks: MMAR-0.5B 34.56, VQ variant 29.70, Transfusion-like 28.26; MMAR-7B 48.25 vs LLaVA-1.5 47.08 (secondary source)',
      setting: 'Qwen2 backbone, 256 px',
    },
    c2: {
      statement: 'At the same size it also generates better images.',
      figure: 'FID-30K 36.6 vs 66.3 (VQ) and 95.4 (Transfusion-like) (secondary source)',
      setting: 'COCO',
    },
    c3: {
      statement: 'Continuous tokens keep information that quantisation throws away.',
      figure: 'the VQ variant in the ablation of c1 and c2 (secondary source)',
      setting: 'COCO and the 18 benchmarks, 256 px',
    },
    c4: {
      statement:
        'A denoising backbone does not give its best features for a clean input: tasks peak at some noise.',
      figure: 'figure (secondary source)',
      setting: 'Transfusion-like variant',
    },
    c5: {
      statement: 'Predicting v removes the numerical error of training in low precision.',
      figure: 'ε-prediction: average 32.21, FID 61.5; v-prediction: 34.56, 36.6 (secondary source)',
      setting: '0.5B parameters',
    },
    c6: {
      statement: 'The second stage of training removes holes from generated images.',
      figure: 'qualitative',
      setting: 'generated images',
    },
    c7: {
      statement: 'The method improves with a larger model and more data.',
      figure: '0.5B → 7B',
      setting: 'two model sizes',
    },
  },
});
