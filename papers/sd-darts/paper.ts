import { definePaper } from '@working-papers/paper-kit';

export const paper = definePaper({
  slug: 'sd-darts',
  title: 'Improving Differentiable Architecture Search via Self-Distillation',
  authors: ['Xunyu Zhu', 'Jian Li', 'Yong Liu', 'Weiping Wang'],
  arxivId: '2302.05629',
  published: '2023-02-11',
  organizations: [],
  venue: 'Neural Networks (2023)',
  family: 'representation',
  tags: [
    'neural architecture search',
    'self-distillation',
    'loss sharpness',
    'image classification',
  ],
  links: {},
  summary: [
    'Differentiable architecture search (DARTS) trains one supernet in which each connection is a weighted blend of candidate operations, then keeps the strongest operation of each. The supernet often settles in a sharp minimum, so this rounding to a single choice costs much of its accuracy.',
    'SD-DARTS lets the supernet learn from its own past. Snapshots of earlier steps act as teachers: their predictions are combined by a vote, and the current supernet is trained to agree with the vote as well as with the labels. That holds back moves along sharp directions, and a flatter minimum suffers less when it is rounded. The paper reports lower sharpness, a smaller gap between supernet and final network, an advantage of several teachers over a single one, and better architectures than competing methods find.',
    'In a search space so small that all of its 125 cells can be trained, the best cell is known. There a reader with an ordinary computer can measure the sharpness, the accuracy lost in rounding and the true rank of the chosen cell, with label smoothing and equal computation as controls.',
  ].join('\n\n'),
  claims: {
    c1: {
      statement: 'Distilling from its own past makes the loss surface of the supernet less sharp.',
      figure: 'qualitative (figures unverified)',
      setting: 'DARTS space, NAS-Bench-201',
    },
    c2: {
      statement: 'The accuracy lost between the supernet and the network derived from it shrinks.',
      figure: 'no figure at hand',
      setting: 'DARTS space, NAS-Bench-201',
    },
    c3: {
      statement: 'A vote of several teachers works better than a single one.',
      figure: 'no figure at hand',
      setting: 'ablation',
    },
    c4: {
      statement: 'The architectures found beat those of other state-of-the-art searches.',
      figure: 'typical errors of the DARTS space on CIFAR-10 are 2.4–2.8% (unverified)',
      setting: 'CIFAR-10, CIFAR-100, ImageNet',
    },
  },
});
