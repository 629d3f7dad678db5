import { definePaper } from '@working-papers/paper-kit';

export const paper = definePaper({
  slug: 'gba',
  title: 'Taming Polysemanticity in LLMs: Provable Feature Recovery via Sparse Autoencoders',
  authors: ['Siyu Chen', 'Heejune Sheen', 'Xuyuan Xiong', 'Tianhao Wang', 'Zhuoran Yang'],
  arxivId: '2506.14002',
  published: '2025-06-16',
  organizations: [
    'Yale University',
    'Shanghai Jiao Tong University',
    'Toyota Technological Institute at Chicago',
  ],
  venue: 'ICLR 2026',
  family: 'sae',
  tags: [
    'sparse autoencoders',
    'feature recovery',
    'identifiability',
    'interpretability',
    'theory',
    'language models',
  ],
  links: { project: 'https://y-agent.github.io/taming-sae-gba' },
  summary: [
    'The sparsity of a sparse autoencoder is usually set indirectly, by the weight of a penalty or by the number k of active latents, which takes tuning and yields features that differ from seed to seed. The authors observe that a latent finds a true feature only when the two are about equally frequent.',
    'Group bias adaptation therefore controls firing frequency itself. Biases are kept out of the gradient; a feedback rule raises the threshold of a latent that fires more often than its target and lowers that of a nearly dead one. Targets differ by group, in a geometric series, so that every feature meets some group tuned to its frequency. For a simplified form with one group the paper proves that every feature is recovered, with high probability, from sparse mixtures of Gaussian ones. On a language model of 1.5B parameters it is reported to match TopK in reconstruction and to agree better across seeds.',
    'On an ordinary computer one can plant known features in synthetic data, sweep the target frequency, and count how many features this method and TopK recover for each setting.',
  ].join('\n\n'),
  claims: {
    c1: {
      statement:
        'Recovery is guaranteed in theory and is best where firing and feature frequency match, in a band that is narrow for d < √n and wide for d > √n.',
      figure: 'theorem and heat maps',
      setting: 'synthetic',
    },
    c2: {
      statement:
        'In reconstruction at a given sparsity, GBA is ahead of L1 and of a single group (BA) and level with TopK.',
      figure: 'curves',
      setting: 'Qwen2.5-1.5B, 66k latents, The Pile',
    },
    c3: {
      statement: 'Its features agree better across seeds than those of TopK.',
      figure: 'MCS tables, 6 seeds',
      setting: 'Qwen2.5-1.5B, 66k latents, The Pile',
    },
    c4: {
      statement:
        'It works without tuning on data of mixed sparsity, where TopK fails at a wrong k.',
      figure:
        'FRR(0.8/0.9): TopK k = 20 100 / 98.4%, k = 30 98.4 / 24.2%, k = 50 94.5 / 23.4%; GBA 100 / 100%; GBA with wrong frequency range 38.3 / 3.9%',
      setting: 'synthetic, n = 128, d = 42, half the samples s = 3, half s = 20',
    },
    c5: {
      statement: 'It is competitive on SAEBench and leaves almost no latent dead.',
      figure: 'EV 0.902, absorption 0.0041, alive 0.970, best on 4 of 9',
      setting:
        'Gemma-2-2B (L0 about 300; a reviewer: 600+ in the submitted table, no multiple seeds)',
    },
  },
});
