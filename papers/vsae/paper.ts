import { definePaper } from '@working-papers/paper-kit';

export const paper = definePaper({
  slug: 'vsae',
  title: 'Analysis of Variational Sparse Autoencoders',
  authors: ['Zachary Baker', 'Yuxiao Li'],
  arxivId: '2509.22994',
  published: '2025-09-26',
  organizations: [],
  family: 'sae',
  tags: [
    'sparse autoencoders',
    'variational autoencoders',
    'dead latents',
    'negative results',
    'interpretability',
    'language models',
  ],
  links: { code: 'https://github.com/ZachData/SPAR-Variational-Sparse-Autoencoders' },
  summary: [
    'Would a sparse autoencoder (SAE) order its features better if its code were sampled instead of computed? The variational SAE (vSAE) draws each latent from a Gaussian posterior and pulls it towards a standard normal prior; the authors expected the noise to push features apart.',
    'The result is negative. On activations of Pythia-70M the vSAE does worse than a TopK SAE on the core metrics, and many more of its latents are dead: 1,474 of 8,192 were used at least once, against 7,379. It does score better on independence of features and on ablation tests. The paper blames the KL term, which shrinks activations. Later notes by the author add that the evaluated models had a fixed variance and never sampled, and that only the baseline had the loss that revives dead latents.',
    'So the question is worth asking again. On an ordinary computer a reader can train every variant on a small language model, vary sampling, KL weight and revival loss one at a time, and see which of them kills latents.',
  ].join('\n\n'),
  claims: {
    c1: {
      statement:
        'The variational autoencoder is worse on the core metrics: reconstruction, cross-entropy and sparse probing.',
      figure: 'direction only; numbers not accessible',
      setting: 'Pythia-70M, k = 256',
    },
    c2: {
      statement:
        'It is better on independence of features, on robustness and on the ablation metrics SCR and TPP.',
      figure: 'direction only',
      setting: 'Pythia-70M, k = 256',
    },
    c3: {
      statement: 'Far fewer of its latents are alive.',
      figure: 'used at least once in 1.0M tokens: 1,474 of 8,192 vs 7,379 (TopK)',
      setting: 'Pythia-70M, k = 256; summaries in the repository',
    },
    c4: {
      statement: 'The pressure of the KL term is what kills them.',
      figure:
        'living of 2,048: 1,605 / 1,301 / 1,013 / 724 at β = 1e-4 / 1e-2 / 1 / 100, with equal AuxK',
      setting: 'GELU-1L; summaries in the repository',
    },
    c5: {
      statement: 'Features are neither better organised nor easier to interpret.',
      figure: 'visual: t-SNE maps and single features',
      setting: 'Pythia-70M, k = 256',
    },
  },
});
