import { definePaper } from '@working-papers/paper-kit';

export const paper = definePaper({
  slug: 'cosmos',
  title: 'Compressed and Smooth Latent Space for Text Diffusion Modeling',
  authors: [
    'Viacheslav Meshchaninov',
    'Egor Chimbulatov',
    'Alexander Shabalin',
    'Aleksandr Abramov',
    'Dmitry Vetrov',
  ],
  arxivId: '2506.21170',
  published: '2025-06-26',
  organizations: ['HSE University', 'Constructor University', 'SaluteDevices'],
  family: 'diffusion-language',
  tags: ['diffusion language models', 'latent diffusion', 'autoencoders', 'language models'],
  links: {},
  summary: [
    'Diffusion models that write text through continuous vectors usually hold one wide vector per token, so every denoising step is as long as the text itself.',
    'Cosmos first learns a short latent sequence. A frozen pretrained encoder reads the text, a resampler with learned queries compresses its activations into N vectors for L tokens, and a decoder restores both the tokens and the activations. In training the activations are masked and noised and the latents perturbed, so that neighbouring points decode to similar text. Diffusion then runs over the N vectors, each step seeing the previous estimate, and the decoder produces all tokens at once. According to the paper, a latent eight times shorter than the text is on a par with diffusion over tokens, longer ones surpass autoregressive baselines too, and inference is more than twice as fast.',
    'On an ordinary computer one can train the autoencoder with and without perturbations on public speeches, read interpolations between two passages, and plot quality against seconds for several lengths of the latent sequence.',
  ].join('\n\n'),
  claims: {
    c1: {
      statement: 'Latents eight times shorter than the text do as well as diffusion over tokens.',
      figure: 'comparable MAUVE and perplexity (numbers unverified)',
      setting: 'story generation, L = 128, N = 16',
    },
    c2: {
      statement: 'Given more latents, it outperforms diffusion and autoregressive baselines.',
      figure: 'best MAUVE (unverified)',
      setting: 'N up to 128; ROCStories, Wikipedia, OWT',
    },
    c3: {
      statement: 'Inference is over twice as fast.',
      figure: '> 2×',
      setting: 'against autoregressive and token-level diffusion models',
    },
    c4: {
      statement:
        'The latent space is smooth thanks to alignment with the frozen encoder and to the augmentations.',
      figure: 'ablations; quality of interpolation',
      setting: 'autoencoder variants',
    },
    c5: {
      statement:
        'It holds its own on stories, question generation, summarisation and detoxification.',
      figure: 'comparable or better',
      setting: 'the four tasks',
    },
  },
});
