import { definePaper } from '@working-papers/paper-kit';

export const paper = definePaper({
  slug: 'diffusevae',
  title:
    'DiffuseVAE: Efficient, Controllable and High-Fidelity Generation from Low-Dimensional Latents',
  authors: ['Kushagra Pandey', 'Avideep Mukherjee', 'Piyush Rai', 'Abhishek Kumar'],
  arxivId: '2201.00308',
  published: '2022-01-02',
  organizations: [],
  venue: 'TMLR 2022',
  family: 'diffusion',
  tags: [
    'variational autoencoders',
    'controllable generation',
    'image generation',
    'diffusion models',
    'inference speed',
  ],
  links: { code: 'https://github.com/kpandey008/DiffuseVAE' },
  codeLicense: 'MIT',
  summary: [
    'Two kinds of generative model fail in opposite ways. Variational autoencoders (VAEs) offer a compact code that can be edited, but blur their samples; diffusion models draw sharp images, but slowly and without a compact code.',
    'DiffuseVAE runs them in series. The VAE is trained and frozen; it turns a code into a blurred image, and a conditional diffusion model refines that image, either by receiving it as extra channels or by diffusing around it. Content follows the code, detail follows the noise. As the coarse picture is already given, a few reverse steps go a long way: with ten steps on CelebA-HQ-128 the paper reports an FID of 16.47 against 34.36 for unconditional DDIM. A Gaussian mixture fitted afterwards to the codes of the training images can replace the prior, which those codes do not follow.',
    'On an ordinary computer one can draw the curve of quality against steps for both models on images of clothes, hold either the code or the noise fixed while the other varies, and damage the blurred image on purpose.',
  ].join('\n\n'),
  claims: {
    c1: {
      statement: 'It trades speed for quality on better terms than unconditional DDPM and DDIM.',
      figure: 'FID 16.47 vs 34.36 (DDIM) at T = 10',
      setting: 'CelebA-HQ-128',
    },
    c2: {
      statement: 'Sample quality is near the state of the art and above that of VAEs.',
      figure: 'CIFAR-10 FID about 2.6–3 (Ex-PDE, large net), CelebA-64 about 4 (unverified)',
      setting: 'T = 1000',
    },
    c3: {
      statement: 'The low-dimensional code serves to control synthesis.',
      figure: 'attribute edits, interpolations',
      setting: 'CelebA-HQ',
    },
    c4: {
      statement: 'The model copes with noise in the image that conditions it.',
      figure: 'pictures and FID under noise types',
      setting: 'noisy or blurred VAE output',
    },
  },
});
