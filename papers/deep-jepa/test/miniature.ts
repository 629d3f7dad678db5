/** The experiment in seconds: few features and steps, and images of smooth noise. */
import type { DataSource, ImageSplit } from '@working-papers/data';
import { keyOf, normals } from '@working-papers/grad';
import { experiment, type Config } from '../experiment.ts';
import { backend } from './numbers.ts';

const config: Config = {
  theory: { depths: [1, 3], initialScales: [0.01, 0.001], lambdas: [1, 2], rhos: [0.5, 0.75, 1] },
  synthetic: {
    depths: [1],
    dim: 3,
    learningRate: 0.02,
    stochastic: { depth: 1, learningRate: 0.05, batch: 64 },
  },
  patches: {
    perImage: 10,
    depths: [1, 2],
    noiseSeeds: 2,
    learningRate: 0.2,
    initialScale: 0.005,
    leastRho: 0.6,
  },
  distractors: {
    amplitudes: [1],
    seeds: 1,
    steps: 3,
    batch: 8,
    learningRates: { jepa: 1e-3, mae: 1e-3 },
    probed: 150,
  },
};

/** The experiment with the miniature as its only preset. */
export const miniature = { ...experiment, presets: { quick: config } };

/** Images in which each pixel is like those above and to the left of it, one of ten classes each. */
function smoothImages(count: number, side: number, channels: number): ImageSplit {
  const noise = normals(keyOf(side), count * side * side);
  const pixels = new Uint8Array(count * side * side * channels);
  const field = new Float64Array(side * side);
  for (let image = 0; image < count; image++) {
    for (let at = 0; at < field.length; at++) {
      const above = at >= side ? field[at - side]! : 0;
      const before = at % side > 0 ? field[at - 1]! : 0;
      field[at] = 0.48 * (above + before) + noise[image * field.length + at]!;
      for (let channel = 0; channel < channels; channel++) {
        pixels[(image * field.length + at) * channels + channel] = 128 + 20 * field[at]!;
      }
    }
  }
  const labels = Uint8Array.from({ length: count }, (_, i) => i % 10);
  return { pixels, labels, count, height: side, width: side, channels };
}

const sets: Readonly<Record<string, ImageSplit>> = {
  'cifar-10': smoothImages(300, 32, 3),
  'fashion-mnist': smoothImages(200, 28, 1),
};

const data: DataSource = {
  images: (name) => {
    const split = sets[name];
    if (split === undefined) return Promise.reject(new Error(`the miniature has no ${name}`));
    const { height, width, channels } = split;
    return Promise.resolve({
      name,
      height,
      width,
      channels,
      classNames: [],
      train: split,
      test: split,
    });
  },
  text: () => Promise.reject(new Error('the miniature has no text')),
  wordVectors: () => Promise.reject(new Error('the miniature has no word vectors')),
};

/** What a run of the miniature gets from outside. */
export const surroundings = { backend, data };
