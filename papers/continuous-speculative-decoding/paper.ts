import { definePaper } from '@working-papers/paper-kit';

export const paper = definePaper({
  slug: 'continuous-speculative-decoding',
  title: 'Continuous Speculative Decoding for Autoregressive Image Generation',
  authors: ['Zili Wang', 'Robert Zhang', 'Kun Ding', 'Qi Yang', 'Fei Li', 'Shiming Xiang'],
  arxivId: '2411.11925',
  published: '2024-11-18',
  organizations: [],
  family: 'acceleration',
  tags: [
    'speculative decoding',
    'diffusion heads',
    'autoregressive image models',
    'image generation',
    'inference speed',
  ],
  links: { code: 'https://github.com/MarkXCloud/CSpD' },
  codeLicense: 'MIT',
  summary: [
    'Some autoregressive image models draw continuous tokens, one after another, with a small diffusion head. Speculative decoding would let a small model propose several tokens and a large one check them in a single pass. It needs the ratio of their probabilities, however, and to know the density of what a diffusion head returns one would have to integrate over all denoising paths.',
    'The paper gives target and draft the same noise. Along paths aligned in this way the Gaussian terms of all earlier steps cancel, which leaves the final step and a factor for the variances. Drafts are accepted from the front; for the first rejected one a replacement is drawn by acceptance-rejection; and the target generates a short prefix alone, because early tokens agree least. No training is needed. With MAR-H as target the reported speed-up is 2.33 at batch size 256, while FID moves from 2.35 to 2.36.',
    'On an ordinary computer one can check in one dimension that the rule leaves the law of the output intact, compare acceptance with its formula, and time small draft and target models.',
  ].join('\n\n'),
  claims: {
    c1: {
      statement: 'Existing models run faster with the method.',
      figure: '2.33× (batch size 256), 1.44× (batch size 1)',
      setting: 'MAR-H 943M target, MAR-B 208M draft, γ = 32, ImageNet 256, A100',
    },
    c2: {
      statement: 'The distribution of the output is preserved.',
      figure: 'FID 2.35 → 2.36 ± 0.05',
      setting: 'MAR-H 943M target, MAR-B 208M draft, γ = 32, ImageNet 256, A100',
    },
    c3: {
      statement: 'It is the alignment of the two denoising paths that makes acceptance possible.',
      figure:
        'acceptance 0.07 → 0.30 (γ = 32), token distance 2.56 → 1.13; shared-path ratio 5e-23, acceptance 0 (unverified)',
      setting: 'MAR-H and MAR-B',
    },
    c4: {
      statement:
        'A short start by the target alone makes early drafts pass more often, at no cost.',
      figure:
        'prefill 0% / 5% / 15%: acceptance 0.25 / 0.30 / 0.33, speed-up 1.63× / 1.63× / 1.61× (unverified)',
      setting: 'γ = 32',
    },
    c5: {
      statement: 'The acceptance-rejection draw after a rejection takes next to no time.',
      figure: '0.0047 s of 51 s (unverified)',
      setting: 'γ = 32',
    },
    c6: {
      statement: 'The speed-up extends to other models.',
      figure: 'xAR 2.72× (batch size 256), Harmon 2.05× / 2.54× (batch size 32) (unverified)',
      setting: '256 / 512 px',
    },
  },
});
