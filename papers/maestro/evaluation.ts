/** What is measured of a trained network: accuracy, statistics of its normalisations, latency. */
import {
  compile,
  hostData,
  normal,
  tensor,
  type Backend,
  type ChannelStatistics,
  type Key,
  type Tensor,
} from '@working-papers/grad';
import { mean, quantile } from '@working-papers/metrics';
import { batchesInOrder, type LabelledImages } from './images.ts';
import { applyNetwork, type Architecture, type Network, type Statistics } from './network.ts';

/** A network that can be run. */
export interface Model {
  readonly architecture: Architecture;
  readonly network: Network;
  /** Of its normalisations, as {@link recalibrate} finds them; empty if it has none. */
  readonly statistics: Statistics;
}

/** What runs it. */
export interface Surroundings {
  readonly backend: Backend;
  readonly signal: AbortSignal;
}

/**
 * The statistics of every normalisation over the training images: the plain mean of those of the
 * batches. To be done anew for every slice of a network, whose activations are others.
 *
 * @param batch - Images at a time; those that fill no batch are left out.
 */
export async function recalibrate(
  { architecture, network }: Omit<Model, 'statistics'>,
  { images, batch }: { readonly images: LabelledImages; readonly batch: number },
  { backend, signal }: Surroundings,
): Promise<Statistics> {
  const names = Object.keys(network.norms);
  if (names.length === 0) return {};
  const measure = compile((x: Tensor) => applyNetwork(architecture, network, x).statistics, {
    backend,
    name: 'recalibration',
    optimization: 'all',
  });
  try {
    const seen: Statistics[] = [];
    for (const { x } of batchesInOrder(images, batch)) {
      signal.throwIfAborted();
      if (x.shape[0] === batch) seen.push(await measure(x));
    }
    return Object.fromEntries(
      names.map((name) => [name, averaged(seen.map((each) => each[name]))]),
    );
  } finally {
    await measure.dispose();
  }
}

function averaged(statistics: readonly (ChannelStatistics | undefined)[]): ChannelStatistics {
  const found = statistics.filter((each) => each !== undefined);
  const average = (vectors: readonly Tensor[]): Tensor => {
    const rows = vectors.map((vector) => Array.from(hostData(vector), Number));
    const length = rows[0]?.length ?? 0;
    return tensor(Float32Array.from({ length }, (_, i) => mean(rows.map((row) => row[i] ?? 0))));
  };
  return {
    mean: average(found.map((each) => each.mean)),
    variance: average(found.map((each) => each.variance)),
  };
}

/** The share of images whose class a model finds. */
export async function accuracyOf(
  { architecture, network, statistics }: Model,
  images: LabelledImages,
  { backend, signal }: Surroundings,
): Promise<number> {
  const count = compile(
    (x: Tensor, y: Tensor) =>
      applyNetwork(architecture, network, x, { statistics })
        .logits.argmax(-1)
        .equal(y.cast('int64'))
        .cast('float32')
        .sum(),
    { backend, name: 'evaluation', optimization: 'all' },
  );
  try {
    let correct = 0;
    for (const { x, y } of batchesInOrder(images, 500)) {
      signal.throwIfAborted();
      correct += await (await count(x, y)).item();
    }
    return correct / images.count;
  } finally {
    await count.dispose();
  }
}

/**
 * The median time of a batch for each model in ms, the models in turn so that what else the machine does
 * meets all of them. The first rounds do not count.
 */
export async function latencies(
  models: readonly Model[],
  { batch, rounds, key }: { readonly batch: number; readonly rounds: number; readonly key: Key },
  { backend, signal }: Surroundings,
): Promise<readonly number[]> {
  const warmUp = 5;
  const runs = models.map(({ architecture, network, statistics }) => ({
    run: compile((x: Tensor) => applyNetwork(architecture, network, x, { statistics }).logits, {
      backend,
      name: 'latency',
      optimization: 'all',
    }),
    x: normal(key, [batch, ...architecture.input]),
    times: new Array<number>(),
  }));
  try {
    for (let round = 0; round < warmUp + rounds; round++) {
      signal.throwIfAborted();
      for (const { run, x, times } of runs) {
        const start = performance.now();
        await run(x);
        if (round >= warmUp) times.push(performance.now() - start);
      }
    }
    return runs.map(({ times }) => quantile(times, 0.5));
  } finally {
    await Promise.all(runs.map(({ run }) => run.dispose()));
  }
}
