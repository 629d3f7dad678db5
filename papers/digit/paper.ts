import { definePaper } from '@working-papers/paper-kit';

export const paper = definePaper({
  slug: 'digit',
  title: 'Stabilize the Latent Space for Image Autoregressive Modeling: A Unified Perspective',
  authors: ['Yongxin Zhu', 'Bocheng Li', 'Hang Zhang', 'Xin Li', 'Linli Xu', 'Lidong Bing'],
  arxivId: '2410.12490',
  published: '2024-10-16',
  organizations: [],
  venue: 'NeurIPS 2024',
  family: 'visual-ar',
  tags: [
    'image tokenizers',
    'self-supervised learning',
    'clustering',
    'autoregressive image models',
    'image generation',
  ],
  links: { code: 'https://github.com/DAMO-NLP-SG/DiGIT' },
  codeLicense: 'MIT',
  summary: [
    'Autoregressive image models long did worse than diffusion and masked models on the very same image codes. The paper blames instability: codes trained for reconstruction change under small perturbations of the pixels, and a model that writes from left to right cannot revise a wrong token.',
    "DiGIT builds its tokens from a discriminative encoder. Features of image patches, from a self-supervised network kept frozen (DINOv2), are clustered by k-means, the index of the nearest centre is the token, and a plain GPT learns to predict the next one. A second transformer renders these tokens into VQGAN codes and so into pixels. In the paper's measurements the new tokens change less under noise, the unconditional FID on ImageNet falls from 24.38 to 9.66 at equal size and to 4.59 with 732M parameters, and a linear probe on the GPT classifies images well.",
    'On an ordinary computer one can train a small self-supervised encoder, count how many tokens of either kind change as noise is added, and compare generation with controls such as a random encoder.',
  ].join('\n\n'),
  claims: {
    c1: {
      statement:
        'Autoregression over discriminative tokens outperforms autoregression over VQ tokens.',
      figure:
        'FID 24.38 → 9.66 (same size), 9.13 with longer training, 4.59 at 732M; IS 30.93 → 69.15 → 141.29',
      setting: 'ImageNet 256 unconditional, 214–219M',
    },
    c2: {
      statement: 'The discriminative latent space changes less under noise.',
      figure:
        'token change at SNR 30/20/10/1 dB: VQ .187/.487/.805/.948, discriminative .114/.260/.457/.687; cosine at 10 dB .777 vs .888',
      setting: 'Table 1',
    },
    c3: {
      statement: 'A GPT-style model surpasses latent diffusion, which none had done before.',
      figure:
        'FID unconditional 4.59 vs LDM 39.1, ADM 26.2; class-conditional 3.39 (732M), 4.79 (219M) vs LDM-4 10.56, DiT-XL/2 9.62 without guidance',
      setting: 'ImageNet 256',
    },
    c4: {
      statement: 'The GPT also learns to recognise images, as a linear probe shows.',
      figure: '71.7% (219M), 80.3% (732M) vs AIM 70.5, VIM 73.2',
      setting: 'ImageNet',
    },
    c5: {
      statement: 'Larger models do better.',
      figure: 'FID 9.13 → 4.59',
      setting: '219M → 732M',
    },
    c6: {
      statement: 'Results depend on the kind of self-supervised encoder.',
      figure: 'FID MAE 45.5, MoCo 20.4, iBOT 16.8, VQGAN 24.4 (small model)',
      setting: 'ablation',
    },
    c7: {
      statement: 'The gain does not come from better reconstruction.',
      figure: 'FID of reconstructed validation data 1.92 (DiGIT + VQ) vs 1.67 (VQ only)',
      setting: 'ImageNet',
    },
    c8: {
      statement:
        'Continuing a prefix of real tokens, the model on discriminative tokens stays good as the prefix gets shorter.',
      figure: 'curve',
      setting: '219M',
    },
  },
});
