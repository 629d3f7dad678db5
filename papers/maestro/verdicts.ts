/** The rules that decide on the paper's claims, fixed before any run was recorded. */
import { mean, meanInterval } from '@working-papers/metrics';
import {
  notMeasured,
  short,
  type Outcome,
  type Row,
  type Verdict,
} from '@working-papers/paper-kit';
import { comparedTerms } from './linearMap.ts';
import { accuracyAt, curveOf, sliceGains, type Curve } from './curves.ts';
import { num, rowsLike, valuesOf } from './rows.ts';

/** One rule per claim of `paper.ts`. */
export const verdicts = {
  c1: becomesSvd,
  c2: findsComponents,
  c3: smallerAtEqualAccuracy,
  c4: smoothExchange,
};

/** c1: the first k terms are the best of rank k, and without sampling they are not. */
function becomesSvd(rows: readonly Row[]): Verdict {
  const rule =
    'after the last step the largest |A_k - best_k|^2 / |C|^2 over k = 1, 2, 3: 95 % interval of its mean over seeds ' +
    'below 1e-3 with sampled ranks; without them that of k = 1 above 0.05';
  const last = rowsLike(rows, { part: 'E1' }).filter((row) => row['importances'] !== undefined);
  const worst = rowsLike(last, { method: 'LoD' }).map((row) =>
    Math.max(...Array.from({ length: comparedTerms }, (_, i) => num(row, `error${i + 1}`))),
  );
  const control = valuesOf(rowsLike(last, { method: 'no sampling' }), 'error1');
  if (worst.length < 2 || control.length < 2) return notMeasured(rule, 'needs two seeds of E1');
  const [value, interval] = [mean(worst), meanInterval(worst)];
  return {
    outcome: fromConditions([interval[1] < 1e-3, meanInterval(control)[0] > 0.05]),
    measured: `largest error ${short(value)} over ${worst.length} seeds; without sampling A_1 is off by ${short(mean(control))}`,
    value,
    interval,
    metric: 'largest relative squared error of A_1, A_2, A_3',
    rule,
  };
}

/** c2: the first k terms explain what k principal components do, and importances show the rank. */
function findsComponents(rows: readonly Row[]): Verdict {
  const rule =
    'digits: variance that the first k terms explain, over that of k principal components, least over k <= 8, at least ' +
    '0.99 (95 % interval over seeds; with one seed its value), and below that without sampling; data of low dimension: ' +
    'as many terms with importance above 0.01 as dimensions, for every seed, also after one was dropped';
  const ratios = leastRatios(rows, 'LoD');
  const control = leastRatios(rows, 'no sampling');
  const ranks = rowsLike(rows, { part: 'E2 low dimension' }).filter(
    (row) => row['foundRank'] !== undefined,
  );
  if (ratios.length === 0 || control.length === 0 || ranks.length === 0) {
    return notMeasured(rule, 'needs both parts of E2');
  }
  const value = mean(ratios);
  const interval = ratios.length > 1 ? meanInterval(ratios) : undefined;
  const found = ranks.filter((row) => row['foundRank'] === row['trueRank']).length;
  return {
    outcome: fromConditions([
      (interval?.[0] ?? value) >= 0.99,
      mean(control) < 0.99,
      found === ranks.length,
    ]),
    measured:
      `${percent(value)} of PCA's explained variance at the worst k <= 8 (without sampling ${percent(mean(control))}); ` +
      `true rank found in ${found} of ${ranks.length} runs`,
    value,
    ...(interval && { interval }),
    metric: 'least ratio of explained variance, k <= 8',
    rule,
  };
}

/** For each seed the least ratio of explained variance over k <= 8. */
function leastRatios(rows: readonly Row[], method: string): number[] {
  const own = rowsLike(rows, { part: 'E2 digits', method }).filter(
    (row) => typeof row['k'] === 'number' && row['k'] <= 8,
  );
  const seeds = new Set(own.map((row) => num(row, 'seed')));
  return [...seeds].map((seed) => Math.min(...valuesOf(rowsLike(own, { seed }), 'ratio')));
}

const baselines = ['truncated SVD', 'SVD, fine-tuned', 'fixed rank', 'pruned MLP', 'narrower'];

/** c3: at the MACs of Maestro's models every baseline is less accurate. */
function smallerAtEqualAccuracy(rows: readonly Row[]): Verdict {
  const rule =
    "accuracy of Maestro's models with lambda > 0 less that of a baseline at the same MACs (on its curve through the dense " +
    'model, straight in log MACs), mean over models, paired over seeds: 95 % interval above 0 for every baseline on MNIST';
  const own = rowsLike(rows, { part: 'E3', dataset: 'mnist', model: 'LeNet', what: 'model' });
  const gaps = baselines.map((method) => ({ method, gaps: gapsTo(own, method) }));
  if (!gaps.every((each) => each.gaps.length >= 2)) {
    return notMeasured(rule, 'needs every baseline with two seeds');
  }
  const judged = gaps.map((each) => ({
    ...each,
    value: mean(each.gaps),
    interval: meanInterval(each.gaps),
  }));
  const hardest = judged.reduce((least, each) => (each.value < least.value ? each : least));
  return {
    outcome: fromConditions(judged.map(({ interval }) => interval[0] > 0)),
    measured: `points of accuracy above ${judged
      .map(({ method, value }) => `${method} ${(100 * value).toFixed(1)}`)
      .join(', ')}`,
    value: 100 * hardest.value,
    interval: [100 * hardest.interval[0], 100 * hardest.interval[1]],
    metric: `points of accuracy above the strongest baseline (${hardest.method}) at equal MACs`,
    rule,
  };
}

/** For each seed the mean lead of Maestro's models over a baseline. */
function gapsTo(rows: readonly Row[], method: string): number[] {
  const seeds = [...new Set(rows.map((row) => num(row, 'seed')))];
  return seeds.flatMap((seed) => {
    const own = rowsLike(rows, { seed });
    const models = rowsLike(own, { method: 'Maestro' }).filter((row) => num(row, 'lambda') > 0);
    const curve: Curve = curveOf([
      ...rowsLike(own, { method }),
      ...rowsLike(own, { method: 'dense' }),
    ]);
    if (models.length === 0 || curve.length < 2) return [];
    return [mean(models.map((row) => num(row, 'accuracy') - accuracyAt(curve, num(row, 'macs'))))];
  });
}

/** c4: slices without training are better than those of the truncated SVD, and they are faster. */
function smoothExchange(rows: readonly Row[]): Verdict {
  const rule =
    'accuracy of slices to 50, 25, 10 and 5 % of the ranks without training, mean over them, less that of the truncated SVD ' +
    'of the dense network at the same ranks, paired over seeds: 95 % interval above 0 for every network with two seeds; ' +
    'and the slice to 10 % measured faster than the dense network on each';
  const gains = sliceGains(rows, 'Maestro').filter((each) => each.gains.length >= 2);
  if (gains.length === 0) return notMeasured(rule, 'needs slices of two seeds');
  const judged = gains.map((each) => ({
    ...each,
    value: mean(each.gains),
    interval: meanInterval(each.gains),
  }));
  const worst = judged.reduce((least, each) => (each.value < least.value ? each : least));
  const isFaster = judged.map(({ speedUps }) => speedUps.length > 0 && mean(speedUps) > 1);
  return {
    outcome: fromConditions([...judged.map(({ interval }) => interval[0] > 0), ...isFaster]),
    measured: judged
      .map(
        ({ name, value, speedUps }) =>
          `${name}: ${(100 * value).toFixed(1)} points above truncated SVD, the 10 % slice ${speedUps.length > 0 ? mean(speedUps).toFixed(2) : '?'} times as fast as dense`,
      )
      .join('; '),
    value: 100 * worst.value,
    interval: [100 * worst.interval[0], 100 * worst.interval[1]],
    metric: `points of accuracy above truncated SVD, mean over slices (${worst.name})`,
    rule,
  };
}

function fromConditions(conditions: readonly boolean[]): Outcome {
  return conditions.every(Boolean) ? 'holds' : conditions.some(Boolean) ? 'partly' : 'fails';
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
