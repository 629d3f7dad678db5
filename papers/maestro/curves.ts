/** Accuracy against MACs: what verdicts compare and figures draw. */
import { mean } from '@working-papers/metrics';
import type { Row } from '@working-papers/paper-kit';
import { num, rowsLike } from './rows.ts';

/** Models by rising MACs. */
export type Curve = readonly { readonly macs: number; readonly accuracy: number }[];

/** The models of some rows as a curve. */
export function curveOf(rows: readonly Row[]): Curve {
  return rows
    .map((row) => ({ macs: num(row, 'macs'), accuracy: num(row, 'accuracy') }))
    .toSorted((a, b) => a.macs - b.macs);
}

/** A curve's accuracy at some MACs, straight in log MACs between models and level beyond the ends. */
export function accuracyAt(curve: Curve, macs: number): number {
  const right = curve.findIndex((point) => point.macs >= macs);
  const [low, high] = [curve[right - 1], curve[right]];
  if (high === undefined) return curve.at(-1)?.accuracy ?? 0;
  if (low === undefined) return high.accuracy;
  const share = Math.log(macs / low.macs) / Math.log(high.macs / low.macs);
  return low.accuracy + share * (high.accuracy - low.accuracy);
}

/** What slicing gains on one network. */
export interface SliceGain {
  /** `mnist, LeNet`. */
  readonly name: string;
  /** For each seed: mean accuracy of the slices less that of truncated SVD's at the same ranks. */
  readonly gains: readonly number[];
  /** For each seed: latency of the dense network over that of the slice to a tenth of the ranks. */
  readonly speedUps: readonly number[];
}

/** The gains of a method's slices without lasso, one entry for each network and data set. */
export function sliceGains(rows: readonly Row[], method: string): readonly SliceGain[] {
  const models = rowsLike(rows, { part: 'E3', what: 'model' });
  const names = new Set(models.map((row) => `${String(row['dataset'])}, ${String(row['model'])}`));
  return [...names].flatMap((name) => {
    const own = models.filter(
      (row) => `${String(row['dataset'])}, ${String(row['model'])}` === name,
    );
    const seeds = [...new Set(own.map((row) => num(row, 'seed')))];
    const measured = seeds.flatMap((seed) => gainOf(rowsLike(own, { seed }), method));
    if (measured.length === 0) return [];
    return [
      {
        name,
        gains: measured.map(({ gain }) => gain),
        speedUps: measured.flatMap(({ speedUp }) => (speedUp === null ? [] : [speedUp])),
      },
    ];
  });
}

function gainOf(rows: readonly Row[], method: string) {
  const slices = rowsLike(rows, { method, lambda: 0 }).filter((row) => num(row, 'slice') < 1);
  const truncated = rowsLike(rows, { method: 'truncated SVD' });
  const differences = slices.flatMap((row) =>
    rowsLike(truncated, { slice: num(row, 'slice') }).map(
      (twin) => num(row, 'accuracy') - num(twin, 'accuracy'),
    ),
  );
  if (differences.length === 0) return [];
  const [tenth] = rowsLike(slices, { slice: 0.1 });
  const isTimed = typeof tenth?.['latencyMs'] === 'number';
  const speedUp = tenth && isTimed ? num(tenth, 'denseLatencyMs') / num(tenth, 'latencyMs') : null;
  return [{ gain: mean(differences), speedUp }];
}
