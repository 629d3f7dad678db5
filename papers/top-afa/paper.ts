import { definePaper } from '@working-papers/paper-kit';

export const paper = definePaper({
  slug: 'top-afa',
  title: 'Evaluating and Designing Sparse Autoencoders by Approximating Quasi-Orthogonality',
  authors: ['Sewoong Lee', 'Adam Davies', 'Marc E. Canby', 'Julia Hockenmaier'],
  arxivId: '2503.24277',
  published: '2025-03-31',
  organizations: ['University of Illinois Urbana-Champaign'],
  family: 'sae',
  tags: [
    'sparse autoencoders',
    'activation functions',
    'adaptive sparsity',
    'interpretability',
    'language models',
  ],
  links: { code: 'https://github.com/SewoongLee/top-afa-sae' },
  codeLicense: 'MIT',
  summary: [
    'A TopK sparse autoencoder (SAE) needs k, the number of latents that may be active, and theory does not say which k is right. This paper reads it off the input. If decoder directions have length one and are nearly orthogonal, the norm of the code must be close to the norm of the vector it describes; the largest cosine between two directions bounds the error.',
    'Two tools follow. A plot and a score show which layers of an existing SAE are too active or too quiet, which reconstruction error does not reveal. And an activation function, top-AFA, admits latents from the largest down until their norm comes nearest to that of the input, so k differs from token to token. On GPT-2 small the best reconstructions compare with those of the best tuned TopK and BatchTopK models; all of them keep more latents active than the input has dimensions.',
    'On an ordinary computer a reader can check the bound on every token, and compare with TopK both at its best and at equal sparsity, where the numbers published with the code favour TopK.',
  ].join('\n\n'),
  claims: {
    c1: {
      statement:
        'The norm ‖f‖ of the code is close to the norm ‖z‖ of the input, with an error in closed form, and the resulting score exposes layers that MSE does not.',
      figure:
        'plots; for example GPT-2 layer 1: ‖z‖ 4.36 vs ‖f‖ 4.15, layer 9: 125.9 vs 75.9 (the code counts the decoder bias as one latent)',
      setting: 'pretrained autoencoders of GPT-2 and Gemma Scope',
    },
    c2: {
      statement: 'There is no k to tune: each input gets its own.',
      figure: 'mean L0 315–2,419 depending on λ (1,930–2,196 where NMSE is best)',
      setting: 'GPT-2 small, layers 6–8',
    },
    c3: {
      statement:
        'Reconstruction is comparable to, or better than, that of the best tuned k-sparse autoencoder.',
      figure:
        'best NMSE, top-AFA / BatchTopK / TopK: layer 6 1.641e-4 / 1.651e-4 / 1.739e-4 (both at k = 1024), layer 7 1.953e-4 / 1.812e-4 / 1.812e-4, layer 8 1.659e-4 / 1.873e-4 / 1.765e-4; Welch t-test over the last 100 steps p < 1e-3 in six chosen pairs, whose opponents are not always the best k',
      setting: 'GPT-2 small, width 16×, 82M tokens; one logged value near the end of training',
    },
  },
});
