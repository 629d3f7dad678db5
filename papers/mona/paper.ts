import { definePaper } from '@working-papers/paper-kit';

export const paper = definePaper({
  slug: 'mona',
  title:
    'Task-Specific Data Selection for Instruction Tuning via Monosemantic Neuronal Activations',
  authors: [
    'Da Ma',
    'Gonghu Shang',
    'Zhi Chen',
    'Libo Qin',
    'Yijie Luo',
    'Lei Pan',
    'Shuai Fan',
    'Kai Yu',
    'Lu Chen',
  ],
  arxivId: '2503.15573',
  published: '2025-03-19',
  organizations: ['Shanghai Jiao Tong University'],
  family: 'sae',
  tags: ['data selection', 'instruction tuning', 'sparse autoencoders', 'language models'],
  links: {},
  summary: [
    'Fine-tuning a language model on a few per cent of a large instruction pool can beat using all of it, if the right examples are picked for the task at hand. Methods that take the samples closest to a handful of task examples stand or fall with the way a sample is represented.',
    'MoNA looks at what a sample activates inside the model: the latents of a sparse autoencoder at a late layer, as a mean over tokens. A raw neuron answers to many unrelated things; sparse latents keep topics apart. The score is the generalised Jaccard index, the sum of minima over the sum of maxima, between a sample and the mean of the task examples. With 5% of OpenHermes-2.5 for LLaMA3.1-8B the paper reports an average of 55.75, against 54.74 for the best other selection and 54.23 for the full pool.',
    'Models of that size are out of reach at home, but the question is not. On an ordinary computer a reader can let sparse latents, raw neurons and word counts choose training text for a small model, and measure which choice lowers its error on the task.',
  ].join('\n\n'),
  claims: {
    c1: {
      statement: 'On average over five tasks no other way of selecting data does as well.',
      figure: '55.75 vs 54.74 (DSIR, best other), 54.70 (LESS), 52.69 (random), 54.23 (full pool)',
      setting: 'OpenHermes-2.5, 5%, LLaMA3.1-8B, mean of MMLU, GSM8K, BBH, MBPP and GPQA',
    },
    c2: {
      statement: 'The same holds for a second pool of instructions.',
      figure: '67.20 vs 65.41 (best other), 66.08 (random), 67.19 (full pool)',
      setting: 'LESS pool, mean of MMLU, BBH and TydiQA',
    },
    c3: {
      statement: 'The same holds when other models are fine-tuned on the selection.',
      figure:
        'OLMo-7B: OpenHermes 32.42 vs 31.99 (BM25), LESS pool 34.71 vs 33.52 (LLM2Vec); LLaMA2-13B 46.65 vs 46.18 (BM25)',
      setting: '5%, means over tasks',
    },
    c4: {
      statement:
        'It is more stable: it ranks among the two best for a task more often than any other.',
      figure: 'for example in 3 of 5 and 2 of 3 tasks on OLMo-7B',
      setting: 'counts over tasks',
    },
    c5: {
      statement: 'Sparse latents select better than the raw activations they are computed from.',
      figure: 'figure only',
      setting: 'same pipeline without the sparse autoencoder',
    },
    c6: {
      statement:
        'Between sparse codes the Jaccard index is a better similarity than cosine or Euclidean distance.',
      figure: 'figure only',
      setting: 'ablation',
    },
    c7: {
      statement:
        'The advantage holds at other ratios, although 10% of the pool does worse than 5%.',
      figure: 'figure only',
      setting: 'LESS pool',
    },
  },
});
