/** Part C: do real images show the transition too? Two networks learn from images that they do not share. */
import { toModelImages, type ImageDatasetName } from '@working-papers/data';
import { foldIn, keyOf, permutation, uniformStream, type Key } from '@working-papers/grad';
import {
  bootstrapInterval,
  intrinsicDimension,
  mean,
  memorisation,
  pairedCorrelation,
  points,
  type Memorisation,
  type Points,
} from '@working-papers/metrics';
import type { Row, RunContext } from '@working-papers/paper-kit';
import { encodePixels } from '@working-papers/paper-kit/figures';
import { sampleNeuralDenoiser, trainNeuralDenoiser } from './neuralDenoiser.ts';
import type { PartProgress } from './recovery.ts';

/** What part C compares. */
export interface ImagesConfig {
  readonly datasets: readonly ImageDatasetName[];
  /** Training images N of each of the two networks; the last is cut to half of the data set if larger. */
  readonly Ns: readonly number[];
  readonly hidden: readonly number[];
  readonly steps: number;
  readonly batch: number;
  readonly learningRate: number;
  /** Images drawn from each network, from the same noise. */
  readonly drawn: number;
}

/** What part C needs besides its images. */
export interface ImagesRun {
  readonly config: ImagesConfig;
  readonly context: Omit<RunContext, 'onProgress'>;
  readonly onProgress: PartProgress;
}

/** Side of the images: 28 x 28 averaged over squares of four pixels. */
export const imageSide = 14;
const dim = imageSide ** 2;
/** Samples of each network that a row carries as pictures. */
export const shownPairs = 8;

/** The images of one data set as points in [-1, 1]^196, shuffled, each once. */
export interface ImageSet {
  readonly dataset: ImageDatasetName;
  readonly images: Points;
}

/**
 * Loads the data sets of part C. Called before anything is measured, so that a data set that cannot
 * be had costs nobody a run.
 */
export async function loadImageSets(
  datasets: readonly ImageDatasetName[],
  context: Omit<RunContext, 'onProgress'>,
): Promise<readonly ImageSet[]> {
  const sets: ImageSet[] = [];
  for (const dataset of datasets) {
    sets.push({ dataset, images: await loadImages(dataset, context) });
  }
  return sets;
}

/** Rows of part C: the intrinsic dimension of each data set, then one row for each N. */
export async function* imageRows(
  sets: readonly ImageSet[],
  { config, context, onProgress }: ImagesRun,
): AsyncGenerator<Row, void, void> {
  const { Ns } = config;
  for (const [i, { dataset, images }] of sets.entries()) {
    const report: PartProgress = (label, fraction, step) =>
      onProgress(label, (i + fraction) / sets.length, step);
    const centres = Math.min(1000, images.count);
    const subset = take(images, 0, Math.min(8192, images.count));
    yield {
      part: 'C',
      dataset,
      images: images.count,
      intrinsicDimension: intrinsicDimension(subset, { centres }),
    };
    for (const [j, asked] of Ns.entries()) {
      const N = Math.min(asked, Math.floor(images.count / 2));
      yield await twoNetworks(
        { dataset, N, images },
        { config, context },
        (label, fraction, step) => report(label, (j + fraction) / Ns.length, step),
      );
    }
  }
}

async function loadImages(
  dataset: ImageDatasetName,
  { data, seed, signal }: Omit<RunContext, 'onProgress'>,
): Promise<Points> {
  const { train } = await data.images(dataset, signal);
  const pixels = toModelImages(train, { size: imageSide, range: [-1, 1] });
  const order = permutation(foldIn(foldIn(keyOf(seed), 'C'), dataset), train.count);
  // A duplicate has distance 0 twice and would never count as memorised.
  const seen = new Set<string>();
  const kept = [...order].filter((i) => {
    const image = fingerprint(pixels.subarray(i * dim, (i + 1) * dim));
    return !seen.has(image) && seen.add(image);
  });
  const result = new Float32Array(kept.length * dim);
  kept.forEach((i, to) => result.set(pixels.subarray(i * dim, (i + 1) * dim), to * dim));
  return points(result, dim);
}

/** 64 bits of two FNV-1a hashes: 60,000 different images collide with a chance of 1e-10. */
function fingerprint(image: Float32Array): string {
  const words = new Uint32Array(image.buffer, image.byteOffset, image.length);
  let [a, b] = [0x811c9dc5, 0x01234567];
  for (const word of words) {
    a = Math.imul(a ^ word, 0x01000193);
    b = Math.imul(b ^ (word >>> 7), 0x01000193) + word;
  }
  return `${a >>> 0}:${b >>> 0}`;
}

async function twoNetworks(
  { dataset, N, images }: { dataset: ImageDatasetName; N: number; images: Points },
  { config, context }: { config: ImagesConfig; context: Omit<RunContext, 'onProgress'> },
  report: PartProgress,
): Promise<Row> {
  const key = [dataset, N].reduce<Key>(foldIn, foldIn(keyOf(context.seed), 'C: networks'));
  const { backend, signal } = context;
  const { steps, drawn } = config;
  const trained = [];
  for (const half of [0, 1]) {
    const training = take(images, half * N, N);
    const label = `C: ${dataset}, N = ${N}, network ${half + 1} of 2`;
    const denoiser = await trainNeuralDenoiser(training, {
      ...config,
      key: foldIn(key, half),
      backend,
      signal,
      onStep: (step, loss) => report(label, (half + step / steps) / 2, { step, steps, loss }),
    });
    // The same key for both: the same noise.
    const sampling = { count: drawn, key: foldIn(key, 'sampling'), backend };
    const samples = await sampleNeuralDenoiser(denoiser, sampling);
    trained.push({ training, samples, copied: memorisation(samples, training) });
  }
  const [first, second] = trained;
  if (!first || !second) throw new Error('internal: two networks were not trained');
  const random = uniformStream(foldIn(key, 'bootstrap'));
  const flags = [...first.copied.isMemorised, ...second.copied.isMemorised];
  const agreement = pairedCorrelation(first.samples, second.samples);
  const others = pairedCorrelation(first.samples, rotated(second.samples));
  const gains = Array.from(agreement.ofPair, (r, i) => r - others.ofPair[i]!);
  const [low, high] = bootstrapInterval(flags, mean, { random, resamples: 500 });
  const [gainLow, gainHigh] = bootstrapInterval(gains, mean, { random, resamples: 500 });
  return {
    part: 'C',
    dataset,
    N,
    memorisedFraction: mean(flags),
    low,
    high,
    agreement: agreement.mean,
    otherNoise: others.mean,
    agreementGain: mean(gains),
    gainLow,
    gainHigh,
    ...pictures(first, second),
  };
}

interface Trained {
  readonly training: Points;
  readonly samples: Points;
  readonly copied: Memorisation;
}

/** The first samples of both networks, each with the training image nearest to it, as 8-bit grey. */
function pictures(first: Trained, second: Trained): Row {
  const sheet = (from: (i: number) => Float32Array): string => {
    const bytes = new Uint8Array(shownPairs * dim);
    for (let i = 0; i < shownPairs; i++) bytes.set(toGrey(from(i)), i * dim);
    return encodePixels(bytes);
  };
  const nearest = ({ training, copied }: Trained) =>
    sheet((i) => pointAt(training, copied.indices[2 * i] ?? 0));
  return {
    samplesA: sheet((i) => pointAt(first.samples, i)),
    nearestA: nearest(first),
    samplesB: sheet((i) => pointAt(second.samples, i)),
    nearestB: nearest(second),
  };
}

function toGrey(image: Float32Array): Uint8Array {
  return Uint8Array.from(image, (value) =>
    Math.max(0, Math.min(255, Math.round((value + 1) * 127.5))),
  );
}

/** Each point in the place of the one before it: pairs of different noise. */
function rotated(samples: Points): Points {
  const first = pointAt(samples, 0);
  const data = new Float32Array(samples.data.length);
  data.set(samples.data.subarray(samples.dim));
  data.set(first, data.length - samples.dim);
  return { ...samples, data };
}

function take(all: Points, start: number, count: number): Points {
  const data = all.data.slice(start * all.dim, (start + count) * all.dim);
  return { count, dim: all.dim, data };
}

function pointAt({ data, dim: width }: Points, i: number): Float32Array {
  return data.subarray(i * width, (i + 1) * width);
}
