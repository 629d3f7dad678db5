import { definePaper } from '@working-papers/paper-kit';

export const paper = definePaper({
  slug: 'lavin-dit',
  title: 'LaVin-DiT: Large Vision Diffusion Transformer',
  authors: [
    'Zhaoqing Wang',
    'Xiaobo Xia',
    'Runnan Chen',
    'Dongdong Yu',
    'Changhu Wang',
    'Mingming Gong',
    'Tongliang Liu',
  ],
  arxivId: '2411.11505',
  published: '2024-11-18',
  organizations: [],
  venue: 'CVPR 2025',
  family: 'diffusion',
  tags: [
    'in-context learning',
    'vision generalists',
    'diffusion transformers',
    'flow matching',
    'diffusion models',
  ],
  links: { code: 'https://github.com/DerrickWang005/LaVin-DiT' },
  summary: [
    'Most vision systems have a head for each task. A large vision model is shown the task instead: some pairs of input and target picture, then a query whose target it has to produce. Earlier models of this kind cut pictures into discrete tokens and predicted them in sequence, which is slow and separates neighbouring pixels.',
    'LaVin-DiT works on the continuous latents of an autoencoder for images and video. A diffusion transformer, with separate weights for the example frames and for the target, denoises the target while every token attends to every other; positions are frame, row and column, and training is by flow matching. One model of up to 3.4 billion parameters covers more than 20 tasks. The paper reports better results than the autoregressive large vision model at lower latency, and gains from larger models and from more example pairs.',
    'A small version can be trained on an ordinary computer for tasks with computed targets, such as edges, masks, deblurring or rotation. A reader can check whether the examples are used at all, how errors fall with their number, and which tasks left out of training still work.',
  ].join('\n\n'),
  claims: {
    c1: {
      statement:
        'One model does more than 20 vision tasks, and does them better than the autoregressive large vision model.',
      figure:
        'for example NYU normals 15.90 mean error, ImageNet inpainting FID 1.65 (second-hand)',
      setting: 'against LVM (up to 7B parameters)',
    },
    c2: {
      statement:
        'Parallel denoising is more efficient than token-by-token prediction, and its latency rises only slowly with resolution.',
      figure: 'lower latency at 256 to 1024 px (numbers unverified)',
      setting: 'one A100',
    },
    c3: {
      statement: 'Training loss and task scores improve with model size.',
      figure: 'training curves, 0.1B → 1.0B → 3.4B',
      setting: 'all tasks',
    },
    c4: {
      statement:
        'More example pairs lower the error, and new tasks can be done from examples alone, without fine-tuning.',
      figure: 'error against the number of pairs',
      setting: 'unseen categories and tasks',
    },
  },
});
