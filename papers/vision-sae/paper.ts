import { definePaper } from '@working-papers/paper-kit';

export const paper = definePaper({
  slug: 'vision-sae',
  title: 'Probing the Representational Power of Sparse Autoencoders in Vision Models',
  authors: [
    'Matthew Lyle Olson',
    'Musashi Hinck',
    'Neale Ratzlaff',
    'Changbai Li',
    'Phillip Howard',
    'Vasudev Lal',
    'Shao-Yen Tseng',
  ],
  arxivId: '2508.11277',
  published: '2025-08-15',
  organizations: [],
  venue: 'ICCV 2025 workshops',
  family: 'sae',
  tags: [
    'sparse autoencoders',
    'vision encoders',
    'out-of-distribution detection',
    'activation steering',
    'multimodal models',
    'interpretability',
  ],
  links: {},
  summary: [
    'To take language models apart, people train sparse autoencoders (SAEs); less is known of what they find in vision. This paper tests what their latents are good for in three kinds of model: image encoders, multimodal language models and diffusion models.',
    'An SAE is trained on image embeddings, on the tokens of a text encoder or on a residual stream, and its latents are put to work: to detect unusual inputs, to generalise to shifted data, to recover the hierarchy of classes, and to steer an image generator by pushing a single latent of its text encoder, with a pipeline that finds readable attributes by itself. In a multimodal model some latents respond to a word as well as to pictures of the thing. We could read only the abstract, so the claims below are directions without numbers.',
    'On an ordinary computer the same questions can be put to small encoders trained on CIFAR-10 and MNIST, with the controls that decide: random SAEs, raw coordinates, a shuffled class tree, and outliers that resemble the training classes.',
  ].join('\n\n'),
  claims: {
    c1: {
      statement: 'The latents stand for meaningful properties of images.',
      figure: 'not accessible',
      setting: 'embedding models such as DINOv2 and CLIP',
    },
    c2: {
      statement: 'Inputs from outside the training distribution can be detected from the latents.',
      figure: 'not accessible',
      setting: 'embedding models',
    },
    c3: {
      statement: 'Latents generalise better to shifted data.',
      figure: 'not accessible',
      setting: 'embedding models',
    },
    c4: {
      statement: 'The latents mirror the hierarchy of classes that the model has learned.',
      figure: 'not accessible (in a companion paper the effect grows with depth)',
      setting: 'ImageNet and WordNet',
    },
    c5: {
      statement:
        'Pushing latents of the text encoder steers a diffusion model, and the attributes to push are found automatically.',
      figure: 'qualitative',
      setting: 'text-to-image',
    },
    c6: {
      statement: 'In a multimodal language model pictures and words share latents.',
      figure: 'exploratory',
      setting: 'models of the LLaVA class',
    },
  },
});
