/** Editing: a step along a singular vector of the Jacobian at one noise level, then denoising to the end. */
import type { ImageDatasetName } from '@working-papers/data';
import { heunSample, sigmaSchedule } from '@working-papers/diffusion';
import {
  compile,
  foldIn,
  normals,
  tensor,
  uniformStream,
  type Key,
  type Tensor,
} from '@working-papers/grad';
import {
  bootstrapInterval,
  mean,
  nearestNeighbours,
  points,
  type Points,
} from '@working-papers/metrics';
import type { Row, RunContext } from '@working-papers/paper-kit';
import { encodePixels } from '@working-papers/paper-kit/figures';
import { imageSide, toGrey } from './images.ts';
import { editDirections, jacobiansOf } from './jacobians.ts';
import { denoiserOf, type NeuralDenoiser } from './neuralDenoiser.ts';
import { noisyPoint } from './noisyPoint.ts';
import { concentration, pictureProperties } from './pictureProperties.ts';

/** How much is edited. */
export interface EditSettings {
  /** Pictures that are edited. */
  readonly edited: number;
  /** Singular vectors tried on each, and as many random directions. */
  readonly directions: number;
  /** Length of a step in units of the length of a typical deviation, sigmaData sqrt(dim). */
  readonly strength: number;
}

/** A network, pictures that it has not seen, and the level at which they are edited. */
export interface EditTask {
  readonly denoiser: NeuralDenoiser;
  readonly heldOut: Points;
  readonly training: Points;
  readonly level: number;
  readonly key: Key;
  readonly settings: EditSettings;
}

/** Random directions are mixed of this many leading singular vectors. */
const mixedDirections = 20;
/** Steps along a direction that a strip of pictures shows, in units of `strength`. */
export const shownSteps = [-1, -0.5, 0, 0.5, 1] as const;

interface Edit {
  readonly picture: number;
  readonly kind: 'singular' | 'mixed' | 'any';
  /** Rank of the singular vector, from 0. */
  readonly direction: number;
  readonly step: number;
}

/** One row: how far, how cleanly and how specifically steps along singular vectors change pictures. */
export async function editRow(
  task: EditTask,
  { dataset, context }: { dataset: ImageDatasetName; context: RunContext },
): Promise<Row> {
  const { edits, starts } = await plannedEdits(task, context);
  const finished = await finish(task, starts, context);
  const spread = propertySpread(task.training);
  const dim = finished.dim;
  const at = (i: number) => finished.data.subarray(i * dim, (i + 1) * dim);
  const places = new Map(edits.map((edit, i) => [nameOf(edit), i]));
  const find = (edit: Edit) => at(places.get(nameOf(edit)) ?? 0);
  const pairs = edits.filter(({ step }) => step === 1);
  const measured = pairs.map((edit) => {
    const [up, down] = [find(edit), find({ ...edit, step: -1 })];
    const before = pictureProperties(toInk(down), imageSide);
    const after = pictureProperties(toInk(up), imageSide);
    const changes = after.map((value, k) => (value - before[k]!) / spread[k]!);
    return { ...edit, moved: distance(up, down), concentration: concentration(changes) };
  });
  const of = (kind: Edit['kind']) => measured.filter((each) => each.kind === kind);
  const moved = (kind: Edit['kind']) => mean(of(kind).map((each) => each.moved));
  const random = uniformStream(foldIn(task.key, 'bootstrap'));
  // One value for each picture: its directions are not independent.
  const mixed = byPicture(of('mixed'));
  const gains = byPicture(of('singular')).map((value, i) => value - mixed[i]!);
  const [gainLow, gainHigh] = bootstrapInterval(gains, mean, { random, resamples: 500 });
  const nearest = nearestRatio(finished, edits, task.training);
  const [nearestLow, nearestHigh] = bootstrapInterval(nearest, mean, { random, resamples: 500 });
  return {
    part: 'D',
    measure: 'editing',
    dataset,
    level: task.level,
    pictures: task.settings.edited,
    directions: task.settings.directions,
    moved: moved('singular'),
    movedAny: moved('any'),
    concentration: mean(of('singular').map((each) => each.concentration)),
    concentrationMixed: mean(of('mixed').map((each) => each.concentration)),
    concentrationGain: mean(gains),
    gainLow,
    gainHigh,
    nearestRatio: mean(nearest),
    nearestLow,
    nearestHigh,
    strip: strip(task.settings, find),
  };
}

function nameOf({ picture, kind, direction, step }: Edit): string {
  return `${picture} ${kind} ${direction} ${step}`;
}

/** The edits, and for each the noisy point from which denoising goes on. */
async function plannedEdits(
  { denoiser, heldOut, level, key, settings }: EditTask,
  context: RunContext,
) {
  const jacobians = jacobiansOf(denoiser, context.backend);
  const edits: Edit[] = [];
  const starts: Float32Array[] = [];
  const length = settings.strength * denoiser.sigmaData * Math.sqrt(heldOut.dim);
  const plan = (edit: Edit, xt: Float32Array, direction: Float32Array) => {
    edits.push(edit);
    starts.push(xt.map((x, i) => x + edit.step * length * direction[i]!));
  };
  try {
    for (let picture = 0; picture < settings.edited; picture++) {
      context.signal.throwIfAborted();
      const { xt, sigma } = noisyPoint({ denoiser, heldOut, level, index: picture, key });
      const found = editDirections(await jacobians.at(xt, sigma), mixedDirections).directions;
      for (let direction = 0; direction < settings.directions; direction++) {
        const draw = foldIn(foldIn(foldIn(key, 'directions'), picture), direction);
        const chosen = {
          singular: found[direction]!,
          mixed: unit(combine(found, normals(foldIn(draw, 'mixed'), found.length))),
          any: unit(Float32Array.from(normals(foldIn(draw, 'any'), heldOut.dim))),
        };
        for (const kind of ['singular', 'mixed', 'any'] as const) {
          const steps = kind === 'singular' ? shownSteps : ([-1, 1] as const);
          for (const step of steps) plan({ picture, kind, direction, step }, xt, chosen[kind]);
        }
      }
    }
  } finally {
    await jacobians.dispose();
  }
  return { edits, starts };
}

/** Denoises from the level of the edits to 0 by Heun's sampler. */
async function finish(
  { denoiser, level }: EditTask,
  starts: readonly Float32Array[],
  { backend }: RunContext,
): Promise<Points> {
  const { params, sigmaData, mean: centre } = denoiser;
  const dim = centre.length;
  const sigmaMax = level * sigmaData;
  const sigmas = sigmaSchedule({ nSteps: 18, sigmaMin: 0.004 * sigmaData, sigmaMax });
  const sample = compile(
    (weights: typeof params, xt: Tensor) =>
      heunSample(denoiserOf(weights, sigmaData), xt.div(sigmaMax), sigmas),
    { backend, name: 'sampler from an edited point' },
  );
  try {
    const all = new Float32Array(starts.length * dim);
    starts.forEach((start, i) => all.set(start, i * dim));
    const x = await (await sample(params, tensor(all, { shape: [starts.length, dim] }))).data();
    const pictures = Float32Array.from(x, Number).map((value, i) => value + centre[i % dim]!);
    return points(pictures, dim);
  } finally {
    await sample.dispose();
  }
}

/** Distance of edited pictures to the nearest real one, divided by that of the unedited, by picture. */
function nearestRatio(finished: Points, edits: readonly Edit[], training: Points): number[] {
  const { distances } = nearestNeighbours(finished, training, 1);
  const pictures = [...new Set(edits.map(({ picture }) => picture))];
  return pictures.map((picture) => {
    const of = (isEdited: boolean) =>
      mean(
        edits.flatMap((edit, i) =>
          edit.picture === picture && edit.kind === 'singular' && (edit.step !== 0) === isEdited
            ? [distances[i]!]
            : [],
        ),
      );
    return of(true) / of(false);
  });
}

function byPicture(
  measured: readonly { readonly picture: number; readonly concentration: number }[],
): number[] {
  const pictures = [...new Set(measured.map(({ picture }) => picture))];
  return pictures.map((picture) =>
    mean(measured.filter((each) => each.picture === picture).map((each) => each.concentration)),
  );
}

/** Standard deviation of each property over training pictures. */
function propertySpread(training: Points): number[] {
  const count = Math.min(1000, training.count);
  const values = Array.from({ length: count }, (_, i) =>
    pictureProperties(
      toInk(training.data.subarray(i * training.dim, (i + 1) * training.dim)),
      imageSide,
    ),
  );
  return (values[0] ?? []).map((_, k) => {
    const own = values.map((each) => each[k]!);
    const centre = mean(own);
    return Math.sqrt(mean(own.map((value) => (value - centre) ** 2))) || 1;
  });
}

/** The first picture moved along each singular vector, a row for each, as 8-bit grey. */
function strip({ directions }: EditSettings, find: (edit: Edit) => Float32Array): string {
  const size = imageSide ** 2;
  const bytes = new Uint8Array(directions * shownSteps.length * size);
  for (let direction = 0; direction < directions; direction++) {
    shownSteps.forEach((step, column) => {
      const image = find({ picture: 0, kind: 'singular', direction, step });
      bytes.set(toGrey(image), (direction * shownSteps.length + column) * size);
    });
  }
  return encodePixels(bytes);
}

/** From [-1, 1] to ink from 0 to 1. */
function toInk(image: Float32Array): Float32Array {
  return image.map((value) => (value + 1) / 2);
}

function combine(directions: readonly Float32Array[], weights: ArrayLike<number>): Float32Array {
  const [first = new Float32Array()] = directions;
  return first.map((_, i) => directions.reduce((sum, each, k) => sum + weights[k]! * each[i]!, 0));
}

function unit(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector);
  return vector.map((x) => x / length);
}

function distance(a: Float32Array, b: Float32Array): number {
  return Math.sqrt(a.reduce((sum, x, i) => sum + (x - b[i]!) ** 2, 0));
}
