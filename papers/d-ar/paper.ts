import { definePaper } from '@working-papers/paper-kit';

export const paper = definePaper({
  slug: 'd-ar',
  title: 'D-AR: Diffusion via Autoregressive Models',
  authors: ['Ziteng Gao', 'Mike Zheng Shou'],
  arxivId: '2505.23660',
  published: '2025-05-29',
  organizations: ['National University of Singapore'],
  family: 'visual-ar',
  tags: [
    'image tokenizers',
    'coarse-to-fine generation',
    'flow matching',
    'autoregressive image models',
    'image generation',
  ],
  links: { code: 'https://github.com/showlab/D-AR' },
  codeLicense: 'MIT, parts under other licences',
  summary: [
    'Autoregressive image models need an order of tokens, and raster order suits pictures poorly. Most work adapts the model; D-AR changes the tokens and leaves the model alone.',
    'Its tokenizer turns an image into 256 tokens tied to no place. A flow-matching decoder in pixel space consumes them in eight groups: the first 32 tokens steer the noisiest denoising step and the final 32 the cleanest. Since denoising settles large shapes before small ones, the sequence runs from coarse to fine, and causal masks ensure that a group depends on nothing later. An ordinary Llama learns next-token prediction on these sequences. Whenever a group is complete one denoising step can run, so previews appear during generation, and fixing the first tokens fixes the layout. On ImageNet at 256 pixels the 775M model is reported to reach an FID of 2.09.',
    'On an ordinary computer one can train a small version on images of clothes, compare the forward order with reversed and random ones, and watch how early a preview shows the final class.',
  ].join('\n\n'),
  claims: {
    c1: {
      statement:
        'Plain next-token prediction over diffusion tokens competes with established autoregressive models.',
      figure:
        'FID 2.09, IS 298.4 (XL 775M); 2.44, IS 262.9 (L 343M); LlamaGen-L 3.07, XL 2.62 at 576 tokens',
      setting: 'ImageNet 256, 256 tokens',
    },
    c2: {
      statement: 'The tokenizer reconstructs images well.',
      figure: 'rFID 1.52',
      setting: '300M, 8 steps',
    },
    c3: {
      statement: 'The first tokens already give a consistent preview, so images can be streamed.',
      figure: 'qualitative',
      setting: 'not stated',
    },
    c4: {
      statement: 'Layout can be controlled without training for it.',
      figure: 'qualitative',
      setting: 'prefix of tokens',
    },
    c5: {
      statement: 'Tokens are ordered from coarse to fine by design.',
      figure: 'implied by the order',
      setting: 'not stated',
    },
  },
});
