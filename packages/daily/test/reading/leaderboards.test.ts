import { expect, it } from 'vitest';
import { csvText } from '../../src/reading/csv.ts';
import { arrangeBoards, type PlacedStanding } from '../../src/reading/leaderboards.ts';

const run = (runId: string) => ({
  runId,
  preset: 'quick',
  startedAt: new Date(0),
  paperId: '2403.00001',
  slug: 'one',
  title: 'One',
});

function standing(more: Partial<PlacedStanding>): PlacedStanding {
  return {
    benchmark: 'MNIST',
    method: 'ours',
    metric: 'loss',
    better: 'lower',
    value: 1,
    runs: 3,
    run: run('r1'),
    ...more,
  };
}

it('ranks methods by the first metric, in its own sense, and keeps papers apart', () => {
  const [lower, higher] = arrangeBoards([
    standing({ value: 2 }),
    standing({ metric: 'accuracy', better: 'higher', value: 0.5 }),
    standing({ value: 1, run: run('r2') }),
    standing({ metric: 'accuracy', better: 'higher', value: 0.9, method: 'unranked' }),
    standing({ benchmark: 'CIFAR-10', better: 'higher', value: 1 }),
    standing({ benchmark: 'CIFAR-10', better: 'higher', value: 2, method: 'other' }),
  ]);
  expect(lower?.metrics.map(({ metric }) => metric)).toEqual(['loss', 'accuracy']);
  expect(
    lower?.lines.map(({ method, run: { runId }, figures }) => [
      method,
      runId,
      ...figures.map((figure) => figure?.value ?? null),
    ]),
  ).toEqual([
    ['ours', 'r2', 1, null],
    ['ours', 'r1', 2, 0.5],
    ['unranked', 'r1', null, 0.9],
  ]);
  expect(higher?.lines.map(({ method }) => method)).toEqual(['other', 'ours']);
});

it('quotes cells and disarms formulas, but not numbers', () => {
  expect(
    csvText([
      { a: '=1+1', b: -1 },
      { a: '+x', c: 'a "b", c' },
      { a: '@x', b: null },
      { a: ' -x', c: 'two\nlines' },
    ]),
  ).toBe(`a,b,c\n'=1+1,-1,\n'+x,,"a ""b"", c"\n'@x,,\n' -x,,"two\nlines"\n`);
});
