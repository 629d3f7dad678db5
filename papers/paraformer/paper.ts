import { definePaper } from '@working-papers/paper-kit';

export const paper = definePaper({
  slug: 'paraformer',
  title:
    'Paraformer: Fast and Accurate Parallel Transformer for Non-autoregressive End-to-End Speech Recognition',
  authors: ['Zhifu Gao', 'Shiliang Zhang', 'Ian McLoughlin', 'Zhijie Yan'],
  arxivId: '2206.08317',
  published: '2022-06-16',
  organizations: [],
  venue: 'INTERSPEECH 2022',
  family: 'representation',
  tags: [
    'speech recognition',
    'non-autoregressive decoding',
    'integrate-and-fire',
    'inference speed',
    'transformers',
  ],
  links: { code: 'https://github.com/modelscope/FunASR' },
  codeLicense: 'MIT',
  summary: [
    'A speech recogniser that writes one token after another is accurate but slow. To write all of them at once, a model must first guess how many there are, and tokens chosen independently may not fit together.',
    "Paraformer counts by integrate-and-fire: every audio frame gets a weight, the weights are added up along time, and whenever the sum passes one, an embedding for a token is emitted. A decoder turns all embeddings into text in one pass. To teach it how tokens depend on each other, training swaps some embeddings for those of the true tokens, more of them the worse a first attempt was; in use this help is absent. A last stage of training lowers the expected word error with sampled negatives. The paper reports accuracy close to step-by-step decoding at more than ten times the speed; the authors' own run on AISHELL-1 has 5.11% character errors.",
    'With synthetic speech a reader can train both decoders on one encoder on an ordinary computer, and compare error rates, token counts and honest decoding times, with CTC as a third, cheaper rival.',
  ].join('\n\n'),
  claims: {
    c1: {
      statement: 'Accuracy is comparable to that of an autoregressive transformer.',
      figure:
        "repository's run on AISHELL-1: CER dev 4.66 / test 5.11 without CTC in decoding, 4.52 / 4.94 with it; autoregressive row about the same (unverified)",
      setting: 'AISHELL-1, AISHELL-2, 20,000 h of speech',
    },
    c2: {
      statement: 'Decoding is more than ten times faster.',
      figure: '> 10×',
      setting: 'against autoregressive beam search',
    },
    c3: {
      statement:
        'Integrate-and-fire counts tokens accurately, and the glancing sampler restores the dependence between them.',
      figure: 'ablations: vanilla non-autoregressive → + CIF → + GLM → + MWER (figures unverified)',
      setting: 'AISHELL-1, AISHELL-2, 20,000 h of speech',
    },
  },
});
