import { definePaper } from '@working-papers/paper-kit';

export const paper = definePaper({
  slug: 'rep4ex',
  title: 'Identifying Representations for Intervention Extrapolation',
  authors: [
    'Sorawit Saengkyongam',
    'Elan Rosenfeld',
    'Pradeep Ravikumar',
    'Niklas Pfister',
    'Jonas Peters',
  ],
  arxivId: '2310.04295',
  published: '2023-10-06',
  organizations: [],
  venue: 'ICLR 2024',
  family: 'representation',
  tags: [
    'causal representation learning',
    'extrapolation',
    'identifiability',
    'autoencoders',
    'theory',
  ],
  links: {},
  summary: [
    'What would happen under an action that nobody has tried, say a dose above every dose given so far? A regression of the outcome on the action has no answer outside its data.',
    'Here actions A shift hidden causes Z linearly. We see a nonlinear picture X of Z, and an outcome Y that is nonlinear in Z and may share hidden influences with it. If an encoder of X is constrained so that its mean given A is linear in A, it recovers Z up to an affine map. This is enough: regress the outcome on the representation together with what A leaves unexplained of it (a control function, which removes the confounding), then move the representation linearly to the new action. A kernel enforces the constraint, and any autoencoder can carry it. In synthetic experiments the predictions follow the truth beyond the range of training.',
    'All of it runs on an ordinary computer. A reader can watch the recovery improve as actions get stronger, switch off the constraint or the control function, and push an action past the range that was tried.',
  ].join('\n\n'),
  claims: {
    c1: {
      statement:
        'Requiring the mean of the code given the action to be linear identifies the hidden causes up to an affine map.',
      figure: 'R² tends to about 1 as the actions get stronger (figures unverified)',
      setting: 'synthetic data, d = 2 and 4',
    },
    c2: {
      statement:
        'With this code the effects of actions never tried can be predicted, where regression on the action fails.',
      figure: 'curves follow the truth outside the training support',
      setting: 'synthetic data, k = 1 and 2 action dimensions',
    },
    c3: {
      statement: 'Hidden confounding does no harm, thanks to the control function.',
      figure: 'no single figure',
      setting: 'the noise U of the outcome depends on the noise V of the causes',
    },
    c4: {
      statement: 'The constraint can be added to autoencoders of any kind.',
      figure: 'no single figure',
      setting: 'plain and variational autoencoders',
    },
  },
});
