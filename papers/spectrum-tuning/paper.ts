import { definePaper } from '@working-papers/paper-kit';

export const paper = definePaper({
  slug: 'spectrum-tuning',
  title: 'Spectrum Tuning: Post-Training for Distributional Coverage and In-Context Steerability',
  authors: [
    'Taylor Sorensen',
    'Benjamin Newman',
    'Jared Moore',
    'Chan Park',
    'Jillian Fisher',
    'Niloofar Mireshghallah',
    'Liwei Jiang',
    'Yejin Choi',
  ],
  arxivId: '2510.06084',
  published: '2025-10-07',
  organizations: [],
  venue: 'ICLR 2026',
  family: 'representation',
  tags: ['post-training', 'diversity', 'calibration', 'in-context learning', 'language models'],
  links: { code: 'https://github.com/tsor13/spectrum' },
  summary: [
    'Some questions have many good answers: a number from 1 to 10, a first name, the taste of one person. Training a language model to give the best answer narrows what it says, and makes it hold on to its habits when the examples in the prompt say otherwise.',
    'The paper asks three things of a model: to follow examples in the context, to reach all valid answers, and to match their true frequencies. It shows that usual post-training weakens them in three model families. Spectrum Tuning fine-tunes a base model on more than 90 tasks, each written as a description followed by independent samples, with a loss on the samples only. The best predictor under this loss is the Bayesian one, so the model must learn to spread probability and to update on what it sees. On held-out tasks it often does better than the base model and its instruction-tuned sibling.',
    'A model of about a million parameters can go through all these stages on an ordinary computer, with the exact Bayesian answer as a floor and continued pretraining as the control that decides.',
  ].join('\n\n'),
  claims: {
    c1: {
      statement:
        'Usual post-training makes models follow examples in the context less well, although it helps to elicit what they know.',
      figure: 'tables (unverified)',
      setting: '3 model families, 8–14B parameters',
    },
    c2: {
      statement:
        'On held-out tasks a spectrum-tuned model is steered by examples better than the base and instruction-tuned ones.',
      figure: '“often improves”',
      setting: '3 model families, 8–14B parameters',
    },
    c3: {
      statement: 'Its samples reach more distinct valid answers.',
      figure: 'yield; no figure at hand',
      setting: '3 model families, 8–14B parameters',
    },
    c4: {
      statement: 'Its probabilities are closer to the true distribution on held-out data.',
      figure: 'Jensen–Shannon divergence; no figure at hand',
      setting: '3 model families, 8–14B parameters',
    },
  },
});
