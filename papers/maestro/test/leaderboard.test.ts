import { expect, it } from 'vitest';
import { leaderboard } from '../leaderboard.ts';

const common = { part: 'E3', dataset: 'mnist', model: 'LeNet', what: 'model', trainImages: 100 };

it('tells models of one method apart, and counts slices as the network that they come from', () => {
  const standings = leaderboard([
    { ...common, method: 'dense', size: 1, slice: 1, accuracy: 0.9, macs: 400 },
    { ...common, method: 'dense', size: 1, slice: 1, accuracy: 0.92, macs: 400 },
    { ...common, method: 'truncated SVD', size: 0.5, slice: 0.5, accuracy: 0.8, macs: 200 },
    { ...common, method: 'Maestro', size: 0, lambda: 0, slice: 1, accuracy: 0.95, macs: 300 },
    { ...common, method: 'Maestro', size: 0, lambda: 0, slice: 0.5, accuracy: 0.9, macs: 150 },
    { ...common, method: 'narrower', size: 0.5, accuracy: 0.7, macs: 100 },
    { ...common, what: 'epoch', method: 'Maestro', lambda: 0, trainingMacs: 1 },
  ]);
  const inShort = standings.map(({ benchmark, method, metric, value, runs }) =>
    [benchmark, method, metric, value, runs].join(' | '),
  );
  const board = 'mnist, LeNet, 100 training images';
  expect(inShort).toEqual([
    `${board} | dense | test accuracy | 0.91 | 2`,
    `${board} | dense | MACs of one image | 400 | 2`,
    `${board} | truncated SVD, size 0.5 | test accuracy | 0.8 | 1`,
    `${board} | truncated SVD, size 0.5 | MACs of one image | 200 | 1`,
    `${board} | Maestro, lambda 0 | test accuracy | 0.95 | 1`,
    `${board} | Maestro, lambda 0 | MACs of one image | 300 | 1`,
    `${board} | narrower, size 0.5 | test accuracy | 0.7 | 1`,
    `${board} | narrower, size 0.5 | MACs of one image | 100 | 1`,
  ]);
});
