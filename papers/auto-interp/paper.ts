import { definePaper } from '@working-papers/paper-kit';

export const paper = definePaper({
  slug: 'auto-interp',
  title: 'Automatically Interpreting Millions of Features in Large Language Models',
  authors: ['Gonçalo Paulo', 'Alex Mallen', 'Caden Juang', 'Nora Belrose'],
  arxivId: '2410.13928',
  published: '2024-10-17',
  organizations: ['EleutherAI', 'Northwestern University'],
  venue: 'ICML 2025',
  family: 'sae',
  tags: ['sparse autoencoders', 'automatic interpretation', 'interpretability', 'language models'],
  links: { code: 'https://github.com/EleutherAI/delphi' },
  codeLicense: 'Apache-2.0',
  summary: [
    'A sparse autoencoder of a language model may have millions of latents, far more than people can look at. Another language model can write a sentence about each one, but a sentence is worth little unless it is tested, and the established test, simulating every activation, is expensive.',
    "The paper treats an explanation as a classifier: given the sentence, can passages on which the latent fires be told from passages on which it does not? Of its five cheaper scores, detection and fuzzing ask this about whole passages and about marked tokens, surprisal and embedding use likelihoods and similarity, and intervention scoring tests a name for what the latent does to the output, at a fixed size of the change in KL divergence. Examples come from all activation strengths, not only the strongest. In the paper's tests latents are much easier to explain than neurons, and those of adjacent layers resemble each other.",
    'On an ordinary computer one can put a pattern-based explainer in place of the large models and compare scores of autoencoders, neurons and random controls on a small transformer.',
  ].join('\n\n'),
  claims: {
    c1: {
      statement:
        'Latents of a sparse autoencoder are much easier to explain than neurons, even if only the strongest neurons of each token are kept.',
      figure:
        'fuzzing 0.76 / detection 0.74 (131k SAE, Gemma-2-9B) vs 0.62 / 0.59 (top-32 neurons), 0.59 / 0.57 (top-256); LLaMA-3.1-8B 262k: 0.81 / 0.83 vs 0.55 / 0.53; random TopK SAE 0.55 / 0.54; random interpretation 0.51 / 0.51',
      setting: 'medians, Gemma-2-9B and LLaMA-3.1-8B, Table A10',
    },
    c2: {
      statement: 'The latents of wider autoencoders score higher.',
      figure: '131k 0.76 / 0.74 vs 16k 0.73 / 0.70 (fuzzing / detection)',
      setting: 'Gemma-2-9B, Table A10',
    },
    c3: {
      statement:
        'Explanations should be made from examples of all activation strengths rather than of the strongest alone.',
      figure:
        'quantiles 0.77 / 0.74, random 0.76 / 0.74, top 0.73 / 0.72 (fuzzing / detection); top-only drops on low deciles, better on negatives',
      setting: 'Table A6, Fig. 2',
    },
    c4: {
      statement: 'The new scores cost less than simulation and agree with human judgement.',
      figure:
        '≥ 5× cheaper than simulation; Spearman with humans: fuzzing 0.69, simulation 0.60, detection 0.59, surprisal 0.34, embedding 0.32',
      setting: 'Table 1, section 4.1',
    },
    c5: {
      statement:
        'Intervention scoring accounts for features that scores based on context overlook.',
      figure:
        'slight negative correlation with fuzzing; trained > random SAE and > shuffled, more at higher KL; rises with layer',
      setting: 'Gemma-2-9B layer 32',
    },
    c6: {
      statement: 'Autoencoders trained on neighbouring residual-stream layers are much alike.',
      figure: 'stated in the abstract',
      setting: 'similarity of explanations',
    },
    c7: {
      statement:
        'Examples help up to about 40, context lengths of 16 to 64 tokens make no difference, and the residual stream is slightly ahead of the MLP.',
      figure: '10 examples 0.73, 40: 0.76, 60: 0.75',
      setting: 'Tables A5 and A7',
    },
  },
});
