/**
 * Part E4, our extension and no claim of the paper: does the preference survive without linearity? An
 * image stands beside a field of noise that differs between the views. A JEPA with a moving-average
 * target and a masked autoencoder train the same encoder; a linear probe says what is left of the image.
 */
import { toModelImages, type ImageSplit } from '@working-papers/data';
import {
  compile,
  foldIn,
  integers,
  keyOf,
  normals,
  permutation,
  stopGradient,
  tensor,
  uniforms,
  valueAndGrad,
  type Backend,
  type Key,
  type Tensor,
} from '@working-papers/grad';
import {
  accuracy,
  applyLinear,
  argmaxOfRows,
  matrix,
  ridge,
  standardisationOf,
  standardise,
  type LabelledFeatures,
} from '@working-papers/metrics';
import {
  adam,
  compileStep,
  cosineSchedule,
  ema,
  mlp,
  train,
  type AdamState,
  type Mlp,
} from '@working-papers/nn';
import type { Cell, Row, RunContext } from '@working-papers/paper-kit';
import type { Objective } from './method.ts';

/** What part E4 trains. */
export interface DistractorsConfig {
  /** Amplitudes a of the noise, in units of the largest grey value. */
  readonly amplitudes: readonly number[];
  readonly seeds: number;
  readonly steps: number;
  readonly batch: number;
  /** Adam's at its peak, by objective, each the best of the same five on another seed. */
  readonly learningRates: Readonly<Record<Objective, number>>;
  /** Images that the probe is fitted to, and as many that it is tested on as there are. */
  readonly probed: number;
}

/** One training of part E4. */
export interface DistractorsCell extends Cell {
  readonly part: 'E4';
  readonly objective: Objective;
  readonly method: string;
  readonly amplitude: number;
  readonly learningRate: number;
  readonly config: Pick<DistractorsConfig, 'steps' | 'batch' | 'probed'>;
  readonly seed: number;
}

const side = 14;
const half = side * side;
const dim = 2 * half;
const embedding = 128;
const blocks = side / 2;
/** Of the squares of 2 x 2 pixels that are hidden in the first view. */
const maskedShare = 0.6;

/** Encoder, and the head on top of it: JEPA's predictor, or the autoencoder's decoder. */
interface Model {
  readonly encoder: Mlp;
  readonly head: Mlp;
}

interface State {
  readonly online: AdamState<Model>;
  /** Moving average of the encoder, JEPA's target. */
  readonly target: Mlp;
}

/** The two views of a batch, [batch, 2 * 14 * 14] each, and what is seen of the first. */
interface Views {
  readonly x: Tensor;
  readonly y: Tensor;
  readonly seen: Tensor;
}

/** The row of one training. */
export async function* distractorsRows(
  cell: DistractorsCell,
  { data, backend, signal, onProgress, checkpoint }: RunContext,
): AsyncGenerator<Row, void, void> {
  const { objective, method, amplitude, learningRate, config, seed, label } = cell;
  const { steps, batch, probed } = config;
  const images = await data.images('fashion-mnist', signal);
  const pixels = toModelImages(images.train, { size: side, range: [0, 1] });
  const key = foldIn(foldIn(keyOf(seed), 'E4'), String(amplitude));
  const step = compileStep(stepOf(objective), { backend, name: `step of ${method}` });
  const store = checkpoint('encoder');
  try {
    const events = train({
      step,
      state: initialState(objective, foldIn(key, 'parameters')),
      batches: (first) => viewsFrom(first, { pixels, batch, amplitude, key: foldIn(key, 'views') }),
      steps,
      learningRate: (at) => cosineSchedule(at, { peak: learningRate, steps }),
      samplesPerStep: batch,
      signal,
      ...(store && { checkpoints: { store, config: cell, every: 500 } }),
    });
    let next = await events.next();
    for (; !next.done; next = await events.next()) {
      const { step: at, loss } = next.value;
      const metric = { name: 'loss', value: loss };
      onProgress({ label, fraction: (0.9 * at) / steps, step: at, steps, metric });
    }
    const embed = embedderOf(next.value.online.params.encoder, { backend, amplitude, key });
    const trainSet = await embed(images.train, { count: probed, name: 'probe' });
    const testSet = await embed(images.test, { count: images.test.count, name: 'test' });
    yield {
      part: 'E4',
      method,
      amplitude,
      seed,
      learningRate,
      steps,
      probeAccuracy: probeAccuracy(trainSet, testSet),
      embeddingSpread: spread(testSet),
    };
  } finally {
    await step.dispose();
  }
}

export function initialState(objective: Objective, key: Key): State {
  const encoder = mlp.init(foldIn(key, 'encoder'), [dim, 256, 256, embedding]);
  const sizes = objective === 'jepa' ? [embedding, 256, embedding] : [embedding, 256, dim];
  const head = mlp.init(foldIn(key, 'head'), sizes);
  return { online: adam.init({ encoder, head }), target: encoder };
}

/** One step: both objectives as in `sampleLoss`, with a mask on x, and JEPA's target averaged. */
export function stepOf(objective: Objective) {
  return ({ online, target }: State, { x, y, seen }: Views, learningRate: Tensor) => {
    const [loss, gradients] = valueAndGrad(({ encoder, head }: Model) => {
      const prediction = mlp.apply(head, mlp.apply(encoder, x.mul(maskOf(seen))));
      const wanted = objective === 'jepa' ? stopGradient(standardised(mlp.apply(target, y))) : y;
      return prediction.sub(wanted).square().mean();
    })(online.params);
    const next = adam.update(online, gradients, { learningRate });
    return { state: { online: next, target: ema(target, next.params.encoder, 0.99) }, loss };
  };
}

/** Each output over the batch with mean 0 and variance 1, so that a constant encoder is no solution. */
function standardised(z: Tensor): Tensor {
  const centred = z.sub(z.mean(0, { keepDims: true }));
  return centred.div(centred.square().mean(0, { keepDims: true }).add(1e-5).sqrt());
}

/** The views of each step from one on; those of a step depend on the key and on its number alone. */
export function* viewsFrom(
  first: number,
  {
    pixels,
    batch,
    amplitude,
    key,
  }: { pixels: Float32Array; batch: number; amplitude: number; key: Key },
): Generator<Views, void, void> {
  const count = pixels.length / half;
  for (let step = first; ; step++) {
    const own = foldIn(key, step);
    const rows = integers(foldIn(own, 'rows'), batch, count);
    const view = (name: string) => {
      return besideNoise(pixels, rows, { amplitude, key: foldIn(own, name) });
    };
    yield { x: view('x'), y: view('y'), seen: drawBlocks(foldIn(own, 'mask'), batch) };
  }
}

/** Images with a field of noise each, [rows.length, 2 * 14 * 14]. */
function besideNoise(
  pixels: Float32Array,
  rows: Int32Array,
  { amplitude, key }: { readonly amplitude: number; readonly key: Key },
): Tensor {
  const noise = normals(key, rows.length * half);
  const values = new Float32Array(rows.length * dim);
  rows.forEach((row, i) => {
    values.set(pixels.subarray(row * half, (row + 1) * half), i * dim);
    for (let at = 0; at < half; at++) {
      values[i * dim + half + at] = amplitude * noise[i * half + at]!;
    }
  });
  return tensor(values, { shape: [rows.length, dim] });
}

/** Which squares of 2 x 2 pixels are seen, independently of each other, [batch, 2, 7, 1, 7, 1]. */
function drawBlocks(key: Key, batch: number): Tensor {
  const seen = uniforms(key, batch * 2 * blocks * blocks);
  for (let i = 0; i < seen.length; i++) seen[i] = seen[i]! < maskedShare ? 0 : 1;
  return tensor(seen, { shape: [batch, 2, blocks, 1, blocks, 1] });
}

/** One entry for each input, [batch, 2 * 14 * 14]. */
function maskOf(seen: Tensor): Tensor {
  const batch = seen.shape[0] ?? 1;
  return seen.expand([batch, 2, blocks, 2, blocks, 2]).reshape([batch, dim]);
}

/** Embeds images beside noise of the training's amplitude, nothing hidden. */
function embedderOf(
  encoder: Mlp,
  { backend, amplitude, key }: { backend: Backend; amplitude: number; key: Key },
) {
  return async (
    images: ImageSplit,
    { count, name }: { readonly count: number; readonly name: string },
  ): Promise<LabelledFeatures> => {
    const own = foldIn(key, name);
    const rows = permutation(foldIn(own, 'rows'), images.count).slice(0, count);
    const pixels = toModelImages(take(images, rows), { size: side, range: [0, 1] });
    const all = Int32Array.from(rows, (_, i) => i);
    const x = besideNoise(pixels, all, { amplitude, key: foldIn(own, 'noise') });
    const apply = compile((params: Mlp, inputs: Tensor) => mlp.apply(params, inputs), {
      backend,
      name: 'encoder',
    });
    try {
      const features = await (await apply(encoder, x)).data();
      return {
        features: matrix(rows.length, embedding, Array.from(features, Number)),
        labels: Uint8Array.from(rows, (row) => images.labels[row]!),
      };
    } finally {
      await apply.dispose();
    }
  };
}

/** Some images of a split, without their labels. */
function take(images: ImageSplit, rows: Int32Array): Omit<ImageSplit, 'labels'> {
  const size = images.height * images.width * images.channels;
  const pixels = new Uint8Array(rows.length * size);
  rows.forEach((row, i) => {
    pixels.set(images.pixels.subarray(row * size, (row + 1) * size), i * size);
  });
  return { ...images, pixels, count: rows.length };
}

/** Share of test images whose class a ridge regression on the training embeddings gives first. */
function probeAccuracy(trainSet: LabelledFeatures, testSet: LabelledFeatures): number {
  const scale = standardisationOf(trainSet.features);
  const classes = 10;
  const targets = new Float64Array(trainSet.labels.length * classes);
  Array.from(trainSet.labels).forEach((label, i) => (targets[i * classes + label] = 1));
  const map = ridge(
    standardise(trainSet.features, scale),
    matrix(trainSet.labels.length, classes, targets),
    [1, 10, 100, 1000],
  );
  const scores = applyLinear(map, standardise(testSet.features, scale));
  return accuracy(argmaxOfRows(scores), testSet.labels);
}

/** Variance of the embeddings over images, as a share of their mean square: 0 if they have collapsed. */
function spread({ features: { rows, cols, data } }: LabelledFeatures): number {
  let [squares, squaresOfMeans] = [0, 0];
  for (let j = 0; j < cols; j++) {
    let sum = 0;
    for (let i = 0; i < rows; i++) {
      const value = data[i * cols + j]!;
      sum += value;
      squares += value * value;
    }
    squaresOfMeans += (sum / rows) ** 2 * rows;
  }
  return 1 - squaresOfMeans / squares;
}
