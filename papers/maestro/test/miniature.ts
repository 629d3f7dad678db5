/** The experiment in seconds: few steps, small networks, pictures of noise with a bright bar. */
import { experiment, type Config } from '../experiment.ts';
import { backend } from './numbers.ts';
import { data } from './surroundings.ts';

const slices = [0.5, 0.1];

const config: Config = {
  linearMap: {
    outputs: 9,
    inputs: 6,
    rank: 3,
    steps: 4000,
    learningRate: 0.5,
    every: 2000,
    seeds: 2,
  },
  lowDimension: {
    points: 50,
    dim: 6,
    deviations: [1, 0.7],
    steps: 1200,
    learningRate: 0.1,
    lambda: 1e-2,
    every: 600,
    seeds: 1,
  },
  // Components of 784 pixels take seconds; the slow test has them.
  digits: {
    images: 100,
    inner: 16,
    steps: 10,
    learningRate: 0.1,
    momentum: 0.9,
    maxGradNorm: 1,
    seeds: 0,
  },
  classifiers: [
    {
      dataset: 'mnist',
      model: 'LeNet',
      trainImages: 240,
      testImages: 100,
      training: { batch: 24, momentum: 0.9, maxGradNorm: 1, epochs: 4 },
      seeds: 2,
      recipes: [
        { method: 'dense', slices },
        { method: 'Maestro', lambda: 0, slices },
        { method: 'Maestro', lambda: 0.03, slices: [] },
        { method: 'SVD, fine-tuned', sizes: [0.5, 0.1] },
        { method: 'fixed rank', sizes: [0.25] },
        { method: 'narrower', sizes: [0.5] },
        { method: 'pruned MLP', sizes: [0.25] },
      ],
      latencyRounds: 3,
      seconds: 1,
    },
  ],
};

/** The experiment with the miniature as its only preset. */
export const miniature = { ...experiment, presets: { quick: config } };

/** What a run of the miniature gets from outside. */
export const surroundings = { backend, data };
