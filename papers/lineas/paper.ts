import { definePaper } from '@working-papers/paper-kit';

export const paper = definePaper({
  slug: 'lineas',
  title: 'LinEAS: End-to-end Learning of Activation Steering with a Distributional Loss',
  authors: [
    'Pau Rodríguez',
    'Michal Klein',
    'Eleonora Gualdoni',
    'Valentino Maiorca',
    'Arno Blaas',
    'Luca Zappella',
    'Marco Cuturi',
    'Xavier Suau',
  ],
  arxivId: '2503.10679',
  published: '2025-03-11',
  organizations: ['Apple'],
  venue: 'NeurIPS 2025',
  family: 'sae',
  tags: [
    'activation steering',
    'optimal transport',
    'toxicity mitigation',
    'sparsity',
    'language models',
    'text-to-image',
  ],
  links: {},
  summary: [
    'Activation steering changes what a frozen generative model produces by small edits of its internal activations, for instance to make a language model less toxic. Methods that need only two unpaired sets of examples usually fit each layer by itself, and overlook that a shift in an early layer moves everything behind it.',
    'LinEAS places one affine map per neuron (a scale and a shift) after chosen layers and trains all of them together. Its loss compares, neuron by neuron, the steered source activations with untouched target activations by the one-dimensional Wasserstein distance, and adds this up over the layers. A sparsity penalty can switch most maps off. From 32 toxic and 32 harmless sentences the toxicity rate of Gemma2-2B falls from 4.00% to 0.73%, against 1.17% for the next best comparable method. The same maps steer image generators.',
    'On an ordinary computer a reader can learn such maps for a small language model, for example to move its prose from a novel towards a presidential address, and compare methods at equal loss of perplexity rather than at an arbitrary strength.',
  ].join('\n\n'),
  claims: {
    c1: {
      statement:
        'Among methods that see only 32 + 32 unpaired sentences it lowers toxicity most, and comes near an oracle trained on the test classifier.',
      figure:
        'toxicity on RTP / TET in %: Gemma2-2B none 4.00 / 13.39, Lin-AcT 1.60 / 7.76, ITI-C 1.17 / 7.15, LinEAS 0.73 / 4.02, LoFiT-RL 0.40 / 1.76; none, Lin-AcT, ITI-C, LinEAS on Qwen2.5-1.5B 3.00 / 23.09, 1.50 / 13.88, 1.87 / 18.16, 1.07 / 12.70 and on Qwen2.5-7B 3.92 / 25.16, 2.72 / 21.64, 2.63 / 19.98, 1.95 / 14.95',
      setting: '32 source and 32 target sentences, 4 seeds',
    },
    c2: {
      statement: 'Steering costs the language model little of its general ability.',
      figure:
        'MMLU −0.6 to −1.0; perplexity of Gemma2-2B 14.79 → 15.46, with CAA 23.5 (and MMLU 26.9)',
      setting: '32 source and 32 target sentences, 4 seeds',
    },
    c3: {
      statement:
        'Touching only about 1% of the neurons keeps the mitigation and improves perplexity and MMLU.',
      figure: 'curve over the share of neurons touched',
      setting: 'Qwen2.5-7B',
    },
    c4: {
      statement: 'About 32 examples suffice, and results stay stable with more of them.',
      figure: 'curve over N',
      setting: 'N from 1 to 1,024',
    },
    c5: {
      statement:
        'It depends less on which layers are steered than methods that fit each layer alone.',
      figure: 'on two models Lin-AcT and ITI-C at post-layernorm raise toxicity',
      setting: 'Table 9 of the paper',
    },
    c6: {
      statement: 'For text-to-image steering users prefer its pictures.',
      figure:
        'preferred by 63.3% vs 24.4% (Lin-AcT) and 12.4% (ITI-C); IMGScore 0.66 / 0.45 / 0.24 at equal CLIPScore 0.18–0.19',
      setting: 'DMD2, 15 concepts',
    },
    c7: {
      statement: 'Steering towards two concepts at once remains hard for every method.',
      figure: '19% vs 17% (prompting) and about 1% (Lin-AcT)',
      setting: 'two concepts composed',
    },
  },
});
