import { definePaper } from '@working-papers/paper-kit';

export const paper = definePaper({
  slug: 'mar-3d',
  title: 'MAR-3D: Progressive Masked Auto-regressor for High-Resolution 3D Generation',
  authors: [
    'Jinnan Chen',
    'Lingting Zhu',
    'Zeyu Hu',
    'Shengju Qian',
    'Yugang Chen',
    'Xin Wang',
    'Gim Hee Lee',
  ],
  arxivId: '2503.20519',
  published: '2025-03-26',
  organizations: ['National University of Singapore', 'University of Hong Kong', 'LIGHTSPEED'],
  venue: 'CVPR 2025 (highlight)',
  family: 'visual-ar',
  tags: [
    '3d generation',
    'masked autoregression',
    'coarse-to-fine generation',
    'diffusion heads',
    'shape autoencoders',
  ],
  links: { project: 'https://github.com/jinnan-chen/MAR3D' },
  summary: [
    'Generating 3D shapes token by token meets two obstacles: the latent vectors of a shape have no natural order, and rounding them to a codebook loses detail.',
    'MAR-3D encodes a point cloud as a set of continuous vectors, with an autoencoder that reads the surface at three densities. A masked transformer then fills in the vectors in random order, each drawn by a small diffusion head, given one image of the object. A second stage of the same kind goes from 256 vectors to 1024. The coarse vectors it starts from are mixed with noise, because those met at generation time are imperfect. On the GSO benchmark the paper reports an F-score of 0.944 against 0.923 for InstantMesh; without the added noise it drops to 0.902, the largest loss of all ablations.',
    'Collections of web scale are out of reach, but solid parts of toy bricks, with fewer vectors, put the same questions. On an ordinary computer a reader can check whether several densities improve reconstruction, whether noise closes the gap between real and generated coarse vectors, and whether the second stage pays.',
  ].join('\n\n'),
  claims: {
    c1: {
      statement: 'From a single image it makes better meshes than open-source competitors.',
      figure:
        'GSO: F-score 0.944, CD 0.351, NC 0.835 vs InstantMesh 0.923 / 0.415 / 0.780 and TripoSR 0.834 / 0.644 / 0.727; OmniObject3D: 0.931 / 0.364 / 0.826',
      setting: 'single image to mesh',
    },
    c2: {
      statement: 'Reading the surface at several densities packs more detail into each token.',
      figure:
        '1024 tokens with the pyramid beat 2048 of a single level; without the pyramid F-score 0.928, CD 0.397',
      setting: 'ablation',
    },
    c3: {
      statement: 'Adding noise to the coarse condition matters more than any other part.',
      figure: 'without it F-score 0.902, CD 0.435 (worst ablation)',
      setting: 'ablation',
    },
    c4: {
      statement: 'The second, high-resolution stage improves the result.',
      figure: 'without it F-score 0.921, CD 0.411',
      setting: 'ablation',
    },
    c5: {
      statement:
        'Masked autoregression in random order scales better with the number of tokens than a diffusion transformer over all of them.',
      figure:
        'figures: better at 256 tokens; at 1024 both struggle when trained directly, while the cascade works',
      setting: '256 and 1024 tokens',
    },
    c6: {
      statement:
        'Revealing tokens on a cosine schedule beats a uniform one, and rotating the training shapes helps.',
      figure: '0.934 without rotation augmentation',
      setting: 'ablation',
    },
  },
});
