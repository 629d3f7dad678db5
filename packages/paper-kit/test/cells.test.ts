import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scheduler } from 'node:timers/promises';
import { memoryCheckpoints } from '@working-papers/nn';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  cellAddress,
  planRun,
  runCells,
  runExperiment,
  type CellOrigin,
  type RunEvent,
  type RunStorage,
} from '../src/index.ts';
import { folderObjects, storedCells } from '../src/node.ts';
import { cellsExperiment, unused, type ToyCell } from './toyExperiment.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'paper-kit-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Labels of the cells that were measured, in order. */
let measured: string[];
beforeEach(() => (measured = []));

/** Cells of 1, 2 and 3 rows that cost as much; the one with the label `fails` throws. */
const experiment = cellsExperiment(
  (_, seed) => [1, 2, 3].map((n) => ({ label: `n = ${n}`, cost: n, n, seed })),
  async function* ({ label, n, seed }, { onProgress, signal }) {
    measured.push(label);
    for (let i = 0; i < n; i++) {
      onProgress({ label, fraction: (i + 1) / n, step: i + 1, steps: n });
      await scheduler.wait(1);
      signal.throwIfAborted();
      yield { n, i, seed };
    }
  },
);
const allRows = [1, 2, 3].flatMap((n) => Array.from({ length: n }, (_, i) => ({ n, i, seed: 0 })));

const origin: CellOrigin = {
  commit: 'a'.repeat(40),
  isDirty: false,
  backend: 'node-cpu',
  threads: 2,
  platform: 'linux x64',
  cpu: 'some',
};
const storage = (options: Partial<RunStorage> = {}): RunStorage => ({
  cells: storedCells(folderObjects(folder)),
  source: 'code 1',
  origin,
  takeOver: 'all',
  ...options,
});
const calm = { ...unused, seed: 0, signal: new AbortController().signal, progressIntervalMs: 0 };

async function eventsOf(options: Partial<RunStorage> = {}, stopAt = ''): Promise<RunEvent[]> {
  const controller = new AbortController();
  const events: RunEvent[] = [];
  const { signal } = controller;
  const run = { ...calm, signal, storage: storage(options) };
  for await (const event of runExperiment(experiment, 'quick', run)) {
    events.push(event);
    if (event.kind === 'progress' && event.progress.label === stopAt) controller.abort();
  }
  return events;
}

describe('a run', () => {
  it('goes through its cells in order and tells when each is over', async () => {
    const events = await eventsOf();
    expect(events[0]).toEqual({ kind: 'begin', cells: 3, takenOver: { cells: 0, seconds: 0 } });
    const order = events.flatMap((event) =>
      event.kind === 'row' ? event.row['n'] : event.kind === 'cell' ? event.cell.label : [],
    );
    expect(order).toEqual([1, 'n = 1', 2, 2, 'n = 2', 3, 3, 3, 'n = 3']);
    expect(events.at(-1)).toMatchObject({
      kind: 'done',
      rows: allRows,
      isComplete: true,
      cells: [1, 2, 3].map((n) => ({ label: `n = ${n}`, rows: n, isTakenOver: false })),
    });
  });

  it('turns progress of cells into progress of the run by their costs', async () => {
    const fractions = (await eventsOf()).flatMap((event) =>
      event.kind === 'progress' ? event.progress.fraction : [],
    );
    const expected = [1, 2, 3, 4, 5, 6].map((done): unknown => expect.closeTo(done / 6, 12));
    expect(fractions).toEqual(expected);
  });

  it('of some cells gives the rows of these', async () => {
    const { cells } = planRun(experiment, 'quick', 0);
    const rows = [];
    for await (const event of runCells(experiment, cells.slice(1, 2), calm)) {
      if (event.kind === 'row') rows.push(event.row);
    }
    expect(rows).toEqual(allRows.slice(1, 3));
    expect(measured).toEqual(['n = 2']);
  });
});

describe('a second run', () => {
  it('takes over all that the first one finished, and measures nothing', async () => {
    await eventsOf();
    measured = [];
    const events = await eventsOf();
    expect(measured).toEqual([]);
    expect(events[0]).toMatchObject({ kind: 'begin', cells: 3, takenOver: { cells: 3 } });
    expect(events.flatMap((event) => (event.kind === 'row' ? [event.row] : []))).toEqual(allRows);
    expect(events.at(-1)).toMatchObject({
      rows: allRows,
      isComplete: true,
      cells: [{ isTakenOver: true }, { isTakenOver: true }, { isTakenOver: true }],
    });
  });

  it('after a stop measures what was not finished, and no row is doubled or lost', async () => {
    const stopped = await eventsOf({}, 'n = 2');
    expect(stopped.at(-1)).toMatchObject({ isComplete: false, cells: [{ label: 'n = 1' }] });
    measured = [];
    expect((await eventsOf()).at(-1)).toMatchObject({ rows: allRows, isComplete: true });
    expect(measured).toEqual(['n = 2', 'n = 3']);
  });

  it.each<[string, Partial<RunStorage>, boolean]>([
    ['with the same code at another commit', { origin: { ...origin, commit: 'b' } }, true],
    ['with other code', { source: 'code 2' }, false],
    ['with another number of threads', { origin: { ...origin, threads: 4 } }, false],
    ['that asks for fresh rows', { takeOver: 'nothing' }, false],
    ['to be recorded at the same commit', { takeOver: 'same commit' }, true],
    [
      'to be recorded at another commit',
      { takeOver: 'same commit', origin: { ...origin, commit: 'b' } },
      false,
    ],
    [
      'to be recorded with local changes',
      { takeOver: 'same commit', origin: { ...origin, isDirty: true } },
      false,
    ],
    [
      'to be recorded on another processor',
      { takeOver: 'same commit', origin: { ...origin, cpu: 'other' } },
      false,
    ],
  ])('%s', async (_, options, takesOver) => {
    await eventsOf();
    measured = [];
    expect((await eventsOf(options)).at(-1)).toMatchObject({ rows: allRows });
    expect(measured).toEqual(takesOver ? [] : ['n = 1', 'n = 2', 'n = 3']);
  });

  it('to be recorded does not take over what was measured with local changes', async () => {
    await eventsOf({ origin: { ...origin, isDirty: true } });
    measured = [];
    await eventsOf({ takeOver: 'same commit' });
    expect(measured).toHaveLength(3);
  });
});

describe('two runs at once', () => {
  it('measure each cell once, and both have all rows', async () => {
    const waits: string[] = [];
    const onWait = ({ label }: { label: string }) => void waits.push(label);
    const runs = await Promise.all([eventsOf({ onWait }), eventsOf({ onWait })]);
    for (const events of runs) {
      expect(events.at(-1)).toMatchObject({ rows: allRows, isComplete: true });
    }
    expect(measured).toEqual(['n = 1', 'n = 2', 'n = 3']);
    expect(waits.length).toBeGreaterThan(0);
    const takenOver = runs.flatMap((events) =>
      events.filter((event) => event.kind === 'cell' && event.cell.isTakenOver),
    );
    expect(takenOver).toHaveLength(3);
  });

  it('that waits stops when it is asked to', async () => {
    const giveBack = await Promise.all(
      planRun(experiment, 'quick', 0).cells.map(async (cell) => {
        const address = await cellAddress({ paper: 'toy-paper', cell, source: 'code 1' });
        return storage().cells.reserve?.(address, calm.signal, () => undefined);
      }),
    );
    const controller = new AbortController();
    const options = { ...calm, signal: controller.signal };
    const onWait = () => controller.abort();
    const events: RunEvent[] = [];
    for await (const event of runExperiment(experiment, 'quick', {
      ...options,
      storage: storage({ onWait }),
    })) {
      events.push(event);
    }
    expect(events.at(-1)).toMatchObject({ rows: [], isComplete: false });
    expect(measured).toEqual([]);
    for (const give of giveBack) await give?.();
  });
});

describe('the address of a cell', () => {
  const cell: ToyCell = { label: 'x', cost: 1, n: 1, seed: 0 };
  const identity = { paper: 'toy', cell, source: 'code' };

  it('does not depend on the order of its fields, but on each of them', async () => {
    const address = await cellAddress(identity);
    const { label, cost, n, seed } = cell;
    const reordered: ToyCell = { seed, n, cost, label };
    expect(await cellAddress({ ...identity, cell: reordered })).toBe(address);
    const others = [
      { ...identity, paper: 'other' },
      { ...identity, source: 'other' },
      { ...identity, cell: { ...cell, seed: 1 } },
    ];
    const addresses = await Promise.all(others.map(cellAddress));
    expect(new Set([address, ...addresses]).size).toBe(4);
  });
});

describe('a stored cell', () => {
  const onlyFile = async () => {
    const [name] = await readdir(join(folder, 'cells'));
    return join(folder, 'cells', name!);
  };

  it('that was changed or torn is an error that names the file', async () => {
    const { cells } = planRun(experiment, 'quick', 0);
    const measureFirst = async () => {
      for await (const event of runCells(experiment, cells.slice(0, 1), {
        ...calm,
        storage: storage(),
      })) {
        expect(event.kind).not.toBe('done');
      }
    };
    await measureFirst();
    const path = await onlyFile();
    const text = await readFile(path, 'utf8');
    const problems: string[] = [];
    for (const damaged of [text.replace('"i":0', '"i":1'), text.slice(0, 100), '{}', '7']) {
      await writeFile(path, damaged);
      await measureFirst().catch((error: unknown) => problems.push(String(error)));
    }
    expect(problems.map((problem) => problem.replace(path, 'FILE'))).toMatchInlineSnapshot(`
      [
        "CheckpointError: FILE: is not as it was written: its SHA-256 is another; remove it and run again",
        "CheckpointError: FILE: is not JSON; remove it and run again",
        "CheckpointError: FILE: has no SHA-256 and content; remove it and run again",
        "CheckpointError: FILE: is not an object; remove it and run again",
      ]
    `);
  });

  it('leaves no temporary file behind', async () => {
    await eventsOf();
    expect(await readdir(folder)).toEqual(['cells']);
    expect(await readdir(join(folder, 'cells'))).toHaveLength(3);
  });

  it('that cannot be written ends the run with the reason', async () => {
    await writeFile(join(folder, 'cells'), 'a file in the way');
    await expect(eventsOf()).rejects.toThrow(/cells\/[0-9a-f]{64}\.json: cannot be (read|written)/);
  });
});

describe('checkpoints', () => {
  /** One per address and name, in memory, with what was discarded. */
  function memory() {
    const stores = new Map<string, ReturnType<typeof memoryCheckpoints>>();
    const discarded: string[] = [];
    return {
      discarded,
      open: (address: string, name: string) => {
        const key = `${address} ${name}`;
        const store = stores.get(key) ?? memoryCheckpoints();
        stores.set(key, store);
        return store;
      },
      discard: (address: string) => {
        discarded.push(address);
        for (const key of stores.keys()) if (key.startsWith(address)) stores.delete(key);
        return Promise.resolve();
      },
    };
  }

  /** Counts to 3 with a checkpoint after each step, and is stopped before the second the first time. */
  const training = (controller: AbortController, steps: number[]) =>
    cellsExperiment(
      (_, seed) => [{ label: 'train', cost: 1, n: 3, seed }],
      async function* ({ n }, { checkpoint, signal }) {
        const store = checkpoint('model');
        for (let step = ((await store?.load())?.step ?? 0) + 1; step <= n; step++) {
          signal.throwIfAborted();
          steps.push(step);
          await store?.save({ step, tensors: {}, config: {}, loss: 0, metrics: {} });
          if (step === 1 && steps.length === 1) controller.abort();
        }
        yield { steps: n };
      },
    );

  it('let the cell at hand go on where it was stopped, and are removed when it is measured', async () => {
    const checkpoints = memory();
    const steps: number[] = [];
    const run = async (takeOver: RunStorage['takeOver'] = 'all') => {
      const controller = new AbortController();
      const events: RunEvent[] = [];
      const options = { ...calm, signal: controller.signal };
      for await (const event of runExperiment(training(controller, steps), 'quick', {
        ...options,
        storage: storage({ checkpoints, takeOver }),
      })) {
        events.push(event);
      }
      return events;
    };
    expect((await run()).at(-1)).toMatchObject({ isComplete: false });
    expect(checkpoints.discarded).toEqual([]);
    const events = await run();
    expect(events).toContainEqual({ kind: 'resumed', training: 'model', step: 1 });
    expect(events.at(-1)).toMatchObject({ isComplete: true, rows: [{ steps: 3 }] });
    expect(steps).toEqual([1, 2, 3]);
    expect(checkpoints.discarded).toHaveLength(1);
  });

  it('are not gone on from by a run that asks for fresh rows', async () => {
    const checkpoints = memory();
    const steps: number[] = [];
    for (const takeOver of ['all', 'nothing'] as const) {
      const controller = new AbortController();
      for await (const event of runExperiment(training(controller, steps), 'quick', {
        ...calm,
        signal: controller.signal,
        storage: storage({ checkpoints, takeOver }),
      })) {
        expect(event.kind).not.toBe('resumed');
      }
    }
    expect(steps).toEqual([1, 1, 2, 3]);
  });
});

describe('plans', () => {
  const planOf = (cells: readonly ToyCell[]) =>
    planRun(
      cellsExperiment(() => cells, experiment.run),
      'quick',
      0,
    );
  const cell: ToyCell = { label: 'x', cost: 1, n: 1, seed: 0 };

  it('are refused with what is wrong', () => {
    expect(() => planOf([])).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: toy-paper quick: has no cells; measure something]`,
    );
    expect(() => planOf([cell, cell])).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: toy-paper quick: cell "x" occurs twice; give each its own label]`,
    );
    expect(() => planOf([{ ...cell, cost: 0 }])).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: toy-paper quick: cell "x": cost 0 is not a positive number]`,
    );
    expect(() => planOf([{ ...cell, n: Number.NaN }])).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: toy-paper quick: cell "x".n is NaN; expected plain JSON]`,
    );
  });
});
