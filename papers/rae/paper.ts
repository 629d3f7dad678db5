import { definePaper } from '@working-papers/paper-kit';

export const paper = definePaper({
  slug: 'rae',
  title: 'Diffusion Transformers with Representation Autoencoders',
  authors: ['Boyang Zheng', 'Nanye Ma', 'Shengbang Tong', 'Saining Xie'],
  arxivId: '2510.11690',
  published: '2025-10-13',
  organizations: ['New York University'],
  venue: 'ICLR 2026',
  family: 'diffusion',
  tags: [
    'representation autoencoders',
    'latent diffusion',
    'diffusion transformers',
    'flow matching',
    'image generation',
    'diffusion models',
  ],
  links: { code: 'https://github.com/bytetriper/RAE' },
  codeLicense: 'MIT',
  summary: [
    'Latent diffusion usually runs in the space of a VAE trained to compress pixels. RAE takes an encoder that already knows what images mean (DINOv2, SigLIP or MAE), keeps it frozen and trains only a decoder back to pixels. A token of the latent then has hundreds of numbers, and ordinary diffusion transformers fail in such a space.',
    'The paper explains why and repairs it. A network narrower than a token, of width d below the dimension n, cannot fit even one image: its error per entry stays above (n − d)/n. The noise schedule has to shift as the latent grows. The decoder is trained on slightly noised latents, since generated ones are never exact. A shallow but wide head spares widening the whole backbone. On ImageNet the result is an FID of 1.51 without guidance and 1.13 with it.',
    'The width limit is exact and takes minutes on an ordinary computer: one picture, several widths, and a loss that stops at the predicted floor. Shift, noised decoder and wide head can be tried on small pictures of clothes, to see in which direction each moves the result.',
  ].join('\n\n'),
  claims: {
    c1: {
      statement:
        'A diffusion transformer generates better images from these latents than from VAE latents.',
      figure: 'FID 1.51 without guidance; 1.13 with guidance, at 256 and 512 px',
      setting: 'ImageNet, DiTᴰᴴ-XL (839M), DINOv2-B',
    },
    c2: {
      statement: 'It gets there in far fewer epochs, without a loss that aligns representations.',
      figure: '47× faster than SiT, 16× faster than REPA (second-hand)',
      setting: 'epochs to equal FID',
    },
    c3: {
      statement: 'A network narrower than the token dimension cannot fit even a single image.',
      figure: 'loss floor of the theorem',
      setting: 'width d < 768',
    },
    c4: {
      statement: 'The noise schedule must be shifted with the dimension of the latent.',
      figure: 'FID 23.08 → 4.81 (unverified)',
      setting: 'DiT-XL, 80 epochs, DINOv2-B latents',
    },
    c5: {
      statement:
        'Training the decoder on noised latents costs reconstruction quality and improves generated images.',
      figure: 'gFID 4.81 → 4.28, rFID 0.49 → 0.57 (unverified)',
      setting: 'noise level τ = 0.8',
    },
    c6: {
      statement: 'A wide, shallow head does better than a wider backbone or no head.',
      figure: 'DiTᴰᴴ-XL: FID 2.16 at 80 epochs (unverified)',
      setting: 'same class of FLOPs',
    },
    c7: {
      statement:
        'Frozen encoders allow reconstructions at least as good as those of a VAE and remain semantic.',
      figure:
        'rFID 0.16 (MAE-B), 0.49–0.58 (DINOv2-B, XL and B decoder); linear probe of the SD-VAE about 8%',
      setting: 'ImageNet',
    },
  },
});
