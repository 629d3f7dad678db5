/**
 * The experiment: subspaces from few samples (part A), the transition of a neural network on the
 * model's own data (B) and on real images (C), the rank of its Jacobian and editing along it (D).
 */
import { defineExperiment, type Row } from '@working-papers/paper-kit';
import { figures } from './figures.ts';
import { imagesCells, imagesRow, type ImagesConfig } from './images.ts';
import { jacobianCells, jacobianRows, type JacobianConfig } from './jacobianPart.ts';
import { paper } from './paper.ts';
import { recoveryCells, recoveryRows, type RecoveryConfig } from './recovery.ts';
import { transitionCells, transitionRow, type TransitionConfig } from './transition.ts';
import { verdicts } from './verdicts.ts';

/** Settings of all parts. */
export interface Config {
  readonly recovery: RecoveryConfig;
  readonly transition: TransitionConfig;
  readonly images: ImagesConfig;
  /** Null leaves part D out. */
  readonly jacobians: JacobianConfig | null;
  /** Expected share of the time that each part takes. */
  readonly shares: readonly [
    recovery: number,
    transition: number,
    images: number,
    jacobians: number,
  ];
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
  jacobians: null,
  shares: [0.4, 0.2, 0.4, 0],
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
  jacobians: {
    datasets: ['mnist', 'fashion-mnist'],
    N: 30000,
    images: { ...imageNetwork, steps: 2400 },
    mixture: { ...mixtureNetwork, d: 7, ratio: 64, steps: 2400 },
    // Twelve of equal ratio.
    levels: Array.from({ length: 12 }, (_, i) => Number((0.02 * 1500 ** (i / 11)).toPrecision(3))),
    points: 8,
    edited: 24,
    directions: 5,
    strength: 0.6,
  },
  shares: [0.32, 0.29, 0.3, 0.09],
};

const full: Config = {
  recovery: { ...standard.recovery, trainedSeeds: 20, steps: 3000, draws: 8 },
  transition: { ...standard.transition, ds: [3, 5, 7], steps: 4000 },
  images: { ...standard.images, steps: 12_000 },
  jacobians: standard.jacobians && {
    ...standard.jacobians,
    images: { ...imageNetwork, steps: 12_000 },
    points: 32,
    edited: 64,
  },
  shares: standard.shares,
};

/** What was spent on the trained denoisers of part A; the README says what was varied. */
const chosen = {
  trials: 'not counted',
  what: 'optimiser, its rate and noise levels, on seeds 2 to 6 with d = 4, 6 and 8',
} as const;
const closedForm = { trials: 'nothing to tune', what: 'no settings' } as const;

/** See the README for what each preset measures and how long it takes. */
export const experiment = defineExperiment({
  paper,
  presets: { quick, standard, full },
  methods: [
    { method: 'low-rank denoiser', role: 'method', tuning: chosen },
    { method: 'low-rank denoiser, soft weights', role: 'method', tuning: chosen },
    { method: 'low-rank denoiser, hard weights', role: 'ablation', tuning: chosen },
    { method: 'linear denoiser', role: 'control', tuning: { trials: 0, what: "the method's" } },
    { method: 'PCA', role: 'baseline', tuning: closedForm },
    { method: 'K-subspaces', role: 'baseline', tuning: closedForm },
  ],
  quickData: quick.images.datasets,
  cells: ({ recovery, transition, images, jacobians, shares: [a, b, c, d] }: Config, seed) => [
    ...recoveryCells(recovery, seed, a),
    ...transitionCells(transition, seed, b),
    ...imagesCells(images, seed, c),
    ...(jacobians ? jacobianCells(jacobians, seed, d) : []),
  ],
  async *run(cell, context): AsyncGenerator<Row, void, void> {
    switch (cell.part) {
      case 'A':
        yield* recoveryRows(cell, context);
        break;
      case 'B':
        yield await transitionRow(cell, context);
        break;
      case 'C':
        yield await imagesRow(cell, context);
        break;
      case 'D':
        yield* jacobianRows(cell, context);
        break;
    }
  },
  // Networks that start alike drift apart where additions come in another order.
  tolerances: {
    memorisedFraction: { between: ['low', 'high'] },
    low: { relative: 0, absolute: 0.05 },
    high: { relative: 0, absolute: 0.05 },
    agreementGain: { between: ['gainLow', 'gainHigh'] },
    gainLow: { relative: 0, absolute: 0.05 },
    gainHigh: { relative: 0, absolute: 0.05 },
    samplesA: 'any',
    samplesB: 'any',
    nearestA: 'any',
    nearestB: 'any',
    rank: { between: ['rankLow', 'rankHigh'] },
    rankLow: { relative: 0.2, absolute: 2 },
    rankHigh: { relative: 0.2, absolute: 2 },
    moved: { relative: 0.1, absolute: 0 },
    movedAny: { relative: 0.1, absolute: 0 },
    concentration: { relative: 0.1, absolute: 0 },
    concentrationMixed: { relative: 0.1, absolute: 0 },
    concentrationGain: { between: ['gainLow', 'gainHigh'] },
    nearestRatio: { between: ['nearestLow', 'nearestHigh'] },
    nearestLow: { relative: 0, absolute: 0.05 },
    nearestHigh: { relative: 0, absolute: 0.05 },
    strip: 'any',
  },
  verdicts,
  figures,
});
