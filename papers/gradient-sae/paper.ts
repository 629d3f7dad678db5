import { definePaper } from '@working-papers/paper-kit';

export const paper = definePaper({
  slug: 'gradient-sae',
  title: 'Features that Make a Difference: Leveraging Gradients for Improved Dictionary Learning',
  authors: [
    'Jeffrey Olmo',
    'Jared Wilson',
    'Max Forsey',
    'Bryce Hepner',
    'Thomas Vin Howe',
    'David Wingate',
  ],
  arxivId: '2411.10397',
  published: '2024-11-15',
  organizations: ['Brigham Young University'],
  venue: 'Findings of NAACL 2025',
  family: 'sae',
  tags: [
    'sparse autoencoders',
    'gradients',
    'activation steering',
    'interpretability',
    'language models',
  ],
  links: {},
  summary: [
    'A sparse autoencoder (SAE) describes an activation inside a language model by a few active latents out of thousands. Its training asks only that the activation be rebuilt, so a direction that varies little but matters a lot to the output may never get a latent of its own.',
    'A gradient SAE changes one step of a TopK SAE: which k latents are kept. The score of a latent combines its activation with the alignment of its decoder direction d and the gradient g of the loss at that point, |⟨d, g⟩|. The kept values stay as they were; only the choice looks downstream. On GPT-2 small the authors report that, at equal sparsity, the model loses less when it runs on the reconstruction, that latents steer its output more strongly, and that fewer of them are dead.',
    'With a language model of about a million parameters, a reader with an ordinary computer can compare this choice with plain TopK, and test how much of the gain is left when the gradient, which knows the true next token, is withheld at evaluation.',
  ].join('\n\n'),
  claims: {
    c1: {
      statement:
        "For the same number of active latents, splicing in the reconstruction adds less to the model's loss than with other sparse autoencoders.",
      figure: 'Pareto curves; the numbers were not accessible',
      setting: 'GPT-2 small, residual stream at layer 7',
    },
    c2: {
      statement:
        'Latents change specific logits more, on average over arbitrary contexts, when they are used for steering.',
      figure: 'curves',
      setting: 'GPT-2 small, residual stream at layer 7',
    },
    c3: {
      statement: 'Fewer latents end up dead.',
      figure: 'stated without a number that was accessible',
      setting: 'GPT-2 small, residual stream at layer 7',
    },
    c4: {
      statement: 'The latents can be interpreted about as well as those of a TopK autoencoder.',
      figure: 'stated without a number that was accessible',
      setting: 'GPT-2 small, residual stream at layer 7',
    },
  },
});
