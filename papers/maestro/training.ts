/** Training of networks, dense or in factors, by one loop, so that those who are compared learn alike. */
import { foldIn, permutation, type Backend, type Key } from '@working-papers/grad';
import {
  compileStep,
  cosineSchedule,
  gradientStep,
  sgd,
  train,
  type SgdState,
} from '@working-papers/nn';
import { decomposeNetwork, keptRanks, ranksOf, sliceNetwork } from './compression.ts';
import { gatherBatch, type LabelledImages } from './images.ts';
import type { Architecture, Network } from './network.ts';
import { objective, type MaskedBatch, type ObjectiveOptions } from './objective.ts';
import {
  independentSampler,
  rankMasks,
  singleLayerSampler,
  type RankSampler,
  type Ranks,
} from './sampling.ts';

/** What all methods share. */
export interface TrainingSettings {
  readonly epochs: number;
  readonly batch: number;
  /** At its peak, falling to 0 along a cosine over all epochs. */
  readonly learningRate: number;
  readonly momentum: number;
  /** Global norm to which gradients are clipped. */
  readonly maxGradNorm: number;
}

/** What training needs besides the network. */
export interface TrainingOptions extends TrainingSettings {
  readonly architecture: Architecture;
  readonly images: LabelledImages;
  readonly key: Key;
  readonly backend: Backend;
  readonly signal: AbortSignal;
  /** Told of some steps, counted over all epochs. */
  readonly onStep?: (step: number, steps: number, loss: number) => void;
}

/** Some epochs of a training, from the first to the one before `end`. */
export interface Epochs {
  readonly first: number;
  readonly end: number;
}

/** What a training minimises, and within which bounds. */
export interface Goal extends ObjectiveOptions {
  /** Applied to the parameters before use, for example to hold weights at 0. */
  readonly constrain?: (network: Network) => Network;
}

const plainGoal: Goal = { lambda: 0, hasFullPass: false };

/**
 * Trains a network as it is, dense or in factors, without sampling ranks.
 *
 * @param epochs - Default all; the learning rate is that of these epochs within the whole.
 */
export async function trainNetwork(
  network: Network,
  options: TrainingOptions,
  { epochs, constrain }: { readonly epochs?: Epochs } & Pick<Goal, 'constrain'> = {},
): Promise<Network> {
  const trainer = createTrainer(options, { ...plainGoal, ...(constrain && { constrain }) });
  try {
    const state = trainer.init(network);
    const sampler = () => ({});
    const all = { first: 0, end: options.epochs };
    return (await trainer.run(state, { epochs: epochs ?? all, sampler })).params;
  } finally {
    await trainer.dispose();
  }
}

/** What makes a training Maestro's. */
export interface MaestroSettings extends ObjectiveOptions {
  /** Which layers are truncated at a step: one, the paper's way, or each by itself. */
  readonly sampling: 'single' | 'independent';
  /** Share of a layer's importance below which its trailing ranks go; see `keptRank`. */
  readonly threshold: number;
}

/**
 * Maestro: factors from the SVD of the initial layers, ranks sampled at every step, and after every epoch
 * the ranks cut off that the lasso has emptied; without lasso none are.
 *
 * @returns Yields the network after each epoch, in factors.
 */
export async function* trainMaestro(
  network: Network,
  options: TrainingOptions,
  settings: MaestroSettings,
): AsyncGenerator<{ readonly epoch: number; readonly network: Network }, void, void> {
  const trainer = createTrainer(options, settings);
  const makeSampler = settings.sampling === 'single' ? singleLayerSampler : independentSampler;
  const samplerOf = (ranks: Ranks, epoch: number) =>
    makeSampler(ranks, foldIn(foldIn(options.key, 'ranks'), epoch));
  try {
    let state = trainer.init(decomposeNetwork(network));
    let ranks = ranksOf(state.params);
    let sampler = samplerOf(ranks, 0);
    for (let epoch = 0; epoch < options.epochs; epoch++) {
      state = await trainer.run(state, { epochs: { first: epoch, end: epoch + 1 }, sampler });
      if (settings.lambda > 0)
        state = sliceState(state, keptRanks(state.params, settings.threshold));
      yield { epoch: epoch + 1, network: state.params };
      const left = ranksOf(state.params);
      if (epoch + 1 === options.epochs || isSame(left, ranks)) continue;
      // Fewer pairs of a layer and a rank: a new order of all of them.
      ranks = left;
      sampler = samplerOf(ranks, epoch + 1);
    }
  } finally {
    await trainer.dispose();
  }
}

/** Parameters and velocities of the ranks that remain. */
function sliceState({ params, velocity }: SgdState<Network>, ranks: Ranks): SgdState<Network> {
  return {
    params: sliceNetwork(params, ranks),
    ...(velocity && { velocity: sliceNetwork(velocity, ranks) }),
  };
}

function isSame(a: Ranks, b: Ranks): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** How many steps an epoch has; images that fill no batch wait for the next order. */
export function stepsPerEpoch(images: Pick<LabelledImages, 'count'>, batch: number): number {
  return Math.floor(images.count / batch);
}

interface Run {
  readonly epochs: Epochs;
  /** Of a step counted over all epochs. */
  readonly sampler: RankSampler;
}

/** One compiled step. Ranks reach it as masks; only other shapes compile it anew. */
function createTrainer(
  options: TrainingOptions,
  { constrain = (network) => network, ...goal }: Goal,
) {
  const { architecture, images, batch, learningRate: peak, momentum, signal } = options;
  const perEpoch = stepsPerEpoch(images, batch);
  const steps = options.epochs * perEpoch;
  const optimiser = sgd.with<Network>({ momentum });
  const step = compileStep(
    gradientStep(
      (network: Network, masked: MaskedBatch) =>
        objective(architecture, constrain(network), masked, goal),
      optimiser,
      { maxGradNorm: options.maxGradNorm },
    ),
    // Shapes change with the ranks, after an epoch at most.
    { backend: options.backend, name: 'training step', maxSignatures: options.epochs + 1 },
  );
  const run = async (state: SgdState<Network>, { epochs, sampler }: Run) => {
    const ranks = ranksOf(state.params);
    const first = epochs.first * perEpoch;
    const training = train({
      step,
      state,
      *batches(done) {
        for (const { at, indices } of shuffledBatches(options, first + done)) {
          yield { ...gatherBatch(images, indices), masks: rankMasks(ranks, sampler(at)) };
        }
      },
      steps: (epochs.end - epochs.first) * perEpoch,
      learningRate: (at) => cosineSchedule(first + at, { peak, steps }),
      samplesPerStep: batch,
      signal,
    });
    let last = state;
    for await (const event of training) {
      options.onStep?.(first + event.step, steps, event.loss);
      last = event.state;
    }
    return last;
  };
  return { init: optimiser.init, run, dispose: step.dispose };
}

/** The images of each step from one on, every epoch in an order of its own. */
function* shuffledBatches({ images, batch, epochs, key }: TrainingOptions, firstStep: number) {
  const perEpoch = stepsPerEpoch(images, batch);
  let order: Int32Array | undefined;
  for (let at = firstStep; at < epochs * perEpoch; at++) {
    const place = at % perEpoch;
    if (order === undefined || place === 0) {
      order = permutation(foldIn(foldIn(key, 'order'), Math.floor(at / perEpoch)), images.count);
    }
    yield { at, indices: order.subarray(place * batch, (place + 1) * batch) };
  }
}
