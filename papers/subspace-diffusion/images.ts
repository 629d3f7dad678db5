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
import type { Cell, Row, RunContext } from '@working-papers/paper-kit';
import { encodePixels } from '@working-papers/paper-kit/figures';
import { sampleNeuralDenoiser, trainNeuralDenoiser } from './neuralDenoiser.ts';
import { reportTraining } from './reportTraining.ts';

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

/** The intrinsic dimension of a data set. */
interface ImageSetCell extends Cell {
  readonly part: 'C';
  readonly seed: number;
  readonly dataset: ImageDatasetName;
  readonly N: null;
}

/** Two networks that learn from N images each, with the settings that all share. */
interface TwoNetworksCell extends Cell, Omit<ImagesConfig, 'datasets' | 'Ns'> {
  readonly part: 'C';
  readonly seed: number;
  readonly dataset: ImageDatasetName;
  /** As asked for: cut to half of the data set if larger. */
  readonly N: number;
}

/** A cell of part C. */
export type ImagesCell = ImageSetCell | TwoNetworksCell;

/** Time of an intrinsic dimension in parts of that of two networks. */
const imageSetCost = 0.1;

/**
 * The cells of part C: for each data set its intrinsic dimension, then two networks for each N.
 *
 * @param share - What they cost together.
 */
export function imagesCells(
  { datasets, Ns, ...settings }: ImagesConfig,
  seed: number,
  share: number,
): ImagesCell[] {
  const cost = share / (datasets.length * (Ns.length + imageSetCost));
  return datasets.flatMap((dataset): ImagesCell[] => {
    const common = { part: 'C', seed, dataset } as const;
    return [
      { ...common, label: `C: ${dataset}`, cost: imageSetCost * cost, N: null },
      ...Ns.map((N) => ({ ...common, label: `C: ${dataset}, N = ${N}`, cost, ...settings, N })),
    ];
  });
}

/** The row of a cell of part C. */
export async function imagesRow(cell: ImagesCell, context: RunContext): Promise<Row> {
  const images = await loadImages(cell, context);
  if (cell.N !== null) return twoNetworks(cell, images, context);
  const subset = take(images, 0, Math.min(8192, images.count));
  const centres = Math.min(1000, images.count);
  return {
    part: 'C',
    dataset: cell.dataset,
    images: images.count,
    intrinsicDimension: intrinsicDimension(subset, { centres }),
  };
}

/** Side of the images: 28 x 28 averaged over squares of four pixels. */
export const imageSide = 14;
const dim = imageSide ** 2;
/** Samples of each network that a row carries as pictures. */
export const shownPairs = 8;

/** The images of one data set as points in [-1, 1]^196, shuffled, each once. */
export async function loadImages(
  { dataset, seed }: Pick<ImagesCell, 'dataset' | 'seed'>,
  { data, signal }: RunContext,
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
  cell: TwoNetworksCell,
  images: Points,
  context: RunContext,
): Promise<Row> {
  const { dataset, steps, drawn } = cell;
  const N = Math.min(cell.N, Math.floor(images.count / 2));
  const key = [dataset, N].reduce<Key>(foldIn, foldIn(keyOf(cell.seed), 'C: networks'));
  const { backend, signal, onProgress } = context;
  const trained = [];
  for (const index of [0, 1]) {
    const training = take(images, index * N, N);
    const label = `C: ${dataset}, N = ${N}, network ${index + 1} of 2`;
    const denoiser = await trainNeuralDenoiser(training, {
      hidden: cell.hidden,
      steps,
      batch: cell.batch,
      learningRate: cell.learningRate,
      key: foldIn(key, index),
      backend,
      signal,
      onStep: reportTraining(onProgress, { label, index, trainings: 2, steps }),
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

/** From [-1, 1] to 8 bits. */
export function toGrey(image: Float32Array): Uint8Array {
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
