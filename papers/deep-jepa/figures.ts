/** The pictures of the experiment, drawn from its rows. */
import * as Plot from '@observablehq/plot';
import { mean, quantile } from '@working-papers/metrics';
import type { Figure, Row } from '@working-papers/paper-kit';
import { pixelGrid } from '@working-papers/paper-kit/figures';
import { parseCurve } from './curveText.ts';
import { decodeLearned } from './learnedFeatures.ts';
import { featureOde, fixedPoint, type Feature } from './method.ts';
import { objectives } from './objectives.ts';
import { patchSide } from './patches.ts';

/** Those pictures for which rows are at hand. */
export function figures(rows: readonly Row[]): readonly Figure[] {
  return [
    ...curves(rows),
    ...criticalTimes(rows),
    ...orderInversion(rows),
    ...descents(rows),
    ...patchTimes(rows),
    ...patchFilters(rows),
    ...distractors(rows),
  ];
}

const byRho = { legend: true, label: 'ρ', scheme: 'viridis', domain: [0.3, 1] } as const;
const inDepths = { label: null, tickFormat: (depth: number) => `L = ${depth}` };
const methods = objectives.map(({ method }) => method);

/** wbar / wbar* of a feature at times that are equally far apart in their logarithm. */
function curveOf(feature: Feature, initialScale: number, [from, to]: readonly [number, number]) {
  const times = Array.from({ length: 80 }, (_, k) => from * (to / from) ** (k / 79));
  const end = fixedPoint(feature);
  return Array.from(featureOde(feature, initialScale, times), (wbar, k) => ({
    time: times[k]!,
    value: wbar / end,
  }));
}

/** Features of equal covariance in the equations: only JEPA tells them apart. */
function curves(rows: readonly Row[]): Figure[] {
  const own = rows.filter(
    (row) =>
      row['kind'] === 'grid' &&
      row['lambda'] === 1 &&
      row['initialScale'] === 0.01 &&
      (row['depth'] === 1 || row['depth'] === 3),
  );
  if (own.length === 0) return [];
  const lines = own.flatMap((row) => {
    const { method, depth, rho } = numbersOf(row);
    const feature = { objective: objectiveOf(method), depth, lambda: 1, rho };
    const rivals = own.filter((other) => other['method'] === method && other['depth'] === depth);
    const latest = Math.max(...rivals.map((other) => Number(other['time'])));
    return curveOf(feature, 0.01, [latest / 8, latest * 2]).map((point) => ({
      ...point,
      method,
      depth,
      rho,
    }));
  });
  return [
    {
      name: 'learning-curves',
      title: 'Features of equal covariance λ: depth makes JEPA learn those of high ρ first',
      alt: 'Four panels, JEPA and MAE with one and three layers: strength of features in parts of its end against the logarithm of time, coloured by rho. With three layers the curves of JEPA spread, high rho first; elsewhere they all but coincide.',
      plot: {
        width: 720,
        height: 360,
        grid: true,
        x: { type: 'log', label: 'time t', ticks: 6, tickFormat: '~s' },
        y: { label: 'w̄ / w̄*', domain: [0, 1] },
        fx: { label: null, domain: methods },
        fy: inDepths,
        color: byRho,
        marks: [
          Plot.line(lines, {
            x: 'time',
            y: 'value',
            z: 'rho',
            stroke: 'rho',
            fx: 'method',
            fy: 'depth',
          }),
        ],
      },
    },
  ];
}

function criticalTimes(rows: readonly Row[]): Figure[] {
  const grid = rows.filter((row) => row['kind'] === 'grid' && Number(row['depth']) <= 5);
  const smallest = Math.min(...grid.map((row) => Number(row['initialScale'])));
  const filled = grid.filter((row) => row['initialScale'] === smallest);
  const cells = filled.flatMap((row) => {
    const one = filled.find(
      (other) =>
        other['method'] === row['method'] &&
        other['depth'] === row['depth'] &&
        other['lambda'] === 1 &&
        other['rho'] === 1,
    );
    return one ? [{ ...row, delay: Number(row['time']) / Number(one['time']) }] : [];
  });
  if (cells.length === 0) return [];
  return [
    {
      name: 'critical-times',
      title: `Time to learn a feature, in parts of that of λ = ρ = 1 (ε = ${smallest})`,
      alt: 'Heat maps over lambda and rho, by objective and number of layers. All darken towards small lambda; only those of JEPA darken towards small rho too, the more the deeper.',
      plot: {
        width: 720,
        height: 360,
        x: { label: 'λ', type: 'band', tickFormat: String, ticks: [0.5, 1, 1.5, 2] },
        y: { label: 'ρ', type: 'band', reverse: true },
        fx: inDepths,
        fy: { label: null, domain: methods },
        color: { legend: true, label: 't* / t*(λ = ρ = 1)', type: 'log', scheme: 'ylgnbu' },
        marks: [
          Plot.cell(cells, {
            x: 'lambda',
            y: 'rho',
            fx: 'depth',
            fy: 'method',
            fill: 'delay',
            inset: 0.5,
          }),
        ],
      },
    },
  ];
}

function orderInversion(rows: readonly Row[]): Figure[] {
  const own = rows.filter((row) => row['kind'] === 'trade-off');
  if (own.length === 0) return [];
  const ranked = own.map((row) => {
    const rivals = own.filter(
      (other) => other['method'] === row['method'] && other['depth'] === row['depth'],
    );
    const rank = rivals.filter((other) => Number(other['time']) < Number(row['time'])).length + 1;
    return { ...row, rank };
  });
  return [
    {
      name: 'order-inversion',
      title: 'Covariance rises as ρ falls: with depth JEPA comes to learn the clean features first',
      alt: 'Bump chart: the place of six features in the order of learning against the number of layers. The autoencoder keeps the noisiest first at every depth; for JEPA the order turns round from three layers on.',
      plot: {
        width: 720,
        height: 260,
        marginRight: 20,
        x: { type: 'point', label: 'layers L' },
        y: { label: 'place in the order', domain: [6.3, 0.7], ticks: 6 },
        fx: { label: null, domain: methods },
        color: byRho,
        marks: [
          Plot.line(ranked, {
            x: 'depth',
            y: 'rank',
            z: 'rho',
            fx: 'method',
            stroke: 'rho',
            strokeWidth: 3,
            curve: 'bump-x',
          }),
          Plot.dot(ranked, { x: 'depth', y: 'rank', fx: 'method', fill: 'rho', r: 5 }),
        ],
      },
    },
  ];
}

/** Strengths in gradient descent as dots on the curves of the equations. */
function descents(rows: readonly Row[]): Figure[] {
  const own = rows.filter(
    (row) => typeof row['curve'] === 'string' && row['gradient'] === 'expected',
  );
  if (own.length === 0) return [];
  const dots = own.flatMap((row) => {
    const { method, depth, rho } = numbersOf(row);
    return parseCurve(String(row['curve'])).map((point) => ({ ...point, method, depth, rho }));
  });
  const lines = own.flatMap((row) => {
    const { method, depth, rho, lambda } = numbersOf(row);
    const times = parseCurve(String(row['curve'])).map(({ time }) => time);
    const feature = { objective: objectiveOf(method), depth, lambda, rho };
    const ends = [Math.min(...times), Math.max(...times)] as const;
    return curveOf(feature, Number(row['initialScale']), ends).map((point) => ({
      ...point,
      method,
      depth,
      rho,
    }));
  });
  const facets = { x: 'time', y: 'value', fx: 'method', fy: 'depth' };
  return [
    {
      name: 'descent',
      title: 'Gradient descent on the matrices (dots) follows the equations (lines)',
      alt: 'Strength of ten features in parts of its end against the logarithm of time, for both objectives and each number of layers: dots of gradient descent lie on the curves of the equations.',
      plot: {
        width: 720,
        height: 140 + 120 * new Set(own.map((row) => row['depth'])).size,
        grid: true,
        x: { type: 'log', label: 'time t', ticks: 6, tickFormat: '~s' },
        y: { label: 'w̄ / w̄*', domain: [0, 1] },
        fx: { label: null, domain: methods },
        fy: inDepths,
        color: byRho,
        marks: [
          Plot.line(lines, { ...facets, z: 'rho', stroke: 'rho' }),
          Plot.dot(dots, { ...facets, fill: 'rho', r: 2 }),
        ],
      },
    },
  ];
}

/** Trainings on patches with the first draw of noise. */
function firstTrainings(rows: readonly Row[], setting: string): readonly Row[] {
  return rows.filter(
    (row) => row['kind'] === 'training' && row['setting'] === setting && row['noiseSeed'] === 0,
  );
}

function patchTimes(rows: readonly Row[]): Figure[] {
  const own = firstTrainings(rows, 'equal lambda');
  if (own.length === 0) return [];
  const dots = own.flatMap(({ method, depth, learned }) => {
    const all = decodeLearned(String(learned)).flatMap(({ time, ...rest }) =>
      time === null ? [] : [{ ...rest, time }],
    );
    if (all.length === 0) return [];
    const median = quantile(
      all.map(({ time }) => time),
      0.5,
    );
    return all.map((each) => ({ ...each, delay: each.time / median, method, depth }));
  });
  return [
    {
      name: 'patch-times',
      title: 'Patches of photographs, covariances made equal: when each feature is learned',
      alt: 'Dots for principal components of image patches: time of learning in parts of the median against rho, by objective and number of layers. It falls steeply with rho for JEPA with three layers, hardly for JEPA with one, and rises slightly for the autoencoder.',
      plot: {
        width: 720,
        height: 360,
        grid: true,
        x: { label: 'ρ' },
        y: { type: 'log', label: 'time / median', ticks: [0.8, 1, 1.25], tickFormat: '~g' },
        fx: { label: null, domain: methods },
        fy: inDepths,
        marks: [
          Plot.ruleY([1], { strokeOpacity: 0.4 }),
          Plot.dot(dots, { x: 'rho', y: 'delay', fx: 'method', fy: 'depth', r: 2.5 }),
        ],
      },
    },
  ];
}

const filterColumns = 10;

function patchFilters(rows: readonly Row[]): Figure[] {
  const all = firstTrainings(rows, 'trade-off');
  const deepest = Math.max(...all.map((row) => Number(row['depth'])));
  const own = all.filter((row) => row['depth'] === deepest);
  const filters = new Map(
    rows
      .filter((row) => row['kind'] === 'feature')
      .map((row) => [row['feature'], String(row['filter'])]),
  );
  if (own.length === 0 || filters.size === 0) return [];
  const sheets = own.map((row) => {
    const inOrder = decodeLearned(String(row['learned'])).toSorted(
      (a, b) => (a.time ?? Infinity) - (b.time ?? Infinity),
    );
    const images = inOrder.flatMap(({ feature }) => filters.get(feature) ?? []);
    const size = { width: patchSide, height: patchSide, columns: filterColumns };
    return { method: row['method'], ...pixelGrid({ images, ...size }) };
  });
  return [
    {
      name: 'patch-filters',
      title: `Noise on coarse patterns: features in the order of learning, L = ${deepest}`,
      alt: 'Two sheets of principal components of image patches, in rows from first to last learned: JEPA and MAE. The autoencoder begins with coarse patterns, which carry most noise; JEPA mostly with finer ones.',
      plot: {
        width: 720,
        height: 200,
        axis: null,
        x: { domain: [0, 1] },
        y: { domain: [0, 1] },
        fx: { label: null, axis: 'top', domain: methods },
        marks: [
          Plot.image(sheets, {
            fx: 'method',
            x: 0.5,
            y: 0.5,
            src: 'src',
            width: 320,
            height: 140,
            imageRendering: 'pixelated',
            preserveAspectRatio: 'xMidYMid meet',
          }),
        ],
      },
    },
  ];
}

function distractors(rows: readonly Row[]): Figure[] {
  const own = rows.filter((row) => row['part'] === 'E4');
  if (own.length === 0) return [];
  const means = methods.flatMap((method) => {
    const ofMethod = own.filter((row) => row['method'] === method);
    return [...new Set(ofMethod.map((row) => Number(row['amplitude'])))].map((amplitude) => ({
      method,
      amplitude,
      probeAccuracy: mean(
        ofMethod
          .filter((row) => row['amplitude'] === amplitude)
          .map((row) => Number(row['probeAccuracy'])),
      ),
    }));
  });
  return [
    {
      name: 'distractors',
      title: 'Our extension: a non-linear encoder of Fashion-MNIST beside a field of noise',
      alt: 'Accuracy of a linear probe against the amplitude of the noise beside the image, for JEPA and MAE; a dot for each seed, lines through the means.',
      plot: {
        width: 560,
        height: 280,
        grid: true,
        x: { label: 'amplitude of the noise' },
        y: { label: 'accuracy of a linear probe' },
        color: { legend: true, domain: methods },
        marks: [
          Plot.line(means, { x: 'amplitude', y: 'probeAccuracy', stroke: 'method' }),
          Plot.dot(own, { x: 'amplitude', y: 'probeAccuracy', stroke: 'method', r: 3 }),
        ],
      },
    },
  ];
}

function objectiveOf(method: string): Feature['objective'] {
  const found = objectives.find((each) => each.method === method);
  if (found === undefined) throw new Error(`internal: no objective has the name ${method}`);
  return found.objective;
}

function numbersOf(row: Row) {
  return {
    method: String(row['method']),
    depth: Number(row['depth']),
    lambda: Number(row['lambda']),
    rho: Number(row['rho']),
  };
}
