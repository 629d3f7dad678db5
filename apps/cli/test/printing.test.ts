import { compareWithBound, type Paper, type RunProgress } from '@working-papers/paper-kit';
import { describe, expect, it } from 'vitest';
import { createProgressLine } from '../src/progressLine.ts';
import { wrapText } from '../src/terminal.ts';
import { verdictTable } from '../src/verdictTable.ts';
import { collectingChannel } from './collectingChannel.ts';
import { paper } from './papers/toy-paper/paper.ts';

const progress: RunProgress = {
  label: 'B: d = 3, N/d = 4, seed 1',
  fraction: 0.456,
  step: 120,
  steps: 2000,
  metric: { name: 'loss', value: 0.0123456 },
  stepsPerSecond: 312.34,
  secondsLeft: 80.2,
};

describe('createProgressLine', () => {
  it('rewrites one line of a terminal, and clears it', () => {
    const channel = collectingChannel({ isTerminal: true, width: 120 });
    const line = createProgressLine(channel);
    line.show(progress);
    line.show({ ...progress, fraction: 1, stepsPerSecond: null, secondsLeft: null });
    line.clear();
    expect(channel.text().split('\r\u001b[K')).toMatchInlineSnapshot(`
      [
        "",
        "B: d = 3, N/d = 4, seed 1  █████████░░░░░░░░░░░  45 %  step 120/2000  312/s  80 s left  loss 0.01235",
        "B: d = 3, N/d = 4, seed 1  ████████████████████  100 %  step 120/2000  loss 0.01235",
        "",
      ]
    `);
  });

  it('never writes more than the terminal is wide', () => {
    for (const width of [40, 60, 80]) {
      const channel = collectingChannel({ isTerminal: true, width });
      createProgressLine(channel).show({ ...progress, label: 'x'.repeat(200) });
      const line = channel.text().replace('\r\u001b[K', '');
      expect(line.length).toBeLessThan(width);
      expect(line).toContain('45 %');
    }
  });

  it('elsewhere writes a plain line, and not for every step', () => {
    const channel = collectingChannel();
    const line = createProgressLine(channel);
    for (let step = 1; step < 100; step++) line.show({ ...progress, step });
    line.clear();
    expect(channel.text()).toBe(
      'B: d = 3, N/d = 4, seed 1  45 %  step 1/2000  312/s  80 s left  loss 0.01235\n',
    );
  });

  it('shows the transfer of data', () => {
    const channel = collectingChannel({ isTerminal: true });
    const loading = { name: 'mnist', loadedBytes: 4_200_000, totalBytes: 11_496_804 } as const;
    createProgressLine(channel).showLoading(loading);
    expect(channel.text()).toContain('mnist: fetching, 4.2 of 11.5 MB');
  });
});

describe('verdictTable', () => {
  const verdicts = {
    c1: compareWithBound({
      value: 9,
      interval: [8.5, 9.5],
      metric: 'n reached',
      expected: { above: 10 },
    }),
  };

  it('puts claims under each other where a table has no room', () => {
    expect(verdictTable(paper, verdicts, collectingChannel({ width: 60 }))).toMatchInlineSnapshot(`
      "c1  fails
          It counts to n.
          paper: n = 10
          ours: n reached 9 [8.5, 9.5]

      c2
          It counts for ever.
          paper: ∞"
    `);
  });

  it('drops no letter of a long word', () => {
    const word = 'generalisationscore'.repeat(4);
    const claim = { statement: word, figure: word, setting: word };
    const table = verdictTable({ ...paper, claims: { c1: claim } }, verdicts, collectingChannel());
    const column = (at: number) => table.split('\n').map((line) => line.split('│')[at]?.trim());
    expect(column(2).join('')).toContain(word);
    expect(column(3).join('')).toContain(word);
  });

  it('is never wider than the terminal', () => {
    const words = 'measured at every width that a terminal may have '.repeat(4);
    const claim = { statement: words, figure: words, setting: words };
    const wordy: Paper = { ...paper, claims: { c1: claim } };
    for (const width of [40, 79, 80, 100, 140, 200]) {
      const table = verdictTable(wordy, verdicts, collectingChannel({ width }));
      const widest = Math.max(...table.split('\n').map((line) => line.length));
      expect(widest).toBeLessThanOrEqual(width);
    }
  });
});

it('wrapText keeps every word, and lines within the width unless one word is longer', () => {
  expect(wrapText('a bc  def\nghij klmnopqrs t', 8, '  ').split('\n')).toEqual([
    '  a bc',
    '  def',
    '  ghij',
    '  klmnopqrs',
    '  t',
  ]);
});
