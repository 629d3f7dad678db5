import { describe, expect, it } from 'vitest';
import { createBoard } from '../src/board.ts';
import type { CellTask } from '../src/task.ts';

function task(label: string, cost: number): CellTask {
  const cell = { label, cost };
  return { paper: 'toy', cell, address: label, source: 'source 1', takeOver: 'all' };
}
const half = (label: string) => ({ label, fraction: 0.5, step: 5, steps: 10 });

describe('progress of several workers', () => {
  it('weighs cells by cost, and counts what was taken over as done', () => {
    const [a, b, c] = [task('a', 1), task('b', 3), task('c', 4)];
    const board = createBoard([a, b, c], 2, 0);
    expect(board.takeProgress()).toBeUndefined();
    board.onProgress(b, half('b'));
    expect(board.takeProgress()?.fraction).toBe((2 + 1.5) / 10);
    board.onProgress(c, half('c'));
    expect(board.takeProgress()?.fraction).toBe((2 + 1.5 + 2) / 10);
    board.onFinished(b);
    expect(board.takeProgress()?.fraction).toBe((2 + 3 + 2) / 10);
  });

  it('has the label of the cell that was begun first, and how many others are under way', () => {
    const [a, b] = [task('a', 1), task('b', 1)];
    const board = createBoard([a, b], 0, 0);
    board.onProgress(b, half('b'));
    expect(board.takeProgress()).toMatchObject({ label: 'b', step: 5, steps: 10 });
    board.onProgress(a, half('a'));
    expect(board.takeProgress()).toMatchObject({ label: 'b (+1)' });
    board.onFinished(b);
    expect(board.takeProgress()).toMatchObject({ label: 'a' });
  });

  it('is told once for each news, and not sooner than the interval allows', () => {
    const [a] = [task('a', 1)];
    const board = createBoard([a], 0, 0);
    board.onProgress(a, half('a'));
    expect(board.takeProgress()).toBeDefined();
    expect(board.takeProgress()).toBeUndefined();
    const slow = createBoard([a], 0, 60_000);
    slow.onProgress(a, half('a'));
    expect(slow.takeProgress()).toBeDefined();
    slow.onProgress(a, half('a'));
    expect(slow.takeProgress()).toBeUndefined();
  });
});

describe('the end of the work', () => {
  it('wakes who waits for news, and throws the fault that caused it', async () => {
    const board = createBoard([task('a', 1)], 0, 0);
    const news = board.news();
    expect(board.isOver()).toBe(false);
    board.onEnd({ reason: new Error('the fault') });
    await news;
    expect(board.isOver()).toBe(true);
    expect(() => board.throwFault()).toThrow('the fault');
  });
});
