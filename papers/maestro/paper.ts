import { definePaper } from '@working-papers/paper-kit';

export const paper = definePaper({
  slug: 'maestro',
  title: 'Maestro: Uncovering Low-Rank Structures via Trainable Decomposition',
  authors: ['Samuel Horvath', 'Stefanos Laskaridis', 'Shashank Rajput', 'Hongyi Wang'],
  arxivId: '2308.14929',
  published: '2023-08-28',
  organizations: [],
  venue: 'ICML 2024',
  family: 'representation',
  tags: [
    'low-rank factorisation',
    'ordered dropout',
    'model compression',
    'pruning',
    'principal component analysis',
  ],
  links: { code: 'https://github.com/SamuelHorvath/Maestro-LoD' },
  codeLicense: 'Apache-2.0',
  summary: [
    'Networks are often made smaller after training, for example by truncating the singular value decomposition (SVD) of each layer. That ignores the data and the other layers, and every target size has to be tuned anew.',
    'Maestro keeps each layer as a product of two factors and trains them so that the rank-one terms come out sorted by importance. At every step one layer is cut to a randomly drawn rank while the rest run in full, so the first k terms must be useful on their own for every k. A group lasso shrinks trailing terms that are not needed, and they are pruned on the way. One run therefore gives a rank for each layer and a series of smaller models, each part of the next. With uniform inputs the factors of a linear map provably turn into its SVD, and those of a linear autoencoder into the principal components.',
    'The linear results take seconds on an ordinary computer. Digits and clothes are enough to plot accuracy against multiply-adds, next to truncated SVD, training at a fixed rank and networks that are simply narrower.',
  ].join('\n\n'),
  claims: {
    c1: {
      statement:
        'Training under sampled ranks turns the factors of a linear map into its singular value decomposition if the inputs are uniform.',
      figure: 'theorem and notebook: A_k tends to the best rank-k matrix for every k',
      setting: 'random 9 × 6 matrix of rank 3',
    },
    c2: {
      statement:
        'A linear autoencoder trained this way finds the principal components, and the importances reveal the true rank.',
      figure: 'theorem and notebook',
      setting: '3-dimensional data in 10 dimensions',
    },
    c3: {
      statement:
        'Models are smaller at the same accuracy than with SVD, pruning or training at a fixed rank.',
      figure: 'main tables (unverified)',
      setting: 'MNIST, CIFAR-10, ImageNet, Multi30k',
    },
    c4: {
      statement: 'A single training run gives a smooth exchange of accuracy for latency.',
      figure: 'curve of accuracy against FLOPs',
      setting: 'MNIST, CIFAR-10, ImageNet, Multi30k',
    },
  },
});
