import { definePaper } from '@working-papers/paper-kit';

export const paper = definePaper({
  slug: 'geo-mapping',
  title: 'Remote sensing framework for geological mapping via stacked autoencoders and clustering',
  authors: ['Sandeep Nagar', 'Ehsan Farahbakhsh', 'Joseph Awange', 'Rohitash Chandra'],
  arxivId: '2404.02180',
  published: '2024-04-02',
  organizations: [],
  venue: 'Advances in Space Research (2024)',
  family: 'representation',
  tags: ['remote sensing', 'geology', 'clustering', 'autoencoders'],
  links: { code: 'https://github.com/sydney-machine-learning/autoencoders_remotesensing' },
  codeLicense: 'CC BY-NC-SA 4.0',
  summary: [
    'Drawing a geological map from satellite images usually takes labelled rock samples, which are hard to come by. This paper draws one without labels and needs a published map only to score it.',
    'Each pixel is a short vector of reflectances, one number per spectral band. It is reduced to two numbers by principal components, by a plain autoencoder, or by a stacked autoencoder trained in three stages, where a later stage reads an output of the one before joined to its input. The codes are clustered by k-means, the label map is smoothed with a 7 × 7 majority filter, and clusters are read as rock units. For Mutawintji in New South Wales the authors compare three sensors, Sentinel-2 among them, and find the stacked autoencoder best, with accuracies of 86.6 to 90%. The cluster indices printed in their notebooks do not rank it first, but are not comparable between methods.',
    'On an ordinary computer one can repeat the comparison on labelled Landsat pixels and on a simulated landscape with known units, with many seeds, since autoencoders vary from run to run.',
  ].join('\n\n'),
  claims: {
    c1: {
      statement:
        'Maps made with a stacked autoencoder and k-means are more accurate than those made with a plain autoencoder or PCA.',
      figure: 'accuracy 86.6–90% depending on sensor (journal abstract); others lower',
      setting: '3 sensors, Mutawintji',
    },
    c2: {
      statement: 'A stacked autoencoder on Sentinel-2 bands gives the most accurate map.',
      figure: '90% end of the range',
      setting: '3 sensors, Mutawintji',
    },
    c3: {
      statement:
        'Stacking autoencoders captures representations that are more complex and hierarchical.',
      figure: 'qualitative',
      setting: 'maps',
    },
  },
});
