/**
 * The experiment: subspaces from few samples (part A), the transition of a neural network on the
 * model's own data (B) and on real images (C).
 */
import { defineExperiment, type Row, type RunContext } from '@working-papers/paper-kit';
import { figures } from './figures.ts';
import { imageRows, loadImageSets, type ImagesConfig } from './images.ts';
import { paper } from './paper.ts';
import { recoveryRows, type PartProgress, type RecoveryConfig } from './recovery.ts';
import { transitionRows, type TransitionConfig } from './transition.ts';
import { verdicts } from './verdicts.ts';

/** Settings of all parts. */
export interface Config {
  readonly recovery: RecoveryConfig;
  readonly transition: TransitionConfig;
  readonly images: ImagesConfig;
  /** Expected share of the time that each part takes, for the progress bar. */
  readonly shares: readonly [recovery: number, transition: number, images: number];
}

const sampleCounts = [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
const mixtureNetwork = { n: 48, hidden: [256, 256, 256], learningRate: 5e-3, batch: 256 };
const imageNetwork = { hidden: [512, 512], learningRate: 3e-3, batch: 128 };

const quick: Config = {
  recovery: {
    n: 48,
    ds: [2, 4, 8],
    Ns: sampleCounts,
    seeds: 20,
    trainedSeeds: 5,
    steps: 800,
    draws: 4,
    sweep: null,
    clustering: null,
  },
  transition: {
    ...mixtureNetwork,
    ds: [3],
    ratios: [1, 64],
    seeds: 1,
    steps: 800,
    drawn: 500,
  },
  images: {
    ...imageNetwork,
    datasets: ['mnist'],
    Ns: [64, 8192],
    steps: 500,
    drawn: 200,
  },
  shares: [0.4, 0.2, 0.4],
};

const standard: Config = {
  recovery: {
    ...quick.recovery,
    ds: [2, 3, 4, 5, 6, 7, 8],
    trainedSeeds: 5,
    sweep: { ns: [24, 48, 96, 192], d: 6 },
    clustering: { d: 4, Ns: [2, 3, 4, 5, 6, 8, 12], seeds: 5, restarts: 10 },
  },
  transition: {
    ...mixtureNetwork,
    ds: [3, 7],
    ratios: [1, 2, 4, 8, 16, 32, 64],
    seeds: 3,
    steps: 1200,
    drawn: 1000,
  },
  images: {
    ...imageNetwork,
    datasets: ['mnist', 'fashion-mnist'],
    Ns: [32, 128, 512, 2048, 8192, 30000],
    steps: 1200,
    drawn: 1000,
  },
  shares: [0.35, 0.32, 0.33],
};

const full: Config = {
  recovery: { ...standard.recovery, trainedSeeds: 20, steps: 3000, draws: 8 },
  transition: { ...standard.transition, ds: [3, 5, 7], steps: 4000 },
  images: { ...standard.images, steps: 12_000 },
  shares: standard.shares,
};

/** See the README for what each preset measures and how long it takes. */
export const experiment = defineExperiment({
  paper,
  presets: { quick, standard, full },
  quickData: quick.images.datasets,
  async *run({ recovery, transition, images, shares }, context): AsyncGenerator<Row, void, void> {
    const [a, b, c] = shares;
    const sets = await loadImageSets(images.datasets, context);
    yield* recoveryRows(recovery, context, within(context, 0, a));
    yield* transitionRows(transition, context, within(context, a, b));
    yield* imageRows(sets, { config: images, context, onProgress: within(context, a + b, c) });
  },
  verdicts,
  figures,
});

/** Progress of a part as progress of the run. */
function within({ onProgress }: RunContext, from: number, share: number): PartProgress {
  return (label, fraction, { step, steps, loss }) =>
    onProgress({
      label,
      fraction: from + share * fraction,
      step,
      steps,
      ...(loss !== undefined && { metric: { name: 'loss', value: loss } }),
    });
}
