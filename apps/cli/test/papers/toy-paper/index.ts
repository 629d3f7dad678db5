import {
  compareWithBound,
  defineExperiment,
  untestable,
  type Row,
  type RunContext,
} from '@working-papers/paper-kit';
import { paper } from './paper.ts';

export { paper };

/** Counts, slowly enough to be interrupted where n is large. Some seeds end otherwise: see `count`. */
export const experiment = defineExperiment({
  paper,
  presets: { quick: { n: 3 }, standard: { n: 100_000 } },
  run: count,
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
  { n }: { n: number },
  { seed, signal, onProgress }: RunContext,
): AsyncGenerator<Row, void, void> {
  if (seed === 13) throw new TypeError('a fault\nof the experiment');
  if (seed === 21) await forEver(onProgress);
  for (let i = 0; i < n; i++) {
    signal.throwIfAborted();
    onProgress({ label: 'counting', fraction: i / n, step: i + 1, steps: n });
    await new Promise((resolve) => {
      setTimeout(resolve, 5);
    });
    yield { i, seed, value: seed === 7 && i === 1 ? Number.NaN : i };
  }
}

/** A step that takes no notice of the signal. */
async function forEver(onProgress: RunContext['onProgress']): Promise<never> {
  for (let step = 1; ; step++) {
    onProgress({ label: 'hanging', fraction: 0, step, steps: step });
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
}
