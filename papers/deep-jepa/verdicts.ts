/** The rules that decide on the paper's claims, fixed before any run was recorded. */
import { mean, meanInterval, spearmanCorrelation } from '@working-papers/metrics';
import { notMeasured, type Outcome, type Row, type Verdict } from '@working-papers/paper-kit';
import { decodeLearned } from './learnedFeatures.ts';

/** One rule per claim of `paper.ts`. */
export const verdicts = {
  c1: rhoFirst,
  c2: lambdaFirst,
  c3: reversedOrder,
  c4: deeperIsStronger,
  c5: equationsHold,
};

/** At equal lambda the order of learning follows rho for JEPA and not for the autoencoder. */
function rhoFirst(rows: readonly Row[]): Verdict {
  const rule =
    'lambda equal: Spearman correlation of learning time and rho below -0.9 for JEPA with L of 2 or more and within ' +
    '-0.3 to 0.3 for MAE (E1 at every depth, eps = 0.01; E3 at the largest depth, 95 % interval over draws of noise); and from eps = 0.01 ' +
    'to 0.001 the lag of rho = 0.5 behind rho = 1 grows more than fivefold for JEPA and less than twofold for MAE (E1)';
  const depths = deepDepths(rows);
  if (depths.length === 0) return notMeasured(rule, 'E1 was not run');
  const theory = (method: string) => depths.map((depth) => theoryRank(rows, method, depth));
  const growth = (method: string) =>
    depths.flatMap((depth) => {
      const [coarse, fine] = [lag(rows, method, depth, 0.01), lag(rows, method, depth, 0.001)];
      return coarse === null || fine === null ? [] : [fine / coarse];
    });
  const [jepa, mae] = [patchFigures(rows, 'JEPA', 'rankRho'), patchFigures(rows, 'MAE', 'rankRho')];
  const conditions = [
    theory('JEPA').every((rank) => rank < -0.9) && (jepa === null || jepa.interval[1] < -0.9),
    theory('MAE').every((rank) => Math.abs(rank) <= 0.3) &&
      (mae === null || (mae.interval[0] >= -0.3 && mae.interval[1] <= 0.3)),
    growth('JEPA').every((factor) => factor > 5) && growth('MAE').every((factor) => factor < 2),
  ];
  const lead = theoryLead(rows, 'MAE');
  const words =
    `equations: JEPA ${range(theory('JEPA'))}, MAE ${range(theory('MAE'))}, whose noisiest features come first, by at most ${fixed(100 * lead, 0)} % of the time; ` +
    `the lag grows by ${range(growth('JEPA'), 1)} and ${range(growth('MAE'), 1)}`;
  if (jepa === null || mae === null) {
    return {
      outcome: fromConditions(conditions),
      measured: `${words}; patches not in this preset`,
      value: Math.max(...theory('JEPA')),
      metric: 'largest Spearman correlation of time and rho in the equations, JEPA',
      rule,
    };
  }
  return {
    outcome: fromConditions(conditions),
    measured: `patches: JEPA ${fixed(jepa.value)}, MAE ${fixed(mae.value)}; ${words}`,
    ...jepa,
    metric: 'Spearman correlation of time and rho on patches, JEPA at the largest depth',
    rule,
  };
}

/** At equal rho larger covariances are learned first by both. */
function lambdaFirst(rows: readonly Row[]): Verdict {
  const rule =
    'rho equal: Spearman correlation of learning time and lambda below -0.9 for both objectives, for every rho and depth (E1) and on patches (E3)';
  const grid = rows.filter((row) => row['kind'] === 'grid');
  const theory = groups(grid, ['method', 'depth', 'initialScale', 'rho'])
    .filter((group) => group.length > 1)
    .map((group) => spearmanCorrelation(column(group, 'time'), column(group, 'lambda')));
  if (theory.length === 0) return notMeasured(rule, 'E1 was not run');
  const patches = trainings(rows, 'equal rho').map((row) => num(row, 'rankLambda'));
  const value = Math.max(...theory, ...patches);
  return {
    outcome: fromConditions([
      theory.every((rank) => rank < -0.9),
      patches.every((rank) => rank < -0.9),
    ]),
    measured: `equations ${range(theory)} in ${theory.length} settings; ${patches.length === 0 ? 'patches not in this preset' : `patches ${range(patches)}`}`,
    value,
    metric: 'largest Spearman correlation of time and lambda',
    rule,
  };
}

/** Where lambda rises as rho falls, deep JEPA reverses the autoencoder's order. */
function reversedOrder(rows: readonly Row[]): Verdict {
  const rule =
    'a noisy feature (lambda 1.3, rho 0.6) against a clean one (1, 1): MAE learns the noisy one first at every depth, JEPA at L = 1 but not from L = 3 on (E1); ' +
    'on patches whose noise grows with lambda, the Spearman correlation of both orders is below 0 at the largest depth and above 0 at L = 1 (E3, 95 % interval over draws of noise)';
  const ends = groups(
    rows.filter((row) => row['kind'] === 'trade-off'),
    ['method', 'depth'],
  ).map((features) => ({
    method: features[0]!['method'],
    depth: num(features[0]!, 'depth'),
    isCleanFirst: num(features[0]!, 'time') < num(features.at(-1)!, 'time'),
  }));
  if (ends.length === 0) return notMeasured(rule, 'E1 was not run');
  const cleanFirst = (method: string) =>
    ends.filter((end) => end.method === method && end.isCleanFirst).map(({ depth }) => depth);
  const reversed = cleanFirst('JEPA');
  const depths = [...new Set(ends.map(({ depth }) => depth))];
  const conditions = [
    cleanFirst('MAE').length === 0,
    !reversed.includes(1) && depths.every((depth) => depth < 3 || reversed.includes(depth)),
  ];
  const words = `equations: JEPA reverses the order at L = ${reversed.join(', ')}, MAE ${conditions[0] ? 'never' : 'too'}`;
  const agreements = orderAgreements(rows);
  const [shallow, deep] = [agreements.at(0), agreements.at(-1)];
  if (shallow === undefined || deep === undefined || shallow === deep) {
    return {
      outcome: fromConditions(conditions),
      measured: `${words}; patches not in this preset`,
      rule,
    };
  }
  return {
    outcome: fromConditions([...conditions, deep.interval[1] < 0, shallow.interval[0] > 0]),
    measured: `patches: orders correlate by ${fixed(shallow.value)} at L = ${shallow.depth} and ${fixed(deep.value)} at L = ${deep.depth}; ${words}`,
    value: deep.value,
    interval: deep.interval,
    metric: "Spearman correlation of JEPA's and MAE's order on patches at the largest depth",
    rule,
  };
}

/** JEPA's preference for high rho grows with depth. */
function deeperIsStronger(rows: readonly Row[]): Verdict {
  const rule =
    "JEPA's delay t*(rho = 0.5) / t*(rho = 1) - 1 at eps = 0.001 is below 0.05 at L = 1 and rises with every depth (E1); " +
    'on patches of equal lambda the slope of log time on log rho is lower at the largest depth than at L = 1 (E3, 95 % interval over draws of noise)';
  const depths = [...new Set(gridOf(rows, 'JEPA').map((row) => num(row, 'depth')))];
  const delays = depths.flatMap((depth) => {
    const [half, one] = [0.5, 1].map((rho) =>
      timeAt(rows, { method: 'JEPA', depth, initialScale: 0.001, rho }),
    );
    return half === undefined || one === undefined ? [] : [half / one - 1];
  });
  if (delays.length < 2) return notMeasured(rule, 'E1 was not run');
  const conditions = [
    delays[0]! < 0.05 && delays.every((delay, i) => i === 0 || delay > delays[i - 1]!),
  ];
  const words = `equations: delay ${delays.map((delay) => fixed(delay)).join(', ')} at L = ${depths.join(', ')}`;
  const slopes = patchSlopes(rows);
  if (slopes === null) {
    return {
      outcome: fromConditions(conditions),
      measured: `${words}; patches not in this preset`,
      rule,
    };
  }
  const differences = slopes.deep.map((slope, i) => slope - slopes.shallow[i]!);
  const interval = meanInterval(differences);
  return {
    outcome: fromConditions([...conditions, interval[1] < 0]),
    measured: `patches: slope ${fixed(mean(slopes.shallow))} at L = 1 and ${fixed(mean(slopes.deep))} at the largest depth; ${words}`,
    value: mean(differences),
    interval,
    metric: 'slope of log time on log rho on patches, largest depth minus L = 1, JEPA',
    rule,
  };
}

/** Gradient descent on matrices follows the equations. */
function equationsHold(rows: readonly Row[]): Verdict {
  const rule =
    'gradient descent on the matrices stays within 1 % of the fixed point from the equation, for every feature, objective, depth and model, also turned away from the coordinates; ' +
    'with stochastic gradients the order of learning correlates with the predicted one above 0.95 (E2)';
  const own = rows.filter((row) => row['part'] === 'E2');
  const exact = own.filter((row) => row['gradient'] === 'expected');
  const sampled = own.filter((row) => row['gradient'] !== 'expected');
  if (exact.length === 0 || sampled.length === 0) return notMeasured(rule, 'E2 was not run');
  const value = Math.max(...column(exact, 'largestError'));
  const ranks = groups(sampled, ['method', 'model', 'depth']).map((group) =>
    spearmanCorrelation(
      group.map((row) => (typeof row['time'] === 'number' ? row['time'] : Number.MAX_VALUE)),
      column(group, 'equationTime'),
    ),
  );
  return {
    outcome: fromConditions([value < 0.01, ranks.every((rank) => rank > 0.95)]),
    measured: `largest deviation ${fixed(100 * value, 2)} % of the fixed point over ${exact.length} curves; stochastic order correlates by ${range(ranks)}`,
    value,
    metric: 'largest deviation from the equation, share of the fixed point',
    rule,
  };
}

/** The correlation of JEPA's and the autoencoder's learning times on patches, by depth, over seeds. */
function orderAgreements(rows: readonly Row[]) {
  const own = trainings(rows, 'trade-off');
  const depths = [...new Set(own.map((row) => num(row, 'depth')))].toSorted((a, b) => a - b);
  return depths.flatMap((depth) => {
    const of = (method: string) =>
      own
        .filter((row) => row['depth'] === depth && row['method'] === method)
        .toSorted((a, b) => num(a, 'noiseSeed') - num(b, 'noiseSeed'))
        .map((row) =>
          decodeLearned(String(row['learned'])).map(({ time }) => time ?? Number.MAX_VALUE),
        );
    const [jepa, mae] = [of('JEPA'), of('MAE')];
    if (jepa.length < 2 || jepa.length !== mae.length) return [];
    const values = jepa.map((times, i) => spearmanCorrelation(times, mae[i]!));
    return [{ depth, value: mean(values), interval: meanInterval(values) }];
  });
}

function patchSlopes(rows: readonly Row[]) {
  const own = trainings(rows, 'equal lambda').filter((row) => row['method'] === 'JEPA');
  const deepest = Math.max(...own.map((row) => num(row, 'depth')));
  const at = (depth: number) =>
    own
      .filter((row) => row['depth'] === depth)
      .toSorted((a, b) => num(a, 'noiseSeed') - num(b, 'noiseSeed'))
      .map((row) => num(row, 'slopeRho'));
  const [shallow, deep] = [at(1), at(deepest)];
  return deepest > 1 && shallow.length > 1 && shallow.length === deep.length
    ? { shallow, deep }
    : null;
}

/** A figure of the trainings on patches of equal lambda, at the largest depth, over draws of noise. */
function patchFigures(rows: readonly Row[], method: string, key: string) {
  const own = trainings(rows, 'equal lambda').filter((row) => row['method'] === method);
  const deepest = Math.max(...own.map((row) => num(row, 'depth')));
  const values = own.filter((row) => row['depth'] === deepest).map((row) => num(row, key));
  return values.length < 2 ? null : { value: mean(values), interval: meanInterval(values) };
}

function trainings(rows: readonly Row[], setting: string): readonly Row[] {
  return rows.filter((row) => row['kind'] === 'training' && row['setting'] === setting);
}

function gridOf(rows: readonly Row[], method: string): readonly Row[] {
  return rows.filter((row) => row['kind'] === 'grid' && row['method'] === method);
}

/** Depths of 2 or more in E1. */
function deepDepths(rows: readonly Row[]): readonly number[] {
  const depths = gridOf(rows, 'JEPA').map((row) => num(row, 'depth'));
  return [...new Set(depths)].filter((depth) => depth >= 2);
}

/** Features of lambda = 1 at eps = 0.01. */
function equalLambda(rows: readonly Row[], method: string, depth: number): readonly Row[] {
  return gridOf(rows, method).filter(
    (row) => row['depth'] === depth && row['lambda'] === 1 && row['initialScale'] === 0.01,
  );
}

function theoryRank(rows: readonly Row[], method: string, depth: number): number {
  const own = equalLambda(rows, method, depth);
  return spearmanCorrelation(column(own, 'time'), column(own, 'rho'));
}

/** The largest share of the time by which features of lower rho are ahead, over all depths. */
function theoryLead(rows: readonly Row[], method: string): number {
  const leads = deepDepths(rows).map((depth) => {
    const times = column(equalLambda(rows, method, depth), 'time');
    return 1 - Math.min(...times) / Math.max(...times);
  });
  return Math.max(...leads);
}

function lag(rows: readonly Row[], method: string, depth: number, initialScale: number) {
  const [half, one] = [0.5, 1].map((rho) => timeAt(rows, { method, depth, initialScale, rho }));
  return half === undefined || one === undefined ? null : half - one;
}

function timeAt(rows: readonly Row[], like: Row): number | undefined {
  const wanted = Object.entries({ ...like, kind: 'grid', lambda: 1 });
  const found = rows.find((row) => wanted.every(([key, value]) => row[key] === value));
  return found && num(found, 'time');
}

/** Rows with the same values of some keys together. */
function groups(rows: readonly Row[], keys: readonly string[]): readonly (readonly Row[])[] {
  const found = new Map<string, Row[]>();
  for (const row of rows) {
    const name = keys.map((key) => String(row[key])).join(' | ');
    found.set(name, [...(found.get(name) ?? []), row]);
  }
  return [...found.values()];
}

function column(rows: readonly Row[], key: string): number[] {
  return rows.map((row) => num(row, key));
}

function num(row: Row, key: string): number {
  const value = row[key];
  if (typeof value !== 'number') {
    throw new Error(`internal: ${key} is ${String(value)} in a row of ${String(row['method'])}`);
  }
  return value;
}

function fromConditions(conditions: readonly boolean[]): Outcome {
  return conditions.every(Boolean) ? 'holds' : conditions.some(Boolean) ? 'partly' : 'fails';
}

/** The smallest and the largest of some values in words. */
function range(values: readonly number[], digits = 3): string {
  const [low, high] = [Math.min(...values), Math.max(...values)].map((value) =>
    fixed(value, digits),
  );
  return low === high ? String(low) : `${low} to ${high}`;
}

function fixed(value: number, digits = 3): string {
  return value.toFixed(digits);
}
