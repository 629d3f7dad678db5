/**
 * The experiment: a linear map whose factors should become its SVD (E1), linear autoencoders that should
 * find principal components (E2), and classifiers of many sizes (E3).
 */
import { defineExperiment, type Row } from '@working-papers/paper-kit';
import type { ImageDatasetName } from '@working-papers/data';
import {
  digitRows,
  lowDimensionRows,
  type DigitCell,
  type DigitConfig,
  type LowDimensionCell,
  type LowDimensionConfig,
} from './autoencoder.ts';
import { classifierRows, type ClassifierCell, type ModelName, type Recipe } from './classifiers.ts';
import { figures } from './figures.ts';
import { linearMapRows, type LinearMapCell, type LinearMapConfig } from './linearMap.ts';
import { learningRates, methods } from './methods.ts';
import { paper } from './paper.ts';
import type { TrainingSettings } from './training.ts';
import { verdicts } from './verdicts.ts';

/** Classifiers of one kind on one data set. */
export interface ClassifierConfig {
  readonly dataset: ImageDatasetName;
  readonly model: ModelName;
  readonly trainImages: number;
  readonly testImages: number;
  /** The learning rate is that of each method. */
  readonly training: Omit<TrainingSettings, 'learningRate'>;
  readonly seeds: number;
  readonly recipes: readonly Recipe[];
  readonly latencyRounds: number;
  /** Expected time of one training, in seconds. */
  readonly seconds: number;
}

/** Settings of all parts. */
export interface Config {
  readonly linearMap: LinearMapConfig & { readonly seeds: number };
  readonly lowDimension: LowDimensionConfig & { readonly seeds: number };
  readonly digits: DigitConfig & { readonly seeds: number };
  readonly classifiers: readonly ClassifierConfig[];
}

/** One piece of work of any part. */
export type MaestroCell = LinearMapCell | LowDimensionCell | DigitCell | ClassifierCell;

const linearMap = {
  outputs: 9,
  inputs: 6,
  rank: 3,
  steps: 6000,
  learningRate: 0.5,
  every: 200,
  seeds: 5,
};
const lowDimension = {
  points: 200,
  dim: 10,
  deviations: [1, 0.8, 0.6],
  steps: 2500,
  learningRate: 0.1,
  lambda: 1e-2,
  every: 50,
  seeds: 5,
};
const digits = { inner: 32, learningRate: 0.1, momentum: 0.9, maxGradNorm: 1 };
const training = { batch: 128, momentum: 0.9, maxGradNorm: 1 };

const slices = [0.5, 0.25, 0.1, 0.05];
const maestro = (lambda: number): Recipe => ({
  method: 'Maestro',
  lambda,
  slices: lambda === 0 ? slices : [],
});
const dense: Recipe = { method: 'dense', slices };

const quick: Config = {
  linearMap,
  lowDimension: { ...lowDimension, seeds: 2 },
  digits: { ...digits, images: 2000, steps: 3000, seeds: 1 },
  classifiers: [
    {
      dataset: 'mnist',
      model: 'LeNet',
      trainImages: 10_000,
      testImages: 10_000,
      training: { ...training, epochs: 3 },
      seeds: 1,
      recipes: [
        maestro(0),
        maestro(4e-3),
        dense,
        { method: 'SVD, fine-tuned', sizes: [0.25] },
        { method: 'narrower', sizes: [0.5] },
      ],
      latencyRounds: 100,
      seconds: 4,
    },
  ],
};

/** All methods of c3 in three sizes each. */
const compared: readonly Recipe[] = [
  maestro(1e-3),
  maestro(2e-3),
  maestro(4e-3),
  { method: 'SVD, fine-tuned', sizes: [0.5, 0.25, 0.1] },
  { method: 'fixed rank', sizes: [0.5, 0.25, 0.1] },
  { method: 'narrower', sizes: [0.7, 0.5, 0.35] },
  { method: 'pruned MLP', sizes: [0.5, 0.25, 0.1] },
];
const sliced: readonly Recipe[] = [dense, maestro(0)];
const independent: Recipe = { method: 'Maestro, independent ranks', lambda: 0, slices };
const fullPass: Recipe = { method: 'Maestro, full pass', lambda: 0, slices };

const standard: Config = {
  linearMap,
  lowDimension,
  digits: { ...digits, images: 10_000, steps: 4000, seeds: 3 },
  classifiers: [
    {
      dataset: 'mnist',
      model: 'LeNet',
      trainImages: 30_000,
      testImages: 10_000,
      training: { ...training, epochs: 4 },
      seeds: 3,
      recipes: [...sliced, independent, ...compared],
      latencyRounds: 200,
      seconds: 11,
    },
    {
      dataset: 'fashion-mnist',
      model: 'LeNet',
      trainImages: 30_000,
      testImages: 10_000,
      training: { ...training, epochs: 4 },
      seeds: 3,
      recipes: [...sliced, independent],
      latencyRounds: 200,
      seconds: 11,
    },
    {
      dataset: 'fashion-mnist',
      model: 'MLP',
      trainImages: 30_000,
      testImages: 10_000,
      training: { ...training, epochs: 4 },
      seeds: 3,
      recipes: [...sliced, independent],
      latencyRounds: 200,
      seconds: 8,
    },
    {
      dataset: 'cifar-10',
      model: 'VGG',
      trainImages: 20_000,
      testImages: 2000,
      training: { ...training, epochs: 2 },
      seeds: 1,
      recipes: sliced,
      latencyRounds: 20,
      seconds: 60,
    },
  ],
};

const full: Config = {
  linearMap: { ...linearMap, seeds: 20 },
  lowDimension: { ...lowDimension, seeds: 20 },
  digits: { ...digits, images: 60_000, steps: 20_000, seeds: 5 },
  classifiers: standard.classifiers.map((each): ClassifierConfig => ({
    ...each,
    trainImages: each.dataset === 'cifar-10' ? 50_000 : 60_000,
    testImages: 10_000,
    training: { ...each.training, epochs: 16 },
    seeds: 5,
    recipes: [
      ...sliced,
      independent,
      fullPass,
      ...compared.filter(({ method }) => method !== 'pruned MLP' || each.model === 'LeNet'),
    ],
    seconds: 10 * each.seconds,
  })),
};

/** See the README for what each preset measures and how long it takes. */
export const experiment = defineExperiment({
  paper,
  presets: { quick, standard, full },
  methods,
  quickData: ['mnist'],
  cells: (config: Config, seed: number): readonly MaestroCell[] => [
    ...linearMapCells(config.linearMap, seed),
    ...lowDimensionCells(config.lowDimension, seed),
    ...digitCells(config.digits, seed),
    ...config.classifiers.flatMap((each) => classifierCells(each, seed)),
  ],
  run: (cell, context): AsyncGenerator<Row, void, void> => {
    switch (cell.part) {
      case 'E1':
        return linearMapRows(cell, context);
      case 'E2 low dimension':
        return lowDimensionRows(cell, context);
      case 'E2 digits':
        return digitRows(cell, context);
      case 'E3':
        return classifierRows(cell, context);
    }
  },
  verdicts,
  figures,
});

/** The seeds of a part's repetitions; those of two runs never meet. */
function seedsOf(count: number, seed: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => seed * count + i);
}

function linearMapCells({ seeds, ...config }: Config['linearMap'], seed: number): LinearMapCell[] {
  return (['LoD', 'no sampling'] as const).flatMap((method) =>
    seedsOf(seeds, seed).map((own) => ({
      label: `E1: ${method}, seed ${own}`,
      cost: config.steps / 12_000,
      part: 'E1' as const,
      method,
      seed: own,
      ...config,
    })),
  );
}

function lowDimensionCells(
  { seeds, ...config }: Config['lowDimension'],
  seed: number,
): LowDimensionCell[] {
  return [false, true].flatMap((isDropped) =>
    seedsOf(seeds, seed).map((own) => ({
      label: `E2: ${config.deviations.length} of ${config.dim} dimensions${isDropped ? ', one dropped' : ''}, seed ${own}`,
      cost: config.steps / 5000,
      part: 'E2 low dimension' as const,
      method: 'LoD' as const,
      isDropped,
      seed: own,
      ...config,
    })),
  );
}

function digitCells({ seeds, ...config }: Config['digits'], seed: number): DigitCell[] {
  return (['LoD', 'no sampling'] as const).flatMap((method) =>
    seedsOf(seeds, seed).map((own, i) => ({
      label: `E2: digits, ${method}, seed ${own}`,
      cost: config.steps / 600,
      part: 'E2 digits' as const,
      method,
      seed: own,
      isShown: i === 0 && method === 'LoD',
      ...config,
    })),
  );
}

function classifierCells(config: ClassifierConfig, seed: number): ClassifierCell[] {
  const {
    dataset,
    model,
    trainImages,
    testImages,
    training: settings,
    recipes,
    latencyRounds,
    seconds,
  } = config;
  const largest = Math.max(...recipes.map((recipe) => ('lambda' in recipe ? recipe.lambda : 0)));
  return seedsOf(config.seeds, seed).flatMap((own, i) =>
    recipes.map((recipe) => ({
      label: `E3: ${dataset}, ${model}, ${nameOf(recipe)}, seed ${own}`,
      cost: 'sizes' in recipe ? seconds * recipe.sizes.length : seconds,
      part: 'E3' as const,
      dataset,
      model,
      recipe,
      trainImages,
      testImages,
      training: { ...settings, learningRate: learningRates[recipe.method] },
      seed: own,
      isTraced: i === 0 && 'lambda' in recipe && recipe.lambda === largest && largest > 0,
      latencyRounds: 'lambda' in recipe && recipe.slices.length > 0 ? latencyRounds : 0,
    })),
  );
}

function nameOf(recipe: Recipe): string {
  return 'lambda' in recipe ? `${recipe.method}, lambda ${recipe.lambda}` : recipe.method;
}
