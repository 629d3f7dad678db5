/** The robust loss against least squares, on the same points with the same optimiser. */
import { foldIn, keyOf, type Tensor } from '@working-papers/grad';
import { defineExperiment, type Cell } from '@working-papers/paper-kit';
import { figures } from './figures.ts';
import { samplePoints, truth } from './line.ts';
import { robustLoss } from './method.ts';
import { paper } from './paper.ts';
import { fitLine } from './training.ts';
import { verdicts } from './verdicts.ts';

/** Settings of a preset. */
export interface Config {
  /** Points of each line. */
  readonly points: number;
  readonly outlierFractions: readonly number[];
  /** Lines for each method and share of outliers. */
  readonly repeats: number;
  readonly steps: number;
}

/** One line, fitted by one method. */
export interface LineCell extends Cell {
  readonly method: keyof typeof losses;
  readonly points: number;
  readonly outlierFraction: number;
  readonly steps: number;
  readonly seed: number;
  readonly repeat: number;
}

const learningRate = 0.05;

const losses = {
  'robust loss': (residual: Tensor) => robustLoss(residual, 0.1),
  'least squares': (residual: Tensor) => residual.square().mul(0.5),
};

const quick: Config = { points: 100, outlierFractions: [0, 0.1, 0.2], repeats: 5, steps: 200 };
const standard: Config = { ...quick, outlierFractions: [0, 0.05, 0.1, 0.2, 0.3], repeats: 20 };

const untuned = { trials: 0, what: 'rate and delta as first written' } as const;

/** See the README for what each preset measures and how long it takes. */
export const experiment = defineExperiment({
  paper,
  presets: { quick, standard },
  methods: [
    { method: 'robust loss', role: 'method', tuning: untuned },
    { method: 'least squares', role: 'baseline', tuning: untuned },
  ],
  cells: ({ points, outlierFractions, repeats, steps }: Config, seed): readonly LineCell[] =>
    outlierFractions.flatMap((outlierFraction) =>
      Array.from({ length: repeats }, (_, repeat) =>
        (['robust loss', 'least squares'] as const).map((method) => ({
          label: `${method}, ${100 * outlierFraction} % outliers, line ${repeat + 1}`,
          cost: 1,
          method,
          points,
          outlierFraction,
          steps,
          seed,
          repeat,
        })),
      ).flat(),
    ),
  async *run({ label, method, points, outlierFraction, steps, seed, repeat }, context) {
    const { backend, signal, onProgress } = context;
    const key = [outlierFraction, repeat].map(String).reduce(foldIn, keyOf(seed));
    const options = { loss: losses[method], steps, learningRate, backend, signal, every: 50 };
    let slopeError = NaN;
    for await (const event of fitLine(samplePoints(points, { outlierFraction, key }), options)) {
      const { step, slope, loss } = event;
      slopeError = Math.abs(slope - truth.slope);
      const metric = { name: 'loss', value: loss };
      onProgress({ label, fraction: step / steps, step, steps, metric });
    }
    yield { method, outlierFraction, repeat, slopeError };
  },
  verdicts,
  figures,
});
