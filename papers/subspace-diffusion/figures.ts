/** The pictures of the experiment, drawn from its rows. */
import * as Plot from '@observablehq/plot';
import type { Figure, Row } from '@working-papers/paper-kit';
import { decodePixels, encodePixels, pixelGrid } from '@working-papers/paper-kit/figures';
import { shownSteps } from './editing.ts';
import { imageSide, shownPairs } from './images.ts';

/** Those pictures for which rows are at hand. */
export function figures(rows: readonly Row[]): readonly Figure[] {
  return [
    ...recovery(rows),
    ...sweep(rows),
    ...clustering(rows),
    ...transitions(rows),
    ...imageCurves(rows),
    ...imagePairs(rows),
    ...rankCurve(rows),
    ...editStrips(rows),
  ];
}

const trainedMethod = 'low-rank denoiser';

/** A dimension as a category: `d = 3`. */
function named(key: 'd' | 'n'): (row: Row) => string {
  return (row) => `${key} = ${String(row[key])}`;
}

function recovery(rows: readonly Row[]): Figure[] {
  const own = rows.filter((row) => row['part'] === 'A' && row['K'] === 1 && row['n'] === 48);
  if (own.length === 0) return [];
  const ds = [...new Set(own.map((row) => row['d']))].map((d) => ({ d }));
  return [
    {
      name: 'recovery',
      title: 'Error of the recovered subspace falls to zero at N = d',
      alt: 'One panel per intrinsic dimension d: distance to the true subspace against the number of samples N, for PCA, the low-rank denoiser and a linear denoiser. A vertical line marks N = d, where the error drops to zero.',
      plot: {
        width: 720,
        height: 260,
        marginLeft: 44,
        grid: true,
        x: { label: 'samples N', ticks: [2, 5, 10, 15] },
        y: { label: '‖UUᵀ − U*U*ᵀ‖', domain: [0, 4] },
        fx: { label: null, tickFormat: (d: number) => `d = ${d}` },
        color: { legend: true },
        marks: [
          Plot.ruleX(ds, { x: 'd', fx: 'd', strokeDasharray: '3,3', strokeOpacity: 0.5 }),
          Plot.line(own, { x: 'N', y: 'distance', fx: 'd', stroke: 'method' }),
          Plot.dot(own, { x: 'N', y: 'distance', fx: 'd', stroke: 'method', r: 2.5 }),
        ],
      },
    },
    {
      name: 'success',
      title: 'Where half of the seeds succeed: the staircase N = d',
      alt: 'Two heat maps of the success rate over N and d, for PCA and for the low-rank denoiser. Success fills the region N of at least d.',
      plot: {
        width: 720,
        height: 240,
        x: { label: 'samples N', type: 'band' },
        y: { label: 'd', type: 'band', reverse: true },
        fx: { label: null },
        color: { legend: true, label: 'success rate', scheme: 'blues', domain: [0, 1] },
        marks: [
          Plot.cell(
            own.filter((row) => row['method'] === 'PCA' || row['method'] === trainedMethod),
            { x: 'N', y: 'd', fx: 'method', fill: 'successRate', inset: 0.5 },
          ),
        ],
      },
    },
  ];
}

function sweep(rows: readonly Row[]): Figure[] {
  const own = rows.filter((row) => row['part'] === 'A' && row['method'] === trainedMethod);
  const swept = own.filter((row) =>
    own.some((other) => other['d'] === row['d'] && other['n'] !== row['n']),
  );
  if (swept.length === 0) return [];
  return [
    {
      name: 'ambient-dimension',
      title: 'The transition does not move with the ambient dimension n',
      alt: 'Distance of the trained subspace to the true one against N at one d, a line for each ambient dimension n. All drop to zero at the same N.',
      plot: {
        width: 560,
        height: 280,
        grid: true,
        x: { label: 'samples N' },
        y: { label: '‖UUᵀ − U*U*ᵀ‖' },
        color: { legend: true },
        marks: [
          Plot.ruleX(swept.slice(0, 1), { x: 'd', strokeDasharray: '3,3', strokeOpacity: 0.5 }),
          Plot.line(swept, { x: 'N', y: 'distance', stroke: named('n') }),
          Plot.dot(swept, { x: 'N', y: 'distance', stroke: named('n'), r: 2.5 }),
        ],
      },
    },
  ];
}

function clustering(rows: readonly Row[]): Figure[] {
  const own = rows.filter((row) => row['part'] === 'A' && row['K'] === 2);
  if (own.length === 0) return [];
  return [
    {
      name: 'clustering',
      title: 'Two subspaces: training finds what K-subspaces finds',
      alt: 'Mean distance of two learned subspaces to the true ones against the samples of each, for K-subspaces and for the denoiser with hard and soft weights.',
      plot: {
        width: 560,
        height: 280,
        grid: true,
        x: { label: 'samples of each subspace N' },
        y: { label: 'mean ‖UUᵀ − U*U*ᵀ‖ after matching' },
        color: { legend: true },
        marks: [
          Plot.ruleX(own.slice(0, 1), { x: 'd', strokeDasharray: '3,3', strokeOpacity: 0.5 }),
          Plot.line(own, { x: 'N', y: 'distance', stroke: 'method' }),
          Plot.dot(own, { x: 'N', y: 'distance', stroke: 'method', r: 3 }),
        ],
      },
    },
  ];
}

function transitions(rows: readonly Row[]): Figure[] {
  const own = rows.filter((row) => row['part'] === 'B');
  if (own.length === 0) return [];
  const against = (key: 'N' | 'ratio', label: string): Figure => ({
    name: `transition-against-${key === 'N' ? 'n' : 'ratio'}`,
    title: `Memorised samples of a neural denoiser against ${label}`,
    alt: `Fraction of samples that copy a training point against ${label} on a logarithmic axis, a line for each intrinsic dimension d; the dashed line is the fraction among fresh points of the mixture.`,
    plot: {
      width: 560,
      height: 280,
      grid: true,
      x: { type: 'log', base: 2, label },
      y: { label: 'memorised fraction', domain: [0, 1] },
      color: { legend: true },
      marks: [
        Plot.line(
          own,
          Plot.groupX({ y: 'mean' }, { x: key, y: 'memorisedFraction', stroke: named('d') }),
        ),
        Plot.line(
          own,
          Plot.groupX(
            { y: 'mean' },
            { x: key, y: 'chanceFraction', stroke: named('d'), strokeDasharray: '3,3' },
          ),
        ),
        Plot.dot(own, { x: key, y: 'memorisedFraction', stroke: named('d'), r: 3 }),
      ],
    },
  });
  return [against('N', 'samples of each subspace N'), against('ratio', 'N/d')];
}

function imageCurves(rows: readonly Row[]): Figure[] {
  const own = rows.filter((row) => row['part'] === 'C' && typeof row['N'] === 'number');
  if (own.length === 0) return [];
  const curves = own.flatMap(({ dataset, N, memorisedFraction, agreement, otherNoise }) => [
    { dataset, N, measure: 'memorised fraction', value: memorisedFraction },
    { dataset, N, measure: 'agreement, same noise', value: agreement },
    { dataset, N, measure: 'agreement, other noise', value: otherNoise },
  ]);
  return [
    {
      name: 'images',
      title: 'Images: from copying to agreeing',
      alt: 'For each data set, against the number of training images N: the fraction of samples that copy a training image, and the correlation of samples of two networks with disjoint data, from the same and from other noise.',
      plot: {
        width: 720,
        height: 280,
        grid: true,
        x: { type: 'log', label: 'training images N' },
        y: { label: null, domain: [0, 1] },
        fx: { label: null },
        color: { legend: true },
        marks: [
          Plot.line(curves, { x: 'N', y: 'value', z: 'measure', fx: 'dataset', stroke: 'measure' }),
          Plot.dot(curves, { x: 'N', y: 'value', fx: 'dataset', stroke: 'measure', r: 3 }),
        ],
      },
    },
  ];
}

/** Samples of two networks from the same noise, each beside the training image nearest to it. */
function imagePairs(rows: readonly Row[]): Figure[] {
  const own = rows.filter((row) => row['part'] === 'C' && typeof row['samplesA'] === 'string');
  const datasets = [...new Set(own.map((row) => String(row['dataset'])))];
  return datasets.map((dataset) => {
    const curve = own.filter((row) => row['dataset'] === dataset);
    const [few, many] = [curve[0]!, curve.at(-1)!];
    const sheets = (curve.length > 1 ? [few, many] : [few]).map((row) => ({
      panel: `N = ${String(row['N'])}`,
      ...sheetOf(row),
    }));
    return {
      name: `pairs-${dataset}`,
      title: `${dataset}: samples of two networks from the same noise, and their nearest training images`,
      alt: `Small images in rows: samples of network A, the training images nearest to them, samples of network B from the same noise, and the training images nearest to those; for few and for many training images.`,
      plot: {
        width: 720,
        height: 220,
        marginLeft: 70,
        axis: null,
        x: { domain: [0, 1] },
        y: { domain: [0, 1] },
        fx: { label: null, axis: 'top', domain: sheets.map(({ panel }) => panel) },
        marks: [
          Plot.image(sheets, {
            fx: 'panel',
            x: 0.5,
            y: 0.5,
            src: 'src',
            width: 300,
            height: 160,
            imageRendering: 'pixelated',
            preserveAspectRatio: 'xMidYMid meet',
          }),
        ],
      },
    };
  });
}

const sheetRows = ['samplesA', 'nearestA', 'samplesB', 'nearestB'] as const;

function sheetOf(row: Row): { src: string } {
  const size = imageSide * imageSide;
  const images = sheetRows.flatMap((key) => {
    const bytes = decodePixels(String(row[key]), shownPairs * size);
    return Array.from({ length: shownPairs }, (_, i) =>
      encodePixels(bytes.subarray(i * size, (i + 1) * size)),
    );
  });
  return {
    src: pixelGrid({ images, width: imageSide, height: imageSide, columns: shownPairs }).src,
  };
}

function rankCurve(rows: readonly Row[]): Figure[] {
  const own = rows.filter((row) => row['measure'] === 'rank');
  if (own.length === 0) return [];
  const curves = own.map((row) => {
    const [n, rank, low, high] = [row['n'], row['rank'], row['rankLow'], row['rankHigh']].map(
      Number,
    );
    const name = row['dataset'] === 'mixture' ? `mixture, d = ${String(row['d'])}` : row['dataset'];
    const share = (value = 0) => Math.min(1, Math.max(0, value / (n ?? 1)));
    return { name, level: row['level'], share: share(rank), low: share(low), high: share(high) };
  });
  return [
    {
      name: 'jacobian-rank',
      title: 'Rank of the denoiser’s Jacobian: low in the middle of the noise range',
      alt: 'Numerical rank of the Jacobian as a share of the dimension against the noise level, from high to low noise, for the mixture and for each set of images. Each curve is low in the middle and rises towards low noise.',
      plot: {
        width: 560,
        height: 300,
        grid: true,
        x: { type: 'log', reverse: true, label: 'noise level in deviations of the data' },
        y: { label: 'rank / n', domain: [0, 1] },
        color: { legend: true },
        marks: [
          Plot.areaY(curves, {
            x: 'level',
            y1: 'low',
            y2: 'high',
            fill: 'name',
            fillOpacity: 0.15,
          }),
          Plot.line(curves, { x: 'level', y: 'share', stroke: 'name' }),
          Plot.dot(curves, { x: 'level', y: 'share', stroke: 'name', r: 3 }),
        ],
      },
    },
  ];
}

/** The first edited picture of each data set, a row for each singular vector. */
function editStrips(rows: readonly Row[]): Figure[] {
  const own = rows.filter((row) => row['measure'] === 'editing');
  const size = imageSide * imageSide;
  return own.map((row) => {
    const count = shownSteps.length * Number(row['directions']);
    const bytes = decodePixels(String(row['strip']), count * size);
    const images = Array.from({ length: count }, (_, i) =>
      encodePixels(bytes.subarray(i * size, (i + 1) * size)),
    );
    const columns = shownSteps.length;
    const { src } = pixelGrid({ images, width: imageSide, height: imageSide, columns });
    const height = 40 * (images.length / columns);
    return {
      name: `edits-${String(row['dataset'])}`,
      title: `${String(row['dataset'])}: one picture moved along five singular vectors`,
      alt: `A grid of small pictures: a row for each of the leading singular vectors of the Jacobian, columns from a step back to a step forward; the picture in the middle column is unedited.`,
      plot: {
        width: 400,
        height: height + 40,
        axis: null,
        x: { domain: [0, 1] },
        y: { domain: [0, 1] },
        marks: [
          Plot.image([{ src }], {
            x: 0.5,
            y: 0.5,
            src: 'src',
            width: 40 * columns,
            height,
            imageRendering: 'pixelated',
            preserveAspectRatio: 'xMidYMid meet',
          }),
        ],
      },
    };
  });
}
