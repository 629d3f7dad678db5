/** The experiment in seconds: a few steps, one d, and images of noise. */
import type { DataSource, ImageSplit } from '@working-papers/data';
import { integers, keyOf } from '@working-papers/grad';
import { experiment, type Config } from '../experiment.ts';
import { backend } from './numbers.ts';

const config: Config = {
  recovery: {
    n: 8,
    ds: [2],
    Ns: [1, 2, 3],
    seeds: 3,
    trainedSeeds: 2,
    steps: 100,
    draws: 2,
    sweep: { ns: [8, 12], d: 2 },
    clustering: { d: 1, Ns: [2, 4], seeds: 2, restarts: 2 },
  },
  transition: {
    n: 8,
    ds: [2],
    ratios: [2, 4],
    seeds: 1,
    hidden: [16],
    steps: 4,
    batch: 16,
    learningRate: 1e-3,
    drawn: 20,
  },
  images: {
    datasets: ['mnist'],
    Ns: [4, 200],
    hidden: [16],
    steps: 4,
    batch: 8,
    learningRate: 1e-3,
    drawn: 10,
  },
  jacobians: {
    datasets: ['mnist'],
    N: 30,
    images: { hidden: [16], steps: 4, batch: 8, learningRate: 1e-3 },
    mixture: { n: 8, d: 2, ratio: 4, hidden: [16], steps: 4, batch: 8, learningRate: 1e-3 },
    levels: [0.1, 1, 10],
    points: 2,
    edited: 3,
    directions: 2,
    strength: 0.5,
  },
  shares: [0.4, 0.2, 0.3, 0.1],
};

/** The experiment with the miniature as its only preset. */
export const miniature = { ...experiment, presets: { quick: config } };

/** 64 images of 28 x 28, of which the last four repeat the first four. */
const train: ImageSplit = {
  height: 28,
  width: 28,
  channels: 1,
  count: 64,
  labels: new Uint8Array(64),
  pixels: Uint8Array.from(integers(keyOf(0), 64 * 784, 256)).copyWithin(60 * 784, 0, 4 * 784),
};

const absent = () => Promise.reject(new Error('no such data here'));

const data: DataSource = {
  text: absent,
  wordVectors: absent,
  images: (name) =>
    Promise.resolve({
      name,
      height: 28,
      width: 28,
      channels: 1,
      classNames: ['noise'],
      train,
      test: train,
    }),
};

/** What a run of the miniature gets from outside. */
export const surroundings = { backend, data };
