import { tensor } from '@working-papers/grad';
import {
  compareWithBound,
  defineArtefact,
  defineExperiment,
  meanStandings,
  untestable,
  type Cell,
  type ExportSettings,
  type ModelExport,
  type NamedTensors,
  type Row,
  type RunContext,
} from '@working-papers/paper-kit';
import { paper } from './paper.ts';

export { paper };

interface Config {
  readonly n: number;
  readonly perCell: number;
  /** Whether to walk at random instead, with a checkpoint after every step. */
  readonly isWalk?: boolean;
}

interface ToyCell extends Cell {
  readonly seed: number;
  readonly from: number;
  readonly to: number;
  readonly isWalk: boolean;
}

/** Counts, slowly enough to be interrupted where n is large. Some seeds end otherwise: see `count`. */
export const experiment = defineExperiment({
  paper,
  presets: {
    quick: { n: 3, perCell: 3 },
    standard: { n: 100_000, perCell: 1000 },
    full: { n: 40, perCell: 10, isWalk: true },
  },
  methods: [
    { method: 'counting', role: 'method', tuning: { trials: 2, what: 'fingers and toes' } },
    { method: 'guessing', role: 'baseline', tuning: { trials: 'nothing to tune', what: 'none' } },
  ],
  cells: ({ n, perCell, isWalk = false }: Config, seed) =>
    Array.from({ length: Math.ceil(n / perCell) }, (_, i): ToyCell => {
      const [from, to] = [i * perCell, Math.min(n, (i + 1) * perCell)];
      return { label: `from ${from}`, cost: to - from, seed, from, to, isWalk };
    }),
  run: (cell, context) => (cell.isWalk ? walk(cell, context) : count(cell, context)),
  verdicts: {
    c1: (rows) =>
      compareWithBound({
        value: rows.length,
        interval: [rows.length - 0.5, rows.length + 0.5],
        metric: 'rows',
        expected: { above: 2 },
      }),
    c2: () => untestable('needs an endless engine'),
  },
  figures: (rows) => [
    {
      name: 'counts',
      title: 'Counts',
      alt: `Axes with room for ${rows.length} points.`,
      plot: { x: { domain: [0, rows.length] }, marks: [] },
    },
  ],
});

async function* count(
  { from, to, seed }: ToyCell,
  { signal, onProgress }: RunContext,
): AsyncGenerator<Row, void, void> {
  if (seed === 13) throw new TypeError('a fault\nof the experiment');
  if (seed === 21) await forEver(onProgress);
  for (let i = from; i < to; i++) {
    signal.throwIfAborted();
    const step = { step: i - from + 1, steps: to - from };
    onProgress({ label: 'counting', fraction: step.step / step.steps, ...step });
    await sleep(5);
    yield { i, seed, value: seed === 7 && i === 1 ? Number.NaN : i };
  }
}

/** One row, at the end of a walk whose every step depends on the one before. */
async function* walk(
  { from, to, seed }: ToyCell,
  { signal, onProgress, checkpoint }: RunContext,
): AsyncGenerator<Row, void, void> {
  const store = checkpoint('walk');
  const kept = await store?.load();
  const steps = to - from;
  let at = Number(kept?.tensors['at']?.data[0] ?? seed + 0.1);
  for (let step = (kept?.step ?? 0) + 1; step <= steps; step++) {
    signal.throwIfAborted();
    await sleep(20);
    at = (at * 997 + from / 7) % 1;
    const tensors = { at: { dtype: 'F64', shape: [1], data: Float64Array.of(at) } } as const;
    await store?.save({ step, tensors, config: { seed, from }, loss: at, metrics: {} });
    onProgress({ label: 'walking', fraction: step / steps, step, steps });
  }
  yield { i: from, seed, value: at };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

/** A step that takes no notice of the signal. */
async function forEver(onProgress: RunContext['onProgress']): Promise<never> {
  for (let step = 1; ; step++) {
    onProgress({ label: 'hanging', fraction: 0, step, steps: step });
    await sleep(20);
  }
}

const abacus = defineArtefact({
  name: 'abacus',
  version: 1,
  config: { beads: 10 },
  make: ({ beads }) => Promise.resolve({ tensors: {}, json: beads }),
  read: ({ json }) => Number(json),
});

/** One for all cells. */
export function artefactsOf(): readonly [typeof abacus] {
  return [abacus];
}

/** How far each run counted. */
export function leaderboard(rows: readonly Row[]) {
  return meanStandings(
    rows.map(({ value = null }) => ({ method: 'counting', value })),
    { benchmark: 'counting', metrics: [{ key: 'value', metric: 'reached', better: 'higher' }] },
  );
}

/** A model that has learned to double. */
export const exportedModels = {
  doubler: {
    title: 'x [batch] to twice x',
    train: ({ batch }: ExportSettings<Config>, { onProgress }: RunContext) => {
      onProgress({ label: 'doubling', fraction: 1, step: 1, steps: 1 });
      const w = tensor([2]);
      return Promise.resolve({
        apply: ({ x }: NamedTensors) => ({ y: (x ?? w).mul(w) }),
        example: { x: tensor(new Float32Array(batch).fill(3)) },
      });
    },
  },
} satisfies Record<string, ModelExport<Config>>;
