import { definePaper } from '@working-papers/paper-kit';

export const paper = definePaper({
  slug: 'freecache',
  title:
    'Accelerating Diffusion Language Model Inference via Efficient KV Caching and Guided Diffusion',
  authors: [
    'Zhanqiu Hu',
    'Jian Meng',
    'Yash Akhauri',
    'Mohamed S. Abdelfattah',
    'Jae-sun Seo',
    'Zhiru Zhang',
    'Udit Gupta',
  ],
  arxivId: '2505.21467',
  published: '2025-05-27',
  organizations: ['Cornell University'],
  venue: 'ICLR 2026',
  family: 'diffusion-language',
  tags: [
    'key-value caching',
    'guided unmasking',
    'diffusion language models',
    'inference speed',
    'language models',
  ],
  links: { code: 'https://github.com/ZhanqiuHu/flash-dlm-experimental' },
  summary: [
    'Diffusion language models recompute the entire sequence at each denoising step: attention looks both ways, so keys and values seem impossible to reuse, and unmasking many tokens per step spoils the text.',
    'Two remedies need no training. FreeCache keeps keys and values as they are once the prompt has been read or a block is complete, since they hardly change from step to step; a step then computes only the part still being written. Guided diffusion asks a small autoregressive model how many of the drafted tokens are safe to commit: the longest run it agrees with is accepted. The guide never contributes a token; it only sets the pace, and fewer steps are needed. On Dream-7B and LLaDA-8B the first version of the paper reports speed-ups of up to 34, a revision 12.14 on average, at unchanged accuracy.',
    'On an ordinary computer one can measure how the gain depends on the lengths of prompt and answer, whether agreement is a better rule than confidence for the same number of steps, and what caching costs in exactness.',
  ].join('\n\n'),
  claims: {
    c1: {
      statement:
        'Together the two techniques speed up generation from end to end at unchanged accuracy.',
      figure: 'up to 34× (abstract v1); 12.14× on average (v2)',
      setting: 'Dream-7B, LLaDA-8B; GSM8K, MMLU-Pro, GPQA, ARC and others',
    },
    c2: {
      statement:
        'Keys and values of earlier tokens hardly change between steps, which makes it safe to cache them.',
      figure: 'similarity plots',
      setting: 'not stated',
    },
    c3: {
      statement:
        'Guided unmasking needs fewer steps and avoids the loss of quality that plain step reduction brings.',
      figure: 'table of steps and accuracy (numbers unverified)',
      setting: 'against entropy and top-k-margin heuristics',
    },
    c4: {
      statement: 'Latency matches or beats that of an autoregressive model of equal size.',
      figure: 'latency table',
      setting: 'long prompts especially',
    },
  },
});
