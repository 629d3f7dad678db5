import { definePaper } from '@working-papers/paper-kit';

export const paper = definePaper({
  slug: 'edlm',
  title: 'Energy-Based Diffusion Language Models for Text Generation',
  authors: [
    'Minkai Xu',
    'Tomas Geffner',
    'Karsten Kreis',
    'Weili Nie',
    'Yilun Xu',
    'Jure Leskovec',
    'Stefano Ermon',
    'Arash Vahdat',
  ],
  arxivId: '2410.21357',
  published: '2024-10-28',
  organizations: ['Stanford University', 'NVIDIA'],
  venue: 'ICLR 2025',
  family: 'diffusion-language',
  tags: [
    'energy-based models',
    'importance sampling',
    'diffusion language models',
    'language models',
  ],
  links: { code: 'https://github.com/MinkaiXu/Energy-Diffusion-LLM' },
  codeLicense: 'MIT',
  summary: [
    'Masked diffusion language models fill in several tokens at once but draw each independently given the visible ones. That product of marginals misses how the new tokens depend on each other, and the error grows as steps are saved.',
    "EDLM weights it with an energy that scores the proposal as a whole, which makes tokens filled in one step agree. The energy comes from an existing autoregressive model, by comparing its probability of the proposal with the denoiser's, or from a bidirectional transformer fine-tuned to tell real completions from the denoiser's. To sample, several proposals are drawn in parallel and one is chosen by its importance weight, in an early window of the steps. The paper reports likelihoods better than diffusion baselines and near autoregressive ones, and sampling 1.3 times as fast at equal quality. For the variant whose energy scores masked positions only, nearness to the autoregressive likelihood holds by construction.",
    'On an ordinary computer one can enumerate a toy vocabulary to test the selection rule, and compare proposals chosen by energy with randomly chosen ones and with plain diffusion at equal time.',
  ].join('\n\n'),
  claims: {
    c1: {
      statement:
        'Likelihood is better than that of diffusion baselines and near that of autoregressive models.',
      figure:
        'perplexity on OpenWebText: AR 17.56, EDLM carry-over 17.58, EDLM-AR 20.49, EDLM-NCE 21.52, MDLM 23.83; bits/char on text8: AR 1.23, EDLM 1.24, MDLM 1.40 (unverified)',
      setting: 'OpenWebText, text8',
    },
    c2: {
      statement: 'Samples are better for the same number of steps.',
      figure: 'up to 49% lower generative perplexity (unverified)',
      setting: 'GPT-2-large judge',
    },
    c3: {
      statement: 'Sampling to the same quality is faster.',
      figure: '1.3×',
      setting: 'wall-clock at matched generative perplexity',
    },
    c4: {
      statement:
        'Both energies work, the autoregressive one for free and the contrastive one by fine-tuning.',
      figure: 'tables',
      setting: 'not stated',
    },
  },
});
