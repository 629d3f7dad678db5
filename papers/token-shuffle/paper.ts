import { definePaper } from '@working-papers/paper-kit';

export const paper = definePaper({
  slug: 'token-shuffle',
  title: 'Token-Shuffle: Towards High-Resolution Image Generation with Autoregressive Models',
  authors: [
    'Xu Ma',
    'Peize Sun',
    'Haoyu Ma',
    'Hao Tang',
    'Chih-Yao Ma',
    'Jialiang Wang',
    'Kunpeng Li',
    'Xiaoliang Dai',
    'Yujun Shi',
    'Xuan Ju',
    'Yushi Hu',
    'Artsiom Sanakoyeu',
    'Felix Juefei-Xu',
    'Ji Hou',
    'Junjiao Tian',
    'Tao Xu',
    'Tingbo Hou',
    'Yen-Cheng Liu',
    'Zecheng He',
    'Zijian He',
    'Matt Feiszli',
    'Peizhao Zhang',
    'Peter Vajda',
    'Sam Tsai',
    'Yun Fu',
  ],
  arxivId: '2504.17789',
  published: '2025-04-24',
  organizations: [
    'Northeastern University',
    'Meta GenAI',
    'Meta FAIR',
    'National University of Singapore',
    'Chinese University of Hong Kong',
    'University of Washington',
  ],
  family: 'visual-ar',
  tags: [
    'token merging',
    'high-resolution images',
    'text-to-image',
    'multimodal models',
    'autoregressive image models',
  ],
  links: { project: 'https://github.com/ma-xu/token-shuffle' },
  summary: [
    'Autoregressive models pay for every image token, and the number of tokens grows with the area of the picture, so they have stayed at low resolution. Token-Shuffle starts from an observation: visual codes have few dimensions, but a language model embeds them in thousands, most of them idle.',
    'It spends this room. The tokens of each 2 × 2 window are compressed and joined along channels into one, the transformer runs on a quarter of the sequence, and at the output the four codes of a window are recovered and sampled in parallel. Attention stays as it is. With 2.7 billion parameters the paper makes images of 2048 × 2048 pixels and reports a score of 0.77 on the hard prompts of GenAI-Bench. Guidance that rises over the first half of the image avoids artefacts.',
    'Text-to-image at that scale cannot be repeated at home. But on an ordinary computer, with 32 × 32 pictures, a reader can count the computation saved, measure what parallel sampling inside a window costs, and see how far the embedding can be narrowed before the loss rises.',
  ].join('\n\n'),
  claims: {
    c1: {
      statement:
        'Merging windows of s × s tokens cuts the sequence by s² and the computation with it.',
      figure:
        'tokens / s²; at s = 2 about 4× fewer training FLOPs and 75% of visual tokens removed; inference time roughly linear in tokens',
      setting: '2.7B parameters, 1024 px',
    },
    c2: {
      statement: 'Images keep their quality with 2 × 2 windows and blur visibly with 4 × 4.',
      figure: 'curves of the loss and images for each s',
      setting: 'ablation',
    },
    c3: {
      statement: 'Most dimensions in which a language model embeds visual codes are redundant.',
      figure: 'up to 8× compression at little loss',
      setting: '2.7B parameters',
    },
    c4: {
      statement:
        'It follows hard prompts better than the autoregressive LlamaGen, by 0.18, and the diffusion model LDM, by 0.15.',
      figure: 'VQAScore on GenAI-Bench: 0.77 hard, 0.88 basic; GenEval 0.62 (LlamaGen 0.32)',
      setting: 'text-to-image',
    },
    c5: {
      statement: 'It is the first autoregressive model to generate images from text at 2048 px.',
      figure: 'qualitative, human study',
      setting: '16k → 4k tokens',
    },
    c6: {
      statement: 'Guidance that grows over the first half of the sequence avoids artefacts.',
      figure: 'qualitative',
      setting: 'ablation',
    },
  },
});
