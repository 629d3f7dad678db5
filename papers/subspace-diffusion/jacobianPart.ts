/** Part D: the rank of a denoiser's Jacobian by noise level, and what its singular vectors edit. */
import type { ImageDatasetName } from '@working-papers/data';
import { foldIn, keyOf, type Key } from '@working-papers/grad';
import { mean, meanInterval, points, svd, type Points } from '@working-papers/metrics';
import type { Cell, Row, RunContext } from '@working-papers/paper-kit';
import { editRow, type EditSettings } from './editing.ts';
import { loadImages } from './images.ts';
import { jacobiansOf, numericalRank, type Jacobians } from './jacobians.ts';
import { makeMolrg, sampleMolrg } from './molrg.ts';
import { trainNeuralDenoiser, type NeuralDenoiser } from './neuralDenoiser.ts';
import { noisyPoint, type NoisyPlace } from './noisyPoint.ts';
import { reportTraining } from './reportTraining.ts';

/** A network of part D and its training. */
interface NetworkSettings {
  readonly hidden: readonly number[];
  readonly steps: number;
  readonly batch: number;
  readonly learningRate: number;
}

/** What part D measures. */
export interface JacobianConfig extends EditSettings {
  readonly datasets: readonly ImageDatasetName[];
  /** Training images, cut so that there are held-out ones. */
  readonly N: number;
  readonly images: NetworkSettings;
  /** A mixture of two subspaces of dimension d in n dimensions; `ratio` d samples of each. */
  readonly mixture: NetworkSettings & {
    readonly n: number;
    readonly d: number;
    readonly ratio: number;
  };
  /** Noise levels in units of the deviation of the data, ascending. */
  readonly levels: readonly number[];
  /** Noisy points at each level. */
  readonly points: number;
}

interface MixtureCell extends Cell {
  readonly part: 'D';
  readonly seed: number;
  readonly dataset: null;
  readonly settings: Pick<JacobianConfig, 'mixture' | 'levels' | 'points'>;
}

interface ImageCell extends Cell {
  readonly part: 'D';
  readonly seed: number;
  readonly dataset: ImageDatasetName;
  readonly N: number;
  readonly settings: Omit<JacobianConfig, 'datasets' | 'mixture' | 'N'>;
}

/** A cell of part D. */
export type JacobianCell = MixtureCell | ImageCell;

/**
 * The cells of part D: the mixture, then one network for each data set.
 *
 * @param share - What they cost together.
 */
export function jacobianCells(
  { datasets, mixture, N, ...settings }: JacobianConfig,
  seed: number,
  share: number,
): JacobianCell[] {
  const { levels, points: count } = settings;
  const cost = share / (datasets.length + 0.5);
  const common = { part: 'D', seed } as const;
  return [
    {
      ...common,
      label: 'D: mixture',
      cost: cost / 2,
      dataset: null,
      settings: { mixture, levels, points: count },
    },
    ...datasets.map((dataset): ImageCell => {
      return { ...common, label: `D: ${dataset}`, cost, dataset, N, settings };
    }),
  ];
}

/** The rows of a cell of part D: one for each noise level, and for images one on editing. */
export async function* jacobianRows(
  cell: JacobianCell,
  context: RunContext,
): AsyncGenerator<Row, void, void> {
  const key = foldIn(foldIn(keyOf(cell.seed), 'D'), cell.dataset ?? 'mixture');
  if (cell.dataset === null) {
    const { denoiser, heldOut } = await mixtureNetwork(cell, key, context);
    const measured = { heldOut, denoiser, key, ...cell.settings };
    for await (const { row } of rankRows({ ...measured, cell, from: 0.6, to: 1 }, context))
      yield row;
    return;
  }
  const { settings } = cell;
  const { denoiser, heldOut, training } = await imageNetwork({ ...cell, settings }, key, context);
  const measured = { heldOut, denoiser, key, ...settings };
  const ranks: { level: number; rank: number }[] = [];
  for await (const { row, rank, level } of rankRows(
    { ...measured, cell, from: 0.4, to: 0.9 },
    context,
  )) {
    ranks.push({ level, rank });
    yield row;
  }
  yield await editRow(
    { denoiser, heldOut, training, level: editLevel(ranks), key: foldIn(key, 'editing'), settings },
    { dataset: cell.dataset, context },
  );
  context.onProgress({ label: `${cell.label}, editing`, fraction: 1, step: 1, steps: 1 });
}

/** Levels at which a picture is neither finished nor still open. */
const middle = { low: 0.5, high: 5 };

/** The level of lowest rank among those in the middle; the lower one of equals. */
export function editLevel(ranks: readonly { level: number; rank: number }[]): number {
  const inMiddle = ranks.filter(({ level }) => level >= middle.low && level <= middle.high);
  const [first = { level: 1, rank: 0 }, ...rest] = inMiddle;
  return rest.reduce((best, each) => (each.rank < best.rank ? each : best), first).level;
}

async function mixtureNetwork(
  { settings: { mixture }, label }: MixtureCell,
  key: Key,
  context: RunContext,
) {
  const { n, d, ratio, ...training } = mixture;
  const model = makeMolrg({ dim: n, dims: [d, d], key });
  const labels = Int32Array.from({ length: 2 * d * ratio }, (_, i) => i % 2);
  const data = points(sampleMolrg(model, { labels, key: foldIn(key, 'training') }).x, n);
  const denoiser = await train(data, training, { key, label, share: 0.6 }, context);
  const heldOut = points(sampleMolrg(model, { count: 256, key: foldIn(key, 'held out') }).x, n);
  return { denoiser, heldOut };
}

async function imageNetwork(
  { dataset, seed, N, settings, label }: ImageCell,
  key: Key,
  context: RunContext,
) {
  const all = await loadImages({ dataset, seed }, context);
  const count = Math.min(N, Math.floor(all.count / 2));
  const training = points(all.data.slice(0, count * all.dim), all.dim);
  const heldOut = points(all.data.slice(count * all.dim, 2 * count * all.dim), all.dim);
  const place = { key, label, share: 0.4 };
  const denoiser = await train(training, settings.images, place, context);
  return { denoiser, heldOut, training };
}

async function train(
  data: Points,
  settings: NetworkSettings,
  { key, label, share }: { key: Key; label: string; share: number },
  { backend, signal, onProgress }: RunContext,
): Promise<NeuralDenoiser> {
  const { steps } = settings;
  const report = reportTraining(
    (progress) => onProgress({ ...progress, fraction: share * progress.fraction }),
    { label, index: 0, trainings: 1, steps },
  );
  return trainNeuralDenoiser(data, {
    ...settings,
    key: foldIn(key, 'network'),
    backend,
    signal,
    onStep: report,
  });
}

interface RankSettings {
  readonly denoiser: NeuralDenoiser;
  readonly heldOut: Points;
  readonly key: Key;
  readonly levels: readonly number[];
  readonly points: number;
  readonly cell: JacobianCell;
  /** Share of the cell that is done before, and after. */
  readonly from: number;
  readonly to: number;
}

async function* rankRows(
  { denoiser, heldOut, key, levels, points: count, cell, from, to }: RankSettings,
  { backend, signal, onProgress }: RunContext,
): AsyncGenerator<{ row: Row; rank: number; level: number }, void, void> {
  const jacobians = jacobiansOf(denoiser, backend);
  try {
    for (const [i, level] of levels.entries()) {
      const ranks: number[] = [];
      for (let p = 0; p < count; p++) {
        signal.throwIfAborted();
        ranks.push(await rankAt(jacobians, { denoiser, heldOut, level, p, key }));
      }
      const fraction = from + (to - from) * ((i + 1) / levels.length);
      onProgress({
        label: `${cell.label}, Jacobians`,
        fraction,
        step: i + 1,
        steps: levels.length,
        metric: { name: 'rank', value: mean(ranks) },
      });
      const [low, high] = meanInterval(ranks);
      const row = {
        part: 'D',
        measure: 'rank',
        dataset: cell.dataset ?? 'mixture',
        n: heldOut.dim,
        ...(cell.dataset === null && { d: cell.settings.mixture.d }),
        level,
        rank: mean(ranks),
        rankLow: low,
        rankHigh: high,
      };
      yield { row, rank: mean(ranks), level };
    }
  } finally {
    await jacobians.dispose();
  }
}

async function rankAt(
  jacobians: Jacobians,
  place: Omit<NoisyPlace, 'index'> & { readonly p: number },
): Promise<number> {
  const { xt, sigma } = noisyPoint({ ...place, index: place.p });
  return numericalRank(svd(await jacobians.at(xt, sigma)).values);
}
