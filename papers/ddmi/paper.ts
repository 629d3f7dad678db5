import { definePaper } from '@working-papers/paper-kit';

export const paper = definePaper({
  slug: 'ddmi',
  title:
    'DDMI: Domain-Agnostic Latent Diffusion Models for Synthesizing High-Quality Implicit Neural Representations',
  authors: ['Dogyun Park', 'Sihyeon Kim', 'Sojin Lee', 'Hyunwoo J. Kim'],
  arxivId: '2401.12517',
  published: '2024-01-23',
  organizations: ['Korea University'],
  venue: 'ICLR 2024',
  family: 'diffusion',
  tags: [
    'implicit neural representations',
    'latent diffusion',
    'variational autoencoders',
    'diffusion models',
  ],
  links: { code: 'https://github.com/mlvlab/DDMI' },
  codeLicense: 'MIT',
  summary: [
    'An implicit neural representation holds a signal as a function from coordinates to values, which can be evaluated at any resolution and suits pictures, shapes or video alike. Generative models of such functions usually produced the weights of a network that reads coordinates through a fixed embedding, and their samples stayed crude.',
    'DDMI shares one network among all samples and generates the embedding instead. A variational autoencoder maps a signal to a latent; its decoder unfolds the latent into feature grids at three resolutions, which are interpolated at each coordinate and enter the shared network from coarse to fine, each at a later block. A diffusion model is then trained on the latent. The argument is that grids carry far more about a sample than a few modulated weights can. The paper applies the recipe to images, 3D shapes, radiance fields and videos and reports better samples than earlier methods of this kind.',
    'On an ordinary computer one can train generators of embeddings and of weights, equal in size, on small images, shapes and sounds, and render a single latent at resolutions never seen in training.',
  ].join('\n\n'),
  claims: {
    c1: {
      statement: 'Generating embeddings gives better samples than generating weights.',
      figure: 'CelebA-HQ 64 FID 9.7 vs 13.5 GASP, 40.4 Functa, 13.2 DPF (unverified)',
      setting: 'CelebA-HQ, AFHQv2',
    },
    c2: {
      statement: 'A single recipe serves four kinds of signal on seven data sets.',
      figure: 'tables per modality: FID; COV/MMD; FVD',
      setting: 'images, ShapeNet shapes, NeRF (SRN cars), video (SkyTimelapse)',
    },
    c3: {
      statement:
        'Grids at several resolutions, read from coarse to fine, make the model more expressive.',
      figure: 'ablation (numbers unverified)',
      setting: 'AFHQv2',
    },
    c4: {
      statement: 'Output at any resolution shows the same content.',
      figure: 'pictures at 256–2048 px',
      setting: 'one latent, many grids',
    },
  },
});
