import { definePaper } from '@working-papers/paper-kit';

export const paper = definePaper({
  slug: 'assd',
  title:
    'Reviving Any-Subset Autoregressive Models with Principled Parallel Sampling and Speculative Decoding',
  authors: ['Gabe Guo', 'Stefano Ermon'],
  arxivId: '2504.20456',
  published: '2025-04-29',
  organizations: ['Stanford University'],
  venue: 'ICLR 2026',
  family: 'diffusion-language',
  tags: [
    'any-order models',
    'speculative decoding',
    'infilling',
    'inference speed',
    'language models',
  ],
  links: { code: 'https://github.com/gabeguo/any-order-speculative-decoding' },
  codeLicense: 'MIT',
  summary: [
    'Text generators that fill in many masked tokens in parallel draw each of them independently of the others, so the new tokens can contradict one another; with every token added to a step the text strays further from what the model learned.',
    'An any-subset autoregressive model, of which XLNet is an example, predicts any token from any set of known ones, and can also evaluate the probability of a whole proposal, in a fixed order, in a single pass. Any-subset speculative decoding uses it in both roles: one pass proposes k tokens, a second scores them jointly, and they are accepted from the front until the first rejection, which is redrawn from the residual distribution. The paper proves that the output follows exactly the law of one-at-a-time sampling and never takes more passes than there are tokens to fill. Trained at high masking rates, a model of 110M parameters is reported to infill well.',
    'On an ordinary computer one can test the exactness by enumeration over a toy vocabulary, and measure calls, acceptance and infilling quality on real text with a small model.',
  ].join('\n\n'),
  claims: {
    c1: {
      statement:
        'ASSD draws from exactly the joint distribution of the model, with no more network calls than tokens.',
      figure: 'theorem; equal perplexity and entropy',
      setting: 'WikiText, 95% masked, N = 512',
    },
    c2: {
      statement: 'Generation becomes faster at unchanged quality.',
      figure: "about 10% fewer calls and less time (the repository's own statement)",
      setting: 'k = 5, fine-tuned XLNet',
    },
    c3: {
      statement: 'Trained by the proposed scheme, any-subset autoregressive models generate well.',
      figure: 'best below 200M parameters on infilling',
      setting: 'ROCStories infilling, ROUGE',
    },
    c4: {
      statement: 'On code infilling the model comes close to models fifty times its size.',
      figure: 'pass@1 on infilling (numbers unverified)',
      setting: "HumanEval single-line infilling, against models of DiffuLLaMA's size",
    },
    c5: {
      statement: 'Independent parallel sampling loses quality, whereas ASSD does not.',
      figure: 'qualitative, with a comparison against discrete diffusion',
      setting: 'not stated',
    },
  },
});
