import { definePaper } from '@working-papers/paper-kit';

export const paper = definePaper({
  slug: 'deep-jepa',
  title:
    'How JEPA Avoids Noisy Features: The Implicit Bias of Deep Linear Self Distillation Networks',
  authors: [
    'Etai Littwin',
    'Omid Saremi',
    'Madhu Advani',
    'Vimal Thilak',
    'Preetum Nakkiran',
    'Chen Huang',
    'Joshua Susskind',
  ],
  arxivId: '2407.03475',
  published: '2024-07-03',
  organizations: ['Apple'],
  venue: 'NeurIPS 2024',
  family: 'representation',
  tags: [
    'joint-embedding prediction',
    'learning dynamics',
    'deep linear networks',
    'self-supervised learning',
    'theory',
  ],
  links: {},
  summary: [
    'A masked autoencoder learns by predicting pixels; a joint-embedding predictive architecture (JEPA) learns by predicting its own embedding of the target. The second is said to ignore noisy detail, but why it should was not understood.',
    "The paper studies both on one deep linear encoder, with data whose covariance matrices are diagonal, so that each coordinate is a feature. A feature has a covariance λ between the two views and a regression coefficient ρ, which falls as noise is added although λ stays the same. Training from a small initial scale can then be solved feature by feature. Both objectives learn features of large λ first. Only JEPA also favours large ρ, and does so more strongly in deeper encoders: powers of 1/ρ enter its learning time with factors that diverge as the initial scale shrinks, whereas the autoencoder's leading term is free of ρ. Where λ rises as ρ falls, the two can learn in opposite order.",
    'On an ordinary computer one can integrate the equations, train the linear networks on synthetic data and on patches of photographs, and see the order reverse as layers are added.',
  ].join('\n\n'),
  claims: {
    c1: {
      statement:
        'JEPA learns features of high ρ first, while the order of a masked autoencoder does not depend on ρ.',
      figure: 'qualitative (figure of ODE simulations)',
      setting: 'equal λ, varying ρ',
    },
    c2: {
      statement: 'Among features of equal ρ, both objectives learn those of larger λ first.',
      figure: 'qualitative',
      setting: 'equal ρ, varying λ',
    },
    c3: {
      statement:
        'Where λ grows as ρ shrinks, JEPA and the masked autoencoder learn the features in reverse order.',
      figure: 'qualitative',
      setting: 'grid that trades λ against ρ',
    },
    c4: {
      statement:
        "JEPA's preference for high ρ comes with depth: absent for one layer, up to logarithms, and stronger with every further one.",
      figure:
        't* = (1/λ) Σ_{n=1}^{2L−1} L / (n ρ^{2L−n−1} ε^{n/L}) + Θ(log ε) for JEPA; (1/λ) L/(L−1) ε^{−(L−1)/L} + Θ(1) for MAE with L > 1',
      setting: 'L in {1, 2, 3, 5}',
    },
    c5: {
      statement:
        'The equations describe gradient descent on real deep linear networks, and hold for both linear generative models too.',
      figure: 'curves overlap',
      setting: 'synthetic Gaussian data',
    },
  },
});
