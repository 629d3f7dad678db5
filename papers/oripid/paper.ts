import { definePaper } from '@working-papers/paper-kit';

export const paper = definePaper({
  slug: 'oripid',
  title: 'Generalizable Origin Identification for Text-Guided Image-to-Image Diffusion Models',
  authors: ['Wenhao Wang', 'Yifan Sun', 'Zongxin Yang', 'Zhentao Tan', 'Zhengdong Hu', 'Yi Yang'],
  arxivId: '2501.02376',
  published: '2025-01-04',
  organizations: [],
  venue: 'ICML 2025',
  family: 'diffusion',
  tags: [
    'origin identification',
    'image retrieval',
    'metric learning',
    'generalisation',
    'diffusion models',
  ],
  links: { code: 'https://github.com/WangWenhao0716/ID2' },
  codeLicense: 'CC-BY-NC-4.0',
  summary: [
    'Image-to-image models turn one photograph into many edited versions, which can spread false news or hide a copied work. Given such a version, which picture of a large gallery was it made from? A network trained to match pairs of one generator fails on the next, since each has its own look.',
    'These generators start from a noised VAE latent. The paper argues that one linear map of VAE embeddings therefore brings a version and its origin together, and that the map also fits generators it has never seen. It is learned from the pairs of one model with a metric loss that separates identities; without separation, the zero map would be a perfect and useless answer. Trained on Stable Diffusion 2 it reaches 86.6 mAP on six unseen models, 31.6 points above the best method based on similarity. The data set OriPID comes with it.',
    'With small generators trained on CIFAR-10, a reader with an ordinary computer can compare the map with deep networks on seen and unseen models, and with plain VAE distance, as the edit grows stronger.',
  ].join('\n\n'),
  claims: {
    c1: {
      statement:
        'A linear map learned on one generator finds origins for other generators far better than similarity-based methods.',
      figure: 'mAP on unseen models 86.6 vs 55.0 (best similarity-based): +31.6',
      setting: 'trained on Stable Diffusion 2, tested on six other models',
    },
    c2: {
      statement: 'Nothing is lost on the generator it was trained with.',
      figure: 'mAP 88.8, accuracy 86.6 (network with CosFace 87.1 / 83.2)',
      setting: 'Stable Diffusion 2',
    },
    c3: {
      statement: 'It also beats methods that were designed to generalise.',
      figure: 'mAP on unseen models 86.6 vs 75.8 (QAConv-GS) and 65.3 (TransMatcher)',
      setting: 'trained on Stable Diffusion 2, tested on six other models',
    },
    c4: {
      statement: 'Publicly available features do not solve the task.',
      figure: 'mAP at best 29.1 (AnyPattern); MAE 11.6, DINOv2 4.3, CLIP 2.9',
      setting: 'mean of 7 models',
    },
    c5: {
      statement: 'Replacing the linear map by a deeper network fits the seen generator only.',
      figure: 'mAP on seen rises and on unseen falls with depth (figure)',
      setting: 'MLPs on VAE embeddings',
    },
    c6: {
      statement: 'An output dimension of 512 is enough for the map, one of 64 is not.',
      figure: 'figure',
      setting: 'sweep over the rank',
    },
    c7: {
      statement: 'The choice of the training loss has a large effect.',
      figure: 'mAP on unseen models: CosFace 86.6, Circle 82.5, softmax 62.4',
      setting: 'trained on Stable Diffusion 2, tested on six other models',
    },
    c8: {
      statement: 'Training costs a fraction of what deep networks need.',
      figure: '0.17 h vs 1.5 to 2.4 h',
      setting: 'training time',
    },
    c9: {
      statement: 'No method, this one included, finds the origin of IP-Adapter-type generations.',
      figure: 'stated as a limit',
      setting: 'IP-Adapter-type generation',
    },
  },
});
