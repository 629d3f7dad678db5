/** The pictures of the experiment, drawn from its rows. */
import * as Plot from '@observablehq/plot';
import { mean } from '@working-papers/metrics';
import type { Figure, Row } from '@working-papers/paper-kit';
import { decodePixels, encodePixels, pixelGrid } from '@working-papers/paper-kit/figures';
import { comparedRanks, shownFactors } from './autoencoder.ts';
import { comparedTerms } from './linearMap.ts';
import { listOf, num, rowsLike } from './rows.ts';

/** Those pictures for which rows are at hand. */
export function figures(rows: readonly Row[]): readonly Figure[] {
  return [
    ...linearMap(rows),
    ...lowDimension(rows),
    ...digitVariance(rows),
    ...digitFactors(rows),
    ...pareto(rows),
    ...slices(rows),
    ...importances(rows),
    ...learnedRanks(rows),
  ];
}

function linearMap(rows: readonly Row[]): Figure[] {
  const own = rowsLike(rows, { part: 'E1' });
  if (own.length === 0) return [];
  const curves = own.flatMap((row) =>
    Array.from({ length: comparedTerms }, (_, i) => ({
      method: row['method'],
      seed: row['seed'],
      step: row['step'],
      terms: `k = ${i + 1}`,
      // Below this is rounding; a logarithm needs something.
      error: Math.max(1e-9, num(row, `error${i + 1}`)),
    })),
  );
  return [
    {
      name: 'linear-map',
      title: 'A linear map: the first k terms become the best of rank k if ranks are sampled',
      alt: 'Relative squared distance of the first k learned terms to the best matrix of rank k over the steps of training, on a logarithmic axis, a thin line for each seed, in two panels. With sampled ranks (LoD) all curves fall below one in a thousand; without sampling they stay near one.',
      plot: {
        width: 720,
        height: 280,
        grid: true,
        marginLeft: 50,
        x: { label: 'step', ticks: 4 },
        y: { type: 'log', label: '‖Aₖ − bestₖ‖² / ‖C‖²', domain: [1e-9, 2], tickFormat: '.0e' },
        fx: { label: null },
        color: { legend: true },
        marks: [
          Plot.ruleY([1e-3], { strokeDasharray: '3,3', strokeOpacity: 0.5 }),
          Plot.line(curves, {
            x: 'step',
            y: 'error',
            z: (point: (typeof curves)[number]) => `${String(point.seed)} ${point.terms}`,
            stroke: 'terms',
            fx: 'method',
            strokeWidth: 1,
          }),
        ],
      },
    },
  ];
}

function lowDimension(rows: readonly Row[]): Figure[] {
  const own = rowsLike(rows, { part: 'E2 low dimension' });
  const [first] = own;
  if (first === undefined) return [];
  const curves = rowsLike(own, { seed: num(first, 'seed') }).flatMap((row) =>
    listOf(row, 'importances').map((value, i) => ({
      data:
        row['isDropped'] === true ? 'one direction dropped halfway' : 'three directions throughout',
      step: row['step'],
      term: i < 4 ? `term ${i + 1}` : 'others',
      z: i,
      value,
    })),
  );
  return [
    {
      name: 'low-dimension',
      title: 'Ten terms on three-dimensional data: three stay, and one goes when a direction does',
      alt: 'Importance of each of ten terms of a linear autoencoder over training, in two panels. Three rise to about one and the others fall to zero; in the second panel the third falls to zero too once a direction has left the data.',
      plot: {
        width: 720,
        height: 260,
        grid: true,
        x: { label: 'step', ticks: 4 },
        y: { label: '‖uᵢ‖ ‖vᵢ‖' },
        fx: { label: null, reverse: true },
        color: { legend: true, domain: ['term 1', 'term 2', 'term 3', 'term 4', 'others'] },
        marks: [Plot.line(curves, { x: 'step', y: 'value', z: 'z', stroke: 'term', fx: 'data' })],
      },
    },
  ];
}

function digitVariance(rows: readonly Row[]): Figure[] {
  const own = rowsLike(rows, { part: 'E2 digits' }).filter((row) => typeof row['k'] === 'number');
  if (own.length === 0) return [];
  return [
    {
      name: 'digit-variance',
      title: 'Digits: the first k terms explain as much as k principal components',
      alt: 'Share of the variance of MNIST that the first k terms of a linear autoencoder reconstruct, against k. Points of training with sampled ranks lie on the line of principal components; those of training without sampling far below it.',
      plot: {
        width: 560,
        height: 280,
        grid: true,
        x: { type: 'log', base: 2, label: 'terms k', ticks: [...comparedRanks], tickFormat: 'd' },
        y: { label: 'explained variance', domain: [0, 0.7] },
        color: { legend: true, domain: ['principal components', 'LoD', 'no sampling'] },
        marks: [
          Plot.line(
            own,
            Plot.groupX(
              { y: 'max' },
              { x: 'k', y: 'pcaExplained', stroke: () => 'principal components' },
            ),
          ),
          Plot.dot(own, { x: 'k', y: 'explained', stroke: 'method', r: 4 }),
        ],
      },
    },
  ];
}

const digitSide = 28;

function digitFactors(rows: readonly Row[]): Figure[] {
  const row = rows.find((each) => typeof each['learnedFactors'] === 'string');
  if (row === undefined) return [];
  const panels = [
    { panel: 'learned factors', src: sheetOf(row, 'learnedFactors') },
    { panel: 'principal components', src: sheetOf(row, 'pcaFactors') },
  ];
  return [
    {
      name: 'digit-factors',
      title: 'The first 16 learned factors beside the principal components of the digits',
      alt: 'Two sheets of sixteen small grey pictures each. The learned factors on the left look like the principal components on the right, one by one and in the same order.',
      plot: {
        width: 720,
        height: 340,
        axis: null,
        x: { domain: [0, 1] },
        y: { domain: [0, 1] },
        fx: { label: null, axis: 'top', domain: panels.map(({ panel }) => panel) },
        marks: [
          Plot.image(panels, {
            fx: 'panel',
            x: 0.5,
            y: 0.5,
            src: 'src',
            width: 300,
            height: 300,
            imageRendering: 'pixelated',
          }),
        ],
      },
    },
  ];
}

function sheetOf(row: Row, key: string): string {
  const size = digitSide ** 2;
  const bytes = decodePixels(String(row[key]), shownFactors * size);
  const images = Array.from({ length: shownFactors }, (_, i) =>
    encodePixels(bytes.subarray(i * size, (i + 1) * size)),
  );
  return pixelGrid({ images, width: digitSide, height: digitSide, columns: 4 }).src;
}

function modelsOf(rows: readonly Row[]): readonly Row[] {
  return rowsLike(rows, { part: 'E3', what: 'model' });
}

const networkOf = (row: Row) => `${String(row['dataset'])}, ${String(row['model'])}`;

function pareto(rows: readonly Row[]): Figure[] {
  const own = rowsLike(modelsOf(rows), { dataset: 'mnist' }).filter(
    ({ method, slice }) =>
      method === 'truncated SVD' || (slice === 1 && !String(method).startsWith('Maestro, ')),
  );
  if (own.length === 0) return [];
  return [
    {
      name: 'accuracy-against-macs',
      title:
        'LeNet on MNIST: accuracy against multiply-adds, each model trained for as many epochs',
      alt: 'Test error in per cent against multiply-adds of one image on logarithmic axes, a colour for each method, a point for each trained model and seed.',
      plot: {
        width: 720,
        height: 320,
        grid: true,
        x: { type: 'log', label: 'multiply-adds of one image', tickFormat: '~s', ticks: 5 },
        y: { type: 'log', label: 'test error, %', ticks: 5, tickFormat: '~g' },
        color: { legend: true },
        marks: [
          Plot.line(meanCurve(own), {
            x: 'macs',
            y: 'error',
            z: 'method',
            stroke: 'method',
            strokeOpacity: 0.4,
          }),
          Plot.dot(own, { x: 'macs', y: errorOf, stroke: 'method', r: 3.5 }),
        ],
      },
    },
  ];
}

const errorOf = (row: Row) => 100 * (1 - num(row, 'accuracy'));

/** Means over seeds for each method and size, by rising MACs. */
function meanCurve(rows: readonly Row[]) {
  const settings = new Set(rows.map(({ method, size }) => JSON.stringify({ method, size })));
  const means = [...settings].map((setting) => {
    const own = rows.filter(({ method, size }) => JSON.stringify({ method, size }) === setting);
    return {
      method: own[0]?.['method'] ?? null,
      macs: mean(own.map((row) => num(row, 'macs'))),
      error: mean(own.map(errorOf)),
    };
  });
  return means.toSorted((a, b) => a.macs - b.macs);
}

function slices(rows: readonly Row[]): Figure[] {
  const own = modelsOf(rows).filter(
    (row) =>
      row['method'] === 'truncated SVD' ||
      row['method'] === 'dense' ||
      (row['lambda'] === 0 && typeof row['slice'] === 'number'),
  );
  if (own.length === 0) return [];
  const named = own.map((row) => ({
    network: networkOf(row),
    method: row['method'] === 'dense' ? 'truncated SVD' : row['method'],
    seed: row['seed'],
    slice: row['slice'],
    macs: row['macs'],
    accuracy: row['accuracy'],
  }));
  const networks = [...new Set(named.map(({ network }) => network))];
  return networks.map((network) => {
    const shown = named.filter((each) => each.network === network);
    return {
      name: `slices-${network.replaceAll(/[^a-z0-9]+/gi, '-').toLowerCase()}`,
      title: `${network}: slices of one network without training`,
      alt: 'Test accuracy against multiply-adds of one image for slices to 100, 50, 25, 10 and 5 per cent of the ranks: of networks trained with sampled ranks, and of the truncated SVD of a dense one.',
      plot: {
        width: 560,
        height: 280,
        grid: true,
        x: { type: 'log', label: 'multiply-adds of one image', tickFormat: '~s', ticks: 5 },
        y: { label: 'accuracy', domain: [0, 1] },
        color: { legend: true },
        marks: [
          Plot.line(shown, {
            x: 'macs',
            y: 'accuracy',
            z: (each: (typeof shown)[number]) => `${String(each.method)} ${String(each.seed)}`,
            stroke: 'method',
            strokeOpacity: 0.5,
          }),
          Plot.dot(shown, { x: 'macs', y: 'accuracy', stroke: 'method', r: 3 }),
        ],
      },
    };
  });
}

/** Terms that are drawn one by one. */
const stackedTerms = 12;

function importances(rows: readonly Row[]): Figure[] {
  const own = rowsLike(rows, { part: 'E3', what: 'importance' });
  const [first] = own;
  if (first === undefined) return [];
  const traced = own.filter((row) => networkOf(row) === networkOf(first));
  const lines = traced.flatMap((row) =>
    listOf(row, 'importances')
      .slice(0, stackedTerms)
      .map((value, i) => ({ layer: row['layer'], epoch: row['epoch'], term: i + 1, value })),
  );
  return [
    {
      name: 'importance',
      title: `${networkOf(first)}: importance of the first terms of each layer over training, stacked`,
      alt: 'A panel for each layer: the importances of its first twelve terms after each epoch, one on top of the other; the first are the largest, and trailing ones shrink to nothing.',
      plot: {
        width: 720,
        height: 260,
        x: {
          label: 'epoch',
          ticks: [...new Set(lines.map(({ epoch }) => Number(epoch)))],
          tickFormat: 'd',
        },
        y: { label: '‖uᵢ‖ ‖vᵢ‖, summed', grid: true },
        fx: { label: null },
        color: { legend: true, label: 'term', scheme: 'viridis', type: 'linear' },
        marks: [
          Plot.areaY(
            lines,
            Plot.stackY({
              x: 'epoch',
              y: 'value',
              z: 'term',
              fill: 'term',
              fx: 'layer',
              order: 'term',
            }),
          ),
        ],
      },
    },
  ];
}

function learnedRanks(rows: readonly Row[]): Figure[] {
  const own = modelsOf(rows).filter(
    (row) => row['method'] === 'Maestro' && row['slice'] === 1 && typeof row['ranks'] === 'string',
  );
  const [first] = own;
  if (first === undefined) return [];
  const bars = own
    .filter((row) => networkOf(row) === networkOf(first) && row['seed'] === first['seed'])
    .flatMap((row) =>
      String(row['ranks'])
        .split(', ')
        .map((entry) => entry.split(' '))
        .map(([layer, rank]) => ({
          layer,
          rank: Number(rank),
          lambda: `λ = ${String(row['lambda'])}`,
        })),
    );
  return [
    {
      name: 'learned-ranks',
      title: `${networkOf(first)}: ranks that are left in each layer`,
      alt: 'Bars of the rank of each layer after training, grouped by layer, one bar for each weight of the group lasso: the larger the weight, the lower the ranks.',
      plot: {
        width: 720,
        height: 240,
        x: { axis: null },
        y: { label: 'rank', grid: true },
        fx: { label: null },
        color: { legend: true },
        marks: [
          Plot.barY(bars, { x: 'lambda', y: 'rank', fx: 'layer', fill: 'lambda' }),
          Plot.ruleY([0]),
        ],
      },
    },
  ];
}
