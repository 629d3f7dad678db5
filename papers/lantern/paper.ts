import { definePaper } from '@working-papers/paper-kit';

export const paper = definePaper({
  slug: 'lantern',
  title: 'LANTERN: Accelerating Visual Autoregressive Models with Relaxed Speculative Decoding',
  authors: [
    'Doohyuk Jang',
    'Sihwan Park',
    'June Yong Yang',
    'Yeonsung Jung',
    'Jihun Yun',
    'Souvik Kundu',
    'Sung-Yub Kim',
    'Eunho Yang',
  ],
  arxivId: '2410.03355',
  published: '2024-10-04',
  organizations: [],
  venue: 'ICLR 2025',
  family: 'acceleration',
  tags: [
    'speculative decoding',
    'relaxed acceptance',
    'autoregressive image models',
    'image generation',
    'inference speed',
  ],
  links: { code: 'https://github.com/jadohu/LANTERN' },
  codeLicense: 'Chameleon licence',
  summary: [
    'In speculative decoding a small drafter proposes several tokens and a large model checks them all in one pass. Image generators profit little: many codes of the visual codebook look nearly the same, the large model spreads its probability thinly over them, and harmless drafts are turned down.',
    'LANTERN loosens the test. A drafted code is judged by its own probability plus that of its nearest neighbours in the codebook, added in order of distance until a budget δ of moved probability is used up. More drafts survive, so each pass of the large model yields more tokens; in return the output distribution shifts in a controlled way. With LlamaGen the paper reports a speed-up 1.75 times that of ordinary speculative decoding for greedy decoding and 1.76 times for random sampling (1.82 in a later version).',
    'For a small codebook the distribution of the relaxed sampler can be computed exactly. On an ordinary computer a reader can trade speed against image quality, set nearest against random neighbours, and see that δ limits the change for one candidate but not the drift of the whole output.',
  ].join('\n\n'),
  claims: {
    c1: {
      statement:
        'With greedy decoding the relaxed test enlarges the speed-up that ordinary speculative decoding gives.',
      figure: '1.75× (1.29× → 2.26× over plain autoregression)',
      setting: 'LlamaGen-XL stage I, EAGLE-2 drafter, MS-COCO captions',
    },
    c2: {
      statement:
        'With random sampling it gains as much, where plain speculation is slower than none.',
      figure: '1.76× (0.93× → 1.64×); later version 1.82× (1.69×)',
      setting: 'LlamaGen-XL stage I, EAGLE-2 drafter, MS-COCO captions',
    },
    c3: {
      statement:
        'Image models spread probability over many codes, with low top-1 and top-10 mass, so exact tests turn down most drafts.',
      figure: 'mean accepted length 41–58% below language models (secondary source)',
      setting: 'LlamaGen vs Vicuna',
    },
    c4: {
      statement:
        'Closeness in the latent space is what counts: pooling nearest neighbours beats pooling random codes at the same speed.',
      figure: 'ℓ2 ≈ cosine > random (figures unverified)',
      setting: 'ablation (unverified)',
    },
    c5: {
      statement:
        'The bound on total variation keeps image quality close to that of the exact sampler.',
      figure: 'small change of FID and CLIP score up to δ = 0.4 at k = 1000 (figures unverified)',
      setting: 'sweep of δ and k (unverified)',
    },
  },
});
