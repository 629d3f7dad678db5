import { definePaper } from '@working-papers/paper-kit';

export const paper = definePaper({
  slug: 'arbooth',
  title: 'Fine-Tuning Visual Autoregressive Models for Subject-Driven Generation',
  authors: [
    'Jiwoo Chung',
    'Sangeek Hyun',
    'Hyunjun Kim',
    'Eunseo Koh',
    'MinKyu Lee',
    'Jae-Pil Heo',
  ],
  arxivId: '2504.02612',
  published: '2025-04-03',
  organizations: [],
  venue: 'ICCV 2025',
  family: 'visual-ar',
  tags: [
    'subject-driven generation',
    'fine-tuning',
    'coarse-to-fine generation',
    'text-to-image',
    'autoregressive image models',
  ],
  links: { code: 'https://github.com/jiwoogit/ARBooth' },
  codeLicense: 'MIT',
  summary: [
    'Subject-driven fine-tuning teaches a text-to-image model one particular object from three to five photographs, so that a new word refers to exactly that object. Done naively on a next-scale autoregressive model, it is expensive, the ordinary class word drifts towards the subject, and samples of one prompt grow alike.',
    'ARBooth makes three changes. Only cross-attention and feed-forward weights are trained, with the embeddings of the new word, because full tuning moves these layers most. The frozen model samples an image for the bare class word, and the tuned model must keep predicting the same token distributions on it, which replaces the stored class images of DreamBooth. And the loss counts coarse scales more than fine ones, since the coarse ones settle which object appears. The paper reports higher fidelity than diffusion-based personalisation, at the sampling speed of the base model.',
    'On an ordinary computer one can fine-tune a small text-to-image model on a single garment, measure the drift of its class word with and without the distillation, and swap tuned for frozen weights scale by scale.',
  ].join('\n\n'),
  claims: {
    c1: {
      statement: 'ARBooth surpasses personalised diffusion models on the metrics of fidelity.',
      figure:
        "paper's table unverified; an independent table lists 0.750 DINO / 0.808 CLIP-I / 0.269 CLIP-T (DreamBooth SD1.5: 0.668 / 0.803 / 0.305)",
      setting: 'ViCo/DreamMatcher set, 16 subjects, 31 prompts',
    },
    c2: {
      statement: 'Training only selected layers makes fine-tuning cheaper.',
      figure: 'fewer trained parameters, less overfitting',
      setting: 'Infinity-2B',
    },
    c3: {
      statement:
        "Distilling the frozen model's predictions for the class word limits language drift and preserves diversity.",
      figure: 'PRES down, DIV up',
      setting: 'Infinity-2B',
    },
    c4: {
      statement:
        'The subject is decided at the coarse scales; the fine ones add local detail only.',
      figure: 'analysis figure',
      setting: 'Infinity-2B',
    },
    c5: {
      statement:
        'Weighting the loss by scale improves the balance between fidelity to the subject and to the text.',
      figure: 'ablation (figures unverified)',
      setting: 'Infinity-2B',
    },
    c6: {
      statement: 'Sampling takes far less time than with diffusion models.',
      figure: 'speed of VAR',
      setting: 'stated qualitatively in the abstract',
    },
  },
});
