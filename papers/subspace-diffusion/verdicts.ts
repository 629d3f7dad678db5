/** The rules that decide on the paper's claims, fixed before any run was recorded. */
import { mean, meanInterval } from '@working-papers/metrics';
import { notMeasured, type Outcome, type Row, type Verdict } from '@working-papers/paper-kit';
import { editLevel } from './jacobianPart.ts';

/** One rule per claim of `paper.ts`. */
export const verdicts = {
  c1: sameProblem,
  c2: linearInDimension,
  c3: sameTransition,
  c4: realImages,
  c5: editing,
};

const closeness = 0.02;

/** c1: training the denoiser and PCA find the same subspace, and so do K-subspaces and training for K = 2. */
function sameProblem(rows: readonly Row[]): Verdict {
  const rule =
    `K = 1: mean distance of the trained subspace to PCA's below ${closeness} over N > d (95 % interval) and ` +
    `in the median at every N = d; within 5 % of PCA's mean error at every N < d. K = 2: the first N at which half ` +
    `of the seeds succeed differs from that of K-subspaces by at most 1`;
  const trained = rowsOf(rows, 'low-rank denoiser');
  const above = trained.filter((row) => num(row, 'N') > num(row, 'd'));
  const atD = trained.filter((row) => num(row, 'N') === num(row, 'd'));
  const below = trained.filter((row) => num(row, 'N') < num(row, 'd'));
  if (above.length < 2 || atD.length === 0 || below.length === 0) {
    return notMeasured(rule, 'needs part A with N below, at and above d');
  }
  const distances = above.map((row) => num(row, 'distanceToPca'));
  const value = mean(distances);
  const [low, high] = meanInterval(distances);
  const median = Math.max(...atD.map((row) => num(row, 'medianDistanceToPca')));
  const gap = Math.max(...below.map((row) => relativeGap(row, rows)));
  const thresholds = clusteringThresholds(rows);
  const doClustersMatch =
    thresholds === null || thresholds.trained.every((N) => Math.abs(N - thresholds.classical) <= 1);
  const conditions = [high < closeness, median < closeness, gap < 0.05, doClustersMatch];
  const clusters =
    thresholds === null
      ? 'K = 2 not in this preset'
      : `K = 2: half of the seeds succeed from N = ${inWords(thresholds.classical)} (K-subspaces) and ${thresholds.trained.map(inWords).join(', ')} (trained)`;
  return {
    outcome: fromConditions(conditions),
    measured:
      `distance to PCA ${fixed(value)} for N > d, largest median at N = d ${fixed(median)}, ` +
      `largest gap for N < d ${fixed(100 * gap, 1)} %; ${clusters}`,
    value,
    interval: [low, high],
    metric: 'mean distance of trained and PCA subspace, N > d',
    rule,
  };
}

/** c2: half of the seeds succeed from N = d on, for every d and every n. */
function linearInDimension(rows: readonly Row[]): Verdict {
  const rule =
    'first N at which half of the seeds come within 0.1 of the true subspace, divided by d: 1 for PCA and the trained ' +
    'denoiser, at every d and every n';
  const methods = ['PCA', 'low-rank denoiser'];
  const thresholds = methods.flatMap((method) => {
    const own = rowsOf(rows, method).filter((row) => row['K'] === 1);
    const settings = new Set(own.map((row) => `${num(row, 'n')}|${num(row, 'd')}`));
    return [...settings].map((setting) => {
      const cells = own.filter((row) => `${num(row, 'n')}|${num(row, 'd')}` === setting);
      const d = num(cells[0]!, 'd');
      return { d, n: num(cells[0]!, 'n'), ratio: firstSuccess(cells) / d };
    });
  });
  if (thresholds.length < 2) return notMeasured(rule, 'part A was not run');
  const ratios = thresholds.map(({ ratio }) => (Number.isFinite(ratio) ? ratio : 10));
  const value = mean(ratios);
  const [low, high] = meanInterval(ratios);
  const exact = ratios.filter((ratio) => ratio === 1).length / ratios.length;
  const list = (key: 'd' | 'n') => [...new Set(thresholds.map((each) => each[key]))].join(', ');
  return {
    outcome: exact === 1 ? 'holds' : exact >= 0.5 ? 'partly' : 'fails',
    measured: `N/d = ${fixed(value)} at the transition, exactly 1 in ${fixed(100 * exact, 0)} % of the settings (d = ${list('d')}; n = ${list('n')})`,
    value,
    interval: [low, high],
    metric: 'N/d at the transition',
    rule,
  };
}

/** c3: curves of memorisation for different d fall onto one another against N/d, not against N. */
function sameTransition(rows: readonly Row[]): Verdict {
  const rule =
    'memorised fraction above 0.8 at the smallest N/d and below 0.1 at the largest; and log2 of the ratio of the N/d ' +
    'at which two d cross 0.5 has a 95 % interval over seeds that holds 0 and not the value it would have if N alone decided';
  const own = rows.filter((row) => row['part'] === 'B');
  if (own.length === 0) return notMeasured(rule, 'part B was not run');
  const ratios = own.map((row) => num(row, 'ratio'));
  const at = (ratio: number, key: string) =>
    mean(own.filter((row) => row['ratio'] === ratio).map((row) => num(row, key)));
  const [few, many] = [Math.min(...ratios), Math.max(...ratios)];
  const ends = [at(few, 'memorisedFraction') > 0.8, at(many, 'memorisedFraction') < 0.1];
  const words =
    `memorised ${fixed(at(few, 'memorisedFraction'))} at N/d = ${few} and ` +
    `${fixed(at(many, 'memorisedFraction'))} at ${many}`;
  const shift = crossingShift(own);
  if (shift === null) {
    return {
      outcome: ends.every(Boolean) ? 'partly' : 'fails',
      measured: `${words}; no crossings of two d to compare`,
      value: at(few, 'memorisedFraction') - at(many, 'memorisedFraction'),
      interval: [at(few, 'low') - at(many, 'high'), at(few, 'high') - at(many, 'low')],
      metric: 'fall of the memorised fraction from the smallest to the largest N/d',
      rule,
    };
  }
  const [low, high] = shift.interval;
  const holdsZero = low <= 0 && high >= 0;
  const holdsOther = low <= shift.ifOnlyN && high >= shift.ifOnlyN;
  return {
    outcome: fromConditions([...ends, holdsZero && !holdsOther]),
    measured: `${words}; crossing shifts by 2^${fixed(shift.value)} in N/d (2^${fixed(shift.ifOnlyN)} if N alone decided)`,
    value: shift.value,
    interval: shift.interval,
    metric: 'log2 ratio of the crossings N/d of the largest and the smallest d',
    rule,
  };
}

/** c4: memorisation falls with N, two networks with disjoint data come to agree, and the rank is low. */
function realImages(rows: readonly Row[]): Verdict {
  const rule =
    'on every data set, from the smallest to the largest N: the memorised fraction falls by more than 0.5 and the ' +
    'agreement of two networks beyond that of different noise rises by more than 0.2 (95 % intervals), and the rank of ' +
    'the Jacobian is below n/4 (95 % interval) at its lowest between 0.5 and 5 times the deviation of the data; at most ' +
    'partly where that rank is not measured';
  const own = rows.filter((row) => row['part'] === 'C' && typeof row['N'] === 'number');
  if (own.length === 0) return notMeasured(rule, 'part C was not run');
  const sets = [...new Set(own.map((row) => String(row['dataset'])))].map((dataset) => {
    const curve = own.filter((row) => row['dataset'] === dataset);
    const [few, many] = [curve[0]!, curve.at(-1)!];
    const fall = num(few, 'memorisedFraction') - num(many, 'memorisedFraction');
    const interval = [
      num(few, 'low') - num(many, 'high'),
      num(few, 'high') - num(many, 'low'),
    ] as const;
    const leastRise = num(many, 'gainLow') - num(few, 'gainHigh');
    const lowest = lowestRank(rows, dataset);
    return {
      dataset,
      fall,
      interval,
      rise: num(many, 'agreementGain') - num(few, 'agreementGain'),
      moves: interval[0] > 0 && leastRise > 0,
      conditions: [
        interval[0] > 0.5,
        leastRise > 0.2,
        lowest !== null && num(lowest, 'rankHigh') < num(lowest, 'n') / 4,
      ],
      rank:
        lowest === null
          ? 'rank not measured'
          : `rank ${fixed(num(lowest, 'rank'), 1)} of ${num(lowest, 'n')}`,
    };
  });
  const worst = sets.reduce((least, set) => (set.fall < least.fall ? set : least));
  const all = sets.flatMap(({ conditions }) => conditions);
  const isSome = sets.some(({ moves, conditions }) => moves || conditions[2] === true);
  return {
    outcome: all.every(Boolean) ? 'holds' : isSome ? 'partly' : 'fails',
    measured: sets
      .map(
        ({ dataset, fall, rise, rank }) =>
          `${dataset}: memorised falls by ${fixed(fall)}, agreement rises by ${fixed(rise)}, ${rank}`,
      )
      .join('; '),
    value: worst.fall,
    interval: worst.interval,
    metric: 'least fall of the memorised fraction from the smallest to the largest N',
    rule,
  };
}

/** The row of lowest rank in the middle of the noise levels. */
function lowestRank(rows: readonly Row[], dataset: string): Row | null {
  const own = rows.filter((row) => row['measure'] === 'rank' && row['dataset'] === dataset);
  const level = editLevel(own.map((row) => ({ level: num(row, 'level'), rank: num(row, 'rank') })));
  return own.find((row) => row['level'] === level) ?? null;
}

/** c5: a step along a singular vector moves a picture, keeps it a picture and changes one property. */
function editing(rows: readonly Row[]): Verdict {
  const rule =
    'on every data set, for steps along the leading singular vectors: the finished picture moves at least 5 times as far ' +
    'as along random directions; its distance to the nearest real picture grows by at most 10 % (95 % interval); and the ' +
    'largest of six measured properties (ink, width, height, slant, place) has a larger share of the change than along ' +
    'random mixtures of 20 singular vectors (95 % interval). Whether a property is meaningful is left to the eye';
  const own = rows.filter((row) => row['measure'] === 'editing');
  const [first] = own;
  if (first === undefined) return notMeasured(rule, 'part D is in standard and full');
  const conditions = own.flatMap((row) => [
    num(row, 'moved') >= 5 * num(row, 'movedAny'),
    num(row, 'nearestHigh') <= 1.1,
    num(row, 'gainLow') > 0,
  ]);
  const worst = own.reduce(
    (least, row) => (num(row, 'concentrationGain') < num(least, 'concentrationGain') ? row : least),
    first,
  );
  return {
    outcome: fromConditions(conditions),
    measured: own
      .map(
        (row) =>
          `${String(row['dataset'])}: moves ${fixed(num(row, 'moved') / num(row, 'movedAny'), 1)} times as far as a ` +
          `random direction, distance to real pictures ${fixed(num(row, 'nearestRatio'), 2)} times that of unedited ones, ` +
          `share of one property ${fixed(num(row, 'concentration'), 2)} (mixtures ${fixed(num(row, 'concentrationMixed'), 2)})`,
      )
      .join('; '),
    value: num(worst, 'concentrationGain'),
    interval: [num(worst, 'gainLow'), num(worst, 'gainHigh')],
    metric: "least gain in the largest property's share of the change over random mixtures",
    rule,
  };
}

function fromConditions(conditions: readonly boolean[]): Outcome {
  return conditions.every(Boolean) ? 'holds' : conditions.some(Boolean) ? 'partly' : 'fails';
}

function rowsOf(rows: readonly Row[], method: string): readonly Row[] {
  return rows.filter((row) => row['part'] === 'A' && row['method'] === method);
}

function relativeGap(row: Row, rows: readonly Row[]): number {
  const twin = rowsOf(rows, 'PCA').find((other) =>
    ['n', 'd', 'N', 'K'].every((key) => other[key] === row[key]),
  );
  if (twin === undefined) return Number.POSITIVE_INFINITY;
  return Math.abs(num(row, 'distance') / num(twin, 'distance') - 1);
}

/** The smallest N from which half of the seeds succeed; infinite if there is none. */
export function firstSuccess(cells: readonly Row[]): number {
  const sorted = cells.toSorted((a, b) => num(a, 'N') - num(b, 'N'));
  const found = sorted.find((row) => num(row, 'successRate') >= 0.5);
  return found ? num(found, 'N') : Number.POSITIVE_INFINITY;
}

function clusteringThresholds(rows: readonly Row[]) {
  const classical = rowsOf(rows, 'K-subspaces');
  if (classical.length === 0) return null;
  const trained = ['hard', 'soft'].map((kind) =>
    firstSuccess(rowsOf(rows, `low-rank denoiser, ${kind} weights`)),
  );
  return { classical: firstSuccess(classical), trained };
}

/** How far the crossing of 0.5 moves in log2(N/d) from the smallest to the largest d, over seeds. */
function crossingShift(rows: readonly Row[]) {
  const ds = [...new Set(rows.map((row) => num(row, 'd')))].toSorted((a, b) => a - b);
  const seeds = [...new Set(rows.map((row) => num(row, 'seed')))];
  const [small, large] = [ds[0], ds.at(-1)];
  if (small === undefined || large === undefined || small === large || seeds.length < 2)
    return null;
  const shifts = seeds.flatMap((seed) => {
    const [from, to] = [small, large].map((d) =>
      crossing(rows.filter((row) => row['d'] === d && row['seed'] === seed)),
    );
    return from === null || to === null || from === undefined || to === undefined
      ? []
      : [to - from];
  });
  if (shifts.length < 2) return null;
  return {
    value: mean(shifts),
    interval: meanInterval(shifts),
    ifOnlyN: Math.log2(small / large),
  };
}

/** log2(N/d) at which a curve of memorisation crosses 0.5, linear between measurements. */
export function crossing(curve: readonly Row[]): number | null {
  const points = curve
    .map((row) => ({ x: Math.log2(num(row, 'ratio')), y: num(row, 'memorisedFraction') }))
    .toSorted((a, b) => a.x - b.x);
  for (const [i, right] of points.entries()) {
    const left = points[i - 1];
    if (left && left.y >= 0.5 && right.y < 0.5) {
      return left.x + ((left.y - 0.5) / (left.y - right.y)) * (right.x - left.x);
    }
  }
  return null;
}

function num(row: Row, key: string): number {
  const value = row[key];
  if (typeof value !== 'number') {
    throw new Error(`internal: ${key} is ${String(value)} in a row of ${String(row['method'])}`);
  }
  return value;
}

/** A threshold, or that there is none. */
function inWords(threshold: number): string {
  return Number.isFinite(threshold) ? String(threshold) : 'none';
}

function fixed(value: number, digits = 3): string {
  return value.toFixed(digits);
}
