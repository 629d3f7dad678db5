/** Part E3: classifiers, Maestro's and those that it must beat. A cell is a training, or one in several sizes. */
import type { ImageDatasetName } from '@working-papers/data';
import { foldIn, keyOf } from '@working-papers/grad';
import type { Cell, Row, RunContext } from '@working-papers/paper-kit';
import { decomposeNetwork, mergeNetwork, ranksOf, sliceNetwork } from './compression.ts';
import { accuracyOf, latencies, recalibrate, type Model } from './evaluation.ts';
import { prepareImages, type LabelledImages } from './images.ts';
import { importance } from './method.ts';
import {
  initNetwork,
  leNet,
  macs,
  parameterCount,
  perceptron,
  smallVgg,
  type Architecture,
  type Network,
} from './network.ts';
import { keepLargest, maskWeights } from './pruning.ts';
import {
  trainMaestro,
  trainNetwork,
  type Epochs,
  type TrainingOptions,
  type TrainingSettings,
} from './training.ts';

/** The networks of this part, by a share of their widths. */
const models = { LeNet: leNet, MLP: perceptron, VGG: smallVgg } as const;

/** One of the networks. */
export type ModelName = keyof typeof models;

/** How a network is trained, and in which sizes it is measured. */
export type Recipe =
  | {
      readonly method: 'Maestro' | 'Maestro, independent ranks' | 'Maestro, full pass';
      readonly lambda: number;
      /** Shares of the learned ranks to which it is sliced, without training. */
      readonly slices: readonly number[];
    }
  /** The usual training; its slices are the truncated SVD. */
  | { readonly method: 'dense'; readonly slices: readonly number[] }
  /** Sizes are shares of the ranks, of the widths, or, for the pruned MLP, of the dense model's MACs. */
  | {
      readonly method: 'SVD, fine-tuned' | 'fixed rank' | 'narrower' | 'pruned MLP';
      readonly sizes: readonly number[];
    };

/** What is trained and measured in one cell. */
export interface ClassifierCell extends Cell {
  readonly part: 'E3';
  readonly dataset: ImageDatasetName;
  readonly model: ModelName;
  readonly recipe: Recipe;
  readonly trainImages: number;
  readonly testImages: number;
  readonly training: TrainingSettings;
  readonly seed: number;
  /** Whether rows tell the importance of every term after every epoch. */
  readonly isTraced: boolean;
  /** Rounds in which latency is measured; with 0 it is not. */
  readonly latencyRounds: number;
}

/** As many of the training images set the normalisations of a model anew. */
const recalibrationImages = 5120;

/** Share of a layer's importance below which its trailing ranks go. */
const threshold = 1e-3;

/** Rows of one cell; see {@link measuredRow} for what is measured of a model. */
export async function* classifierRows(
  cell: ClassifierCell,
  context: RunContext,
): AsyncGenerator<Row, void, void> {
  const run = await prepare(cell, context);
  const { recipe } = cell;
  switch (recipe.method) {
    case 'Maestro':
    case 'Maestro, independent ranks':
    case 'Maestro, full pass':
      yield* maestroRows(run, recipe);
      return;
    case 'dense':
      yield* denseRows(run, recipe.slices);
      return;
    case 'SVD, fine-tuned':
      yield* factorisedRows(run, { sizes: recipe.sizes, warmUp: 0.5 });
      return;
    case 'fixed rank':
      yield* factorisedRows(run, { sizes: recipe.sizes, warmUp: 0.25 });
      return;
    case 'narrower':
      yield* narrowerRows(run, recipe.sizes);
      return;
    case 'pruned MLP':
      yield* prunedRows(run, recipe.sizes);
  }
}

/** What all recipes work with. */
interface Run {
  readonly cell: ClassifierCell;
  readonly context: RunContext;
  readonly architecture: Architecture;
  readonly train: LabelledImages;
  readonly test: LabelledImages;
  /** Settings of a training that is part `index` of `count` alike. */
  readonly options: (architecture: Architecture, index?: number, count?: number) => TrainingOptions;
  /** Fresh parameters: the same for all methods of a seed. */
  readonly start: (architecture: Architecture) => Network;
}

async function prepare(cell: ClassifierCell, context: RunContext): Promise<Run> {
  const { backend, signal, onProgress } = context;
  const set = await context.data.images(cell.dataset, signal);
  const { train, test } = prepareImages(set, {
    trainCount: cell.trainImages,
    testCount: cell.testImages,
  });
  const key = [cell.dataset, cell.model].reduce(foldIn, foldIn(keyOf(cell.seed), 'E3'));
  return {
    cell,
    context,
    architecture: models[cell.model](),
    train,
    test,
    options: (architecture, index = 0, count = 1) => ({
      ...cell.training,
      architecture,
      images: train,
      key: foldIn(key, 'training'),
      backend,
      signal,
      onStep: (step, steps, loss) =>
        onProgress({
          label: cell.label,
          fraction: (index + step / steps) / count,
          step,
          steps,
          metric: { name: 'loss', value: loss },
        }),
    }),
    start: (architecture) => initNetwork(architecture, foldIn(key, 'start')),
  };
}

async function* maestroRows(
  run: Run,
  recipe: Extract<Recipe, { lambda: number }>,
): AsyncGenerator<Row, void, void> {
  const { architecture, cell } = run;
  const { lambda, slices, method } = recipe;
  let last = run.start(architecture);
  const training = trainMaestro(last, run.options(architecture), {
    lambda,
    threshold,
    hasFullPass: method === 'Maestro, full pass',
    sampling: method === 'Maestro, independent ranks' ? 'independent' : 'single',
  });
  let before = decomposeNetwork(last);
  for await (const { epoch, network } of training) {
    yield {
      ...rowStart(cell),
      what: 'epoch',
      lambda,
      epoch,
      trainingMacs: macs(architecture, before),
    };
    if (cell.isTraced) yield* importanceRows(cell, epoch, network);
    before = last = network;
  }
  const found: { readonly slice: number; readonly ranks: string; readonly model: Model }[] = [];
  for (const slice of [1, ...slices]) {
    const network = sliceNetwork(last, slice);
    const model = await readyModel(run, { architecture, network });
    found.push({ slice, ranks: inWords(ranksOf(network)), model });
  }
  const latencyMs = await measuredLatencies(
    run,
    found.map(({ model }) => model),
  );
  for (const [i, { slice, ranks, model }] of found.entries()) {
    const row = await measuredRow(run, model);
    yield { ...row, size: lambda, lambda, slice, ranks, ...latencyMs?.[i] };
  }
}

function* importanceRows(cell: ClassifierCell, epoch: number, { layers }: Network): Generator<Row> {
  for (const [layer, parameters] of Object.entries(layers)) {
    if (!('u' in parameters)) continue;
    const values = importance(parameters, { isHierarchical: false });
    yield {
      ...rowStart(cell),
      what: 'importance',
      epoch,
      layer,
      importances: values.map((value) => String(Number(value.toPrecision(3)))).join(' '),
    };
  }
}

async function* denseRows(run: Run, slices: readonly number[]): AsyncGenerator<Row, void, void> {
  const { architecture } = run;
  const network = await trainNetwork(run.start(architecture), run.options(architecture));
  yield { ...(await modelRow(run, { architecture, network })), size: 1, slice: 1 };
  for (const slice of slices) {
    const truncated = decomposeNetwork(network, { ratio: slice });
    const row = await modelRow(run, { architecture, network: truncated });
    yield {
      ...row,
      method: 'truncated SVD',
      size: slice,
      slice,
      ranks: inWords(ranksOf(truncated)),
    };
  }
}

/** Dense for a share of the epochs, then in factors of the truncated SVD for the rest. */
async function* factorisedRows(
  run: Run,
  { sizes, warmUp }: { readonly sizes: readonly number[]; readonly warmUp: number },
): AsyncGenerator<Row, void, void> {
  const { architecture } = run;
  const { first, second } = phases(run.cell.training.epochs, warmUp);
  const parts = sizes.length + 1;
  const dense = await trainNetwork(run.start(architecture), run.options(architecture, 0, parts), {
    epochs: first,
  });
  for (const [i, size] of sizes.entries()) {
    const network = await trainNetwork(
      decomposeNetwork(dense, { ratio: size, isLastDense: true }),
      run.options(architecture, i + 1, parts),
      { epochs: second },
    );
    yield {
      ...(await modelRow(run, { architecture, network })),
      size,
      slice: 1,
      ranks: inWords(ranksOf(network)),
    };
  }
}

async function* narrowerRows(run: Run, sizes: readonly number[]): AsyncGenerator<Row, void, void> {
  for (const [i, size] of sizes.entries()) {
    const architecture = models[run.cell.model](size);
    const options = run.options(architecture, i, sizes.length);
    const network = await trainNetwork(run.start(architecture), options);
    yield { ...(await modelRow(run, { architecture, network })), size, slice: 1 };
  }
}

/** A perceptron whose weights left after pruning are as many as the MACs of the size; they are counted as such. */
async function* prunedRows(run: Run, sizes: readonly number[]): AsyncGenerator<Row, void, void> {
  const architecture = perceptron();
  const { first, second } = phases(run.cell.training.epochs, 0.5);
  const whole = macs(run.architecture, run.start(run.architecture));
  const parts = sizes.length + 1;
  const dense = await trainNetwork(run.start(architecture), run.options(architecture, 0, parts), {
    epochs: first,
  });
  for (const [i, size] of sizes.entries()) {
    const kept = Math.round(size * whole);
    const masks = keepLargest(dense, kept);
    const constrain = (network: Network) => maskWeights(network, masks);
    const trained = await trainNetwork(dense, run.options(architecture, i + 1, parts), {
      epochs: second,
      constrain,
    });
    const row = await modelRow(run, { architecture, network: constrain(trained) });
    yield { ...row, size, slice: 1, macs: kept, parameters: kept };
  }
}

/** The first epochs, a share but at least one, and those that are left. */
function phases(
  epochs: number,
  share: number,
): { readonly first: Epochs; readonly second: Epochs } {
  const end = Math.max(1, Math.floor(epochs * share));
  return { first: { first: 0, end }, second: { first: end, end: epochs } };
}

/** A row of a network; see {@link readyModel} and {@link measuredRow}. */
async function modelRow(run: Run, model: Omit<Model, 'statistics'>): Promise<Row> {
  return measuredRow(run, await readyModel(run, model));
}

/** The network with every layer in its cheaper form, and its normalisations set anew on the training images. */
async function readyModel(
  { cell, context, train }: Run,
  { architecture, network }: Omit<Model, 'statistics'>,
): Promise<Model> {
  const merged = { architecture, network: mergeNetwork(network) };
  const images = { ...train, count: Math.min(train.count, recalibrationImages) };
  const data = { images, batch: cell.training.batch };
  return { ...merged, statistics: await recalibrate(merged, data, context) };
}

/** Accuracy on the test images, MACs of one image and numbers stored. */
async function measuredRow({ cell, context, train, test }: Run, model: Model): Promise<Row> {
  return {
    ...rowStart(cell),
    what: 'model',
    trainImages: train.count,
    accuracy: await accuracyOf(model, test, context),
    macs: macs(model.architecture, model.network),
    parameters: parameterCount(model.network),
  };
}

/** The latency of each model beside that of a dense one, measured in turns. */
async function measuredLatencies(run: Run, own: readonly Model[]) {
  const { cell, context, architecture } = run;
  if (cell.latencyRounds === 0) return undefined;
  const dense = await readyModel(run, { architecture, network: run.start(architecture) });
  const options = { batch: 64, rounds: cell.latencyRounds, key: keyOf(cell.seed) };
  const [denseLatencyMs = 0, ...rest] = await latencies([dense, ...own], options, context);
  return rest.map((latencyMs) => ({ latencyMs, denseLatencyMs }));
}

function rowStart({ part, dataset, model, recipe, seed }: ClassifierCell) {
  return { part, dataset, model, method: recipe.method, seed };
}

/** `conv1 6, fc1 20`. */
function inWords(ranks: Readonly<Record<string, number>>): string {
  return Object.entries(ranks)
    .map(([name, r]) => `${name} ${r}`)
    .join(', ');
}
