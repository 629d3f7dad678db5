/**
 * The experiment: the order of learning in the equations (E1), in gradient descent on synthetic pairs
 * (E2) and on patches of photographs (E3), and beyond the theory in a small non-linear network (E4).
 */
import { defineExperiment, type Cell } from '@working-papers/paper-kit';
import { distractorsRows, type DistractorsCell, type DistractorsConfig } from './distractors.ts';
import { figures } from './figures.ts';
import {
  patchesRows,
  type PatchesCell,
  type PatchesConfig,
  type Setting,
} from './naturalPatches.ts';
import { objectives } from './objectives.ts';
import { paper } from './paper.ts';
import { syntheticRows, type SyntheticCell, type SyntheticConfig } from './syntheticPairs.ts';
import { theoryRows, type TheoryConfig } from './theory.ts';
import { verdicts } from './verdicts.ts';

/** Settings of all parts; null leaves one out. */
export interface Config {
  readonly theory: TheoryConfig;
  readonly synthetic: SyntheticConfig;
  readonly patches: PatchesConfig | null;
  readonly distractors: DistractorsConfig | null;
}

/** One cell: the equations, or one training. */
export type DeepJepaCell = TheoryCell | SyntheticCell | PatchesCell | DistractorsCell;

interface TheoryCell extends Cell {
  readonly part: 'E1';
  readonly config: TheoryConfig;
}

const quick: Config = {
  theory: {
    depths: [1, 2, 3, 5, 8],
    initialScales: [0.1, 0.01, 0.001],
    lambdas: [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2],
    rhos: [0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1],
  },
  synthetic: {
    depths: [1, 2, 3],
    dim: 10,
    learningRate: 0.01,
    stochastic: { depth: 2, learningRate: 0.05, batch: 256 },
  },
  patches: null,
  distractors: null,
};

const standard: Config = {
  ...quick,
  patches: {
    perImage: 4,
    depths: [1, 3],
    noiseSeeds: 5,
    learningRate: 0.05,
    initialScale: 0.005,
    leastRho: 0.35,
  },
  distractors: {
    amplitudes: [0, 0.5, 1, 2],
    seeds: 3,
    steps: 300,
    batch: 256,
    learningRates: { jepa: 1e-2, mae: 3e-3 },
    probed: 5000,
  },
};

const full: Config = {
  ...standard,
  synthetic: { ...quick.synthetic, depths: [1, 2, 3, 4] },
  patches: { ...standard.patches!, noiseSeeds: 10, learningRate: 0.02 },
  distractors: { ...standard.distractors!, seeds: 5, steps: 4000 },
};

// E1 to E3 have nothing to tune: any stable step reproduces the flow.
const tuning = {
  trials: 5,
  what: "E4: Adam's learning rate (3e-4, 1e-3, 3e-3, 1e-2, 3e-2) by probe accuracy at amplitude 1, seed 100, 300 steps",
};

/** See the README for what each preset measures and how long it takes. */
export const experiment = defineExperiment({
  paper,
  presets: { quick, standard, full },
  methods: [
    {
      method: 'JEPA',
      role: 'method',
      tuning,
    },
    {
      method: 'MAE',
      role: 'baseline',
      tuning,
    },
  ],
  cells: ({ theory, synthetic, patches, distractors }, seed): readonly DeepJepaCell[] => [
    { part: 'E1', label: 'E1: equations', cost: 1, config: theory },
    ...syntheticCells(synthetic, seed),
    ...(patches ? patchesCells(patches, seed) : []),
    ...(distractors ? distractorsCells(distractors, seed) : []),
  ],
  async *run(cell, context) {
    switch (cell.part) {
      case 'E1':
        yield* theoryRows(cell.config);
        break;
      case 'E2':
        yield* syntheticRows(cell, context);
        break;
      case 'E3':
        yield* patchesRows(cell, context);
        break;
      case 'E4':
        yield* distractorsRows(cell, context);
        break;
    }
  },
  verdicts,
  figures,
});

function syntheticCells(config: SyntheticConfig, seed: number): SyntheticCell[] {
  const { depths, dim, learningRate, stochastic } = config;
  const expected = depths.flatMap((depth) =>
    objectives.map(({ objective, method }) => ({
      part: 'E2' as const,
      label: `E2: ${method}, L = ${depth}`,
      cost: objective === 'jepa' ? 4 ** (depth - 1) : 1,
      objective,
      method,
      depth,
      dim,
      learningRate,
      batch: null,
      seed,
    })),
  );
  const sampled = objectives.map(({ objective, method }) => ({
    part: 'E2' as const,
    label: `E2: ${method}, L = ${stochastic.depth}, batches of ${stochastic.batch}`,
    cost: objective === 'jepa' ? 8 : 2,
    objective,
    method,
    dim,
    ...stochastic,
    seed,
  }));
  return [...expected, ...sampled];
}

function patchesCells(config: PatchesConfig, seed: number): PatchesCell[] {
  const { depths, noiseSeeds, ...rest } = config;
  const deepest = Math.max(...depths);
  const runs: { setting: Setting; depths: readonly number[]; seeds: number }[] = [
    { setting: 'equal lambda', depths, seeds: noiseSeeds },
    { setting: 'trade-off', depths, seeds: noiseSeeds },
    // No noise to draw: one rho for all.
    { setting: 'equal rho', depths: [deepest], seeds: 1 },
  ];
  const trainings = runs.flatMap(({ setting, depths: own, seeds }) =>
    own.flatMap((depth) =>
      objectives.flatMap(({ objective, method }) =>
        Array.from({ length: seeds }, (_, noiseSeed): PatchesCell => ({
          part: 'E3',
          label: `E3: ${setting}, ${method}, L = ${depth}, noise ${noiseSeed + 1}`,
          cost: objective === 'jepa' && depth > 1 ? 25 : 1,
          task: { kind: 'training', setting, objective, method, depth, noiseSeed },
          config: rest,
          seed,
        })),
      ),
    ),
  );
  const statistics: PatchesCell = {
    part: 'E3',
    label: 'E3: statistics of the patches',
    cost: 15,
    task: { kind: 'statistics' },
    config: rest,
    seed,
  };
  return [statistics, ...trainings];
}

function distractorsCells(config: DistractorsConfig, seed: number): DistractorsCell[] {
  const { amplitudes, seeds, learningRates, steps, batch, probed } = config;
  return amplitudes.flatMap((amplitude) =>
    objectives.flatMap(({ objective, method }) =>
      Array.from({ length: seeds }, (_, i): DistractorsCell => ({
        part: 'E4',
        label: `E4: ${method}, amplitude ${amplitude}, seed ${i + 1}`,
        cost: steps / 16,
        objective,
        method,
        amplitude,
        learningRate: learningRates[objective],
        config: { steps, batch, probed },
        seed: seed * 1000 + i,
      })),
    ),
  );
}
