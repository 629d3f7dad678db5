import { definePaper } from '@working-papers/paper-kit';

export const paper = definePaper({
  slug: 'attention-sae',
  title: 'Interpreting Attention Layer Outputs with Sparse Autoencoders',
  authors: ['Connor Kissane', 'Robert Krzyzanowski', 'Joseph Bloom', 'Arthur Conmy', 'Neel Nanda'],
  arxivId: '2406.17759',
  published: '2024-06-25',
  organizations: [],
  venue: 'ICML 2024 mechanistic interpretability workshop',
  family: 'sae',
  tags: [
    'sparse autoencoders',
    'attention heads',
    'induction heads',
    'interpretability',
    'language models',
  ],
  links: { code: 'https://github.com/ckkissane/attention-output-saes' },
  summary: [
    'Sparse autoencoders had been used to read the MLPs and the residual stream of language models. What attention layers compute, and why they hold so many seemingly redundant heads, stayed unclear.',
    "Here the autoencoder reads the concatenated output of all heads of a layer before the final matrix mixes them. Two readings follow: the norm of a feature's decoder weights in each head's slice says how much that head writes it, and, for a given attention pattern, its pre-activation splits exactly into contributions of single source tokens. Seen in this way, features fall into families such as induction, recent context and topic. The authors judge by hand that nine in ten heads of GPT-2 small, or more, do several unrelated jobs, and find that of two induction heads in one layer the first needs a long matching prefix while the second responds to a short one.",
    'On an ordinary computer one can train such autoencoders on every layer of a small transformer, trace each feature back to its source tokens, and measure how induction heads depend on the length of the prefix.',
  ].join('\n\n'),
  claims: {
    c1: {
      statement:
        'Outputs of attention layers can be decomposed into sparse and interpretable features.',
      figure:
        "GPT-2 small: often > 80% CE recovered, < 20 active features, often 80%+ of live features interpretable, in every layer; GELU-2L: 82% of non-dead interpretable, 24% dead (authors' preliminary reports)",
      setting: 'up to Gemma-2B',
    },
    c2: {
      statement: 'Features fall into families: induction, context close by and context far away.',
      figure: '"B next by induction" about 5% of live features (authors\' preliminary report)',
      setting: 'GELU-2L layer 2',
    },
    c3: {
      statement:
        'Nine tenths or more of the heads of GPT-2 small serve several unrelated purposes.',
      figure: '≥ 90% of 144 heads, estimated by hand',
      setting: 'GPT-2 small',
    },
    c4: {
      statement:
        'Of the two induction heads of layer 5, head 5.1 needs a long matching prefix while head 5.5 fires on a short one.',
      figure:
        'score against prefix length separates them; corrupting the prefix lowers attention in 5.1 far more',
      setting: 'GPT-2 small, layer 5',
    },
    c5: {
      statement:
        'Features act as causal variables in the IOI circuit; the token " and" carries its position signal.',
      figure: 'single-feature ablations change the logit difference',
      setting: 'GPT-2 small',
    },
  },
});
