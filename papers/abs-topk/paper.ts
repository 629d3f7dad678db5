import { definePaper } from '@working-papers/paper-kit';

export const paper = definePaper({
  slug: 'abs-topk',
  title: 'AbsTopK: Rethinking Sparse Autoencoders For Bidirectional Features',
  authors: ['Xudong Zhu', 'Mohammad Mahdi Khalili', 'Zhihui Zhu'],
  arxivId: '2510.00404',
  published: '2025-09-30',
  organizations: [],
  venue: 'ICLR 2026',
  family: 'sae',
  tags: [
    'sparse autoencoders',
    'signed latents',
    'activation steering',
    'interpretability',
    'language models',
  ],
  links: { code: 'https://github.com/xzAscC/sae' },
  codeLicense: 'MIT',
  summary: [
    'A sparse autoencoder (SAE) explains an activation vector as a short sum of dictionary atoms. In the usual kinds, ReLU, JumpReLU and TopK, a coefficient is zero or positive, so an axis such as male/female or past/present takes two atoms, one per end, or loses an end altogether.',
    'The authors read each of these activation functions as one proximal step on a sparse coding problem and find the same hidden constraint in all of them, z ≥ 0. AbsTopK drops it and keeps only the budget of k non-zeros: of all pre-activations the k largest in magnitude pass, with their sign. On activations of four language models the paper reports lower reconstruction errors than those of TopK and JumpReLU, many more latents whose two signs both mean something, and steering in either direction along one latent.',
    'On an ordinary computer one can train all variants at equal and at doubled width on a small language model, compare their error at equal sparsity, and test on synthetic dictionaries with known signed atoms whether one latent suffices where TopK spends two.',
  ].join('\n\n'),
  claims: {
    c1: {
      statement:
        "At every sparsity tested, AbsTopK reconstructs activations with a lower error, and recovers more of the language model's loss, than TopK and JumpReLU.",
      figure: 'curves only',
      setting: 'Qwen3-4B layer 20; also Pythia, GPT-2 and Gemma',
    },
    c2: {
      statement:
        'A single AbsTopK latent often stands for two contrasting concepts, one per sign, which a TopK latent seldom does.',
      figure: 'double-sided features 29.7% vs 5.3% (TopK); with opposite meanings 20.2% vs 2.6%',
      setting:
        'Gemma-2-2B layer 12, judged by a language model (judge accuracy 96% on synthetic cases)',
    },
    c3: {
      statement:
        'AbsTopK scores higher on SCR and TPP and at least ties on the other probing and steering suites.',
      figure:
        'SCR 0.35 vs 0.26, TPP 0.36 vs 0.31; unlearning, absorption, RAVEL and sparse probing tie or lead; 5 seeds',
      setting: 'Qwen3-4B layer 18',
    },
    c4: {
      statement:
        'Steering with AbsTopK equals or surpasses difference-in-means directions, which need labelled examples.',
      figure: 'HarmBench 17.0 → 81.3, MMLU 77.3 → 75.9; TopK 80.7 / 75.3',
      setting: 'Qwen3-4B layer 18',
    },
  },
});
