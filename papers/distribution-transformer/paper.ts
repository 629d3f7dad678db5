import { definePaper } from '@working-papers/paper-kit';

export const paper = definePaper({
  slug: 'distribution-transformer',
  title:
    'Distribution Transformers: Fast Approximate Bayesian Inference With On-The-Fly Prior Adaptation',
  authors: ['George Whittle', 'Juliusz Ziomek', 'Jacob Rawling', 'Michael A. Osborne'],
  arxivId: '2502.02463',
  published: '2025-02-04',
  organizations: ['University of Oxford', 'Mind Foundry'],
  venue: 'ICML 2026',
  family: 'representation',
  tags: ['amortised inference', 'bayesian inference', 'gaussian mixtures', 'filtering'],
  links: { code: 'https://github.com/GWhittle110/distribution-transformers' },
  summary: [
    'Amortised Bayesian inference trains a network to return posteriors directly, but usually for one prior; change the prior and the network has to be trained again.',
    'The Distribution Transformer has the prior among its inputs. Prior and posterior are Gaussian mixtures, each component (weight, mean and covariance) is one token, and a transformer mixes these tokens with each other and with the observations; what comes out describes the posterior in the same form. Training uses simulated triples of prior, parameter and data, and maximises the likelihood of the true parameter over a whole family of priors. A posterior can therefore serve as the next prior, which turns the network into a filter. The paper reports likelihoods at least as good as those of variational inference and other approximations, in milliseconds rather than minutes.',
    'On an ordinary computer one can train it in minutes on problems whose posterior is known in closed form, move the prior away from the training average, and run it as a tracking filter against Kalman and particle filters.',
  ].join('\n\n'),
  claims: {
    c1: {
      statement:
        'Expected log-likelihood equals or exceeds that of other approximate inference methods.',
      figure: 'tables (unverified)',
      setting:
        'quantum parameter, Gaussian process and tracking tasks, against SVI, PFN, TabPFN, ACE, EKF and particle filter',
    },
    c2: {
      statement: 'Inference takes milliseconds where it took minutes.',
      figure: 'minutes to milliseconds',
      setting: 'against SVI',
    },
    c3: {
      statement: 'At test time one may exchange the prior without training the network again.',
      figure: 'none stated',
      setting: 'priors drawn from the meta-prior',
    },
    c4: {
      statement: 'It works in sequence, each posterior becoming the next prior.',
      figure: 'none stated',
      setting: 'tracking filter',
    },
  },
});
