import { definePaper } from '@working-papers/paper-kit';

export const paper = definePaper({
  slug: 'subspace-diffusion',
  title: 'Diffusion Models Learn Low-Dimensional Distributions via Subspace Clustering',
  authors: ['Peng Wang', 'Huijie Zhang', 'Zekai Zhang', 'Siyi Chen', 'Yi Ma', 'Qing Qu'],
  arxivId: '2409.02426',
  published: '2024-09-04',
  organizations: ['University of Michigan', 'University of California, Berkeley'],
  venue: 'ICLR 2025 DeLTa workshop',
  family: 'diffusion',
  tags: [
    'subspace clustering',
    'low-dimensional structure',
    'generalisation',
    'memorisation',
    'diffusion models',
    'theory',
  ],
  links: { code: 'https://github.com/huijieZH/Diffusion-Model-Generalizability' },
  codeLicense: 'MIT (root folder), CC-BY-NC-SA-4.0 (edm folder)',
  summary: [
    'A diffusion model can learn to draw new pictures from far fewer examples than the number of pixels suggests. To explain it, this paper assumes that the data are a mixture of low-rank Gaussians: every point lies near one of K flat pieces (linear subspaces) of dimension d, inside a space of dimension n.',
    'The best denoiser for such data has a closed form: project the noisy point onto each subspace and average the projections by how well they explain it. Training a network of this form turns out to be PCA for one subspace and subspace clustering for several. So about d samples per subspace suffice, whatever n is, and fewer do not. Trained neural denoisers show the same jump from copying to generalising; their Jacobian has low rank, and its singular vectors edit images.',
    'All of this can be checked on an ordinary computer, except for large photographs: train the low-rank denoiser beside PCA, watch the error vanish once the number of samples N reaches d, see that the threshold ignores n, and look for the transition in small networks on synthetic data, MNIST and Fashion-MNIST.',
  ].join('\n\n'),
  claims: {
    c1: {
      statement:
        'Minimising the diffusion loss of a low-rank denoiser is the same problem as PCA for one subspace and as subspace clustering for several.',
      figure: 'a theorem, and matching regions of success',
      setting: 'n = 48, K = 1 and 2',
    },
    c2: {
      statement:
        'The number of samples needed is linear in the intrinsic dimension d, and learning sets in abruptly at N = d.',
      figure: 'success if and only if N ≥ d',
      setting: 'd from 2 to 8, N from 2 to 15 (unverified)',
    },
    c3: {
      statement: 'Neural denoisers trained on such mixtures go through the same transition.',
      figure: 'curve of the generalisation score against N/d',
      setting: 'U-Net on a mixture of low-rank Gaussians, n = 48',
    },
    c4: {
      statement:
        'Real images show a transition in N too, and the Jacobian of a denoiser trained on them has low rank.',
      figure: 'rank far below n',
      setting: 'CIFAR-10, CelebA, FFHQ, AFHQ',
    },
    c5: {
      statement:
        'Moving along a singular vector of the Jacobian changes one meaningful property of an image.',
      figure: 'example pictures',
      setting: 'pretrained diffusion models',
    },
  },
});
