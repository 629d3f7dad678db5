import { runCells } from '@working-papers/paper-kit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { localCrew, threadsPerWorker, type LocalCrewOptions } from '../src/localCrew.ts';
import { runElsewhere } from '../src/runElsewhere.ts';
import { followed, makeToyPlace, nodeFlags, type ToyPlace } from './toyRun.ts';
import { nothing, toyExperiment, type ToyCell, type ToySettings } from './toyWorkbench.ts';

let place: ToyPlace;
beforeEach(async () => {
  place = await makeToyPlace();
});
afterEach(() => place.remove());

interface Case extends Partial<LocalCrewOptions> {
  readonly signal?: AbortSignal;
  readonly settings?: Partial<ToySettings>;
}

function start(cells: readonly Partial<ToyCell>[], { signal, settings, ...options }: Case = {}) {
  const crew = localCrew({
    workers: 2,
    workbench: place.workbench(settings),
    nodeFlags,
    ...options,
  });
  return runElsewhere(toyExperiment(cells), 'quick', {
    seed: 1,
    signal: signal ?? new AbortController().signal,
    storage: place.storage(),
    crew,
    progressIntervalMs: 0,
  });
}
const run = async (...parameters: Parameters<typeof start>) => followed(start(...parameters));

describe('worker processes', () => {
  it('give the rows of one process, in the order of the cells, however many there are', async () => {
    // The first cell takes longest, so the others are done before it.
    const cells = [{ ms: 200 }, {}, { ms: 50 }, {}, {}];
    const signal = new AbortController().signal;
    const experiment = toyExperiment(cells);
    const inOne = runCells(experiment, experiment.cells({}, 1), { ...nothing, signal });
    let next = await inOne.next();
    while (next.done !== true) next = await inOne.next();
    const { outcome } = await run(cells);
    expect(outcome.rows).toEqual(next.value.rows);
    expect(outcome.rows).toHaveLength(10);
    expect(outcome.isComplete).toBe(true);
    expect(outcome.cells.map(({ label }) => label)).toEqual(cells.map((_, i) => `toy ${i}`));
  });

  it('take the costliest cells first and share them all', async () => {
    await run([{ cost: 1 }, { cost: 3 }, { cost: 2 }], { workers: 1 });
    expect(await place.store.begun()).toEqual(['toy 1', 'toy 2', 'toy 0']);
  });

  it('take over what an earlier run left, and measure the rest', async () => {
    await run([{}, {}]);
    const { outcome } = await run([{}, {}, {}]);
    expect(outcome.cells.map(({ isTakenOver }) => isTakenOver)).toEqual([true, true, false]);
    expect(await place.store.written()).toHaveLength(3);
  });

  it('merge their progress: the fraction is that of the whole and never falls', async () => {
    const { events } = await run([{ ms: 500, cost: 3 }, { ms: 500 }]);
    const progress = events.flatMap((event) => (event.kind === 'progress' ? [event.progress] : []));
    const fractions = progress.map(({ fraction }) => fraction);
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
    expect(fractions[0]).toBeLessThan(0.9);
  });
});

describe('a worker process that is killed', () => {
  it('has its cell taken over by another, and no row is doubled or lost', async () => {
    const notices: string[] = [];
    const onNotice = (notice: string) => void notices.push(notice);
    const { outcome } = await run([{}, { deaths: 2 }, {}], { onNotice });
    expect(outcome.rows.map(({ index }) => index)).toEqual([0, 0, 1, 1, 2, 2]);
    expect(notices).toMatchInlineSnapshot(`
      [
        "toy-paper: cell "toy 1": its process was ended by SIGKILL; another one takes it over",
        "toy-paper: cell "toy 1": its process was ended by SIGKILL; another one takes it over",
      ]
    `);
  });

  it('is replaced no more often than its cell has attempts, and the others are kept', async () => {
    const failed = run([{}, { deaths: 9, cost: 0.1 }], { attempts: 2, workers: 1 });
    await expect(failed).rejects.toThrowErrorMatchingInlineSnapshot(
      `[CellError: toy-paper: cell "toy 1": given up after 2 processes were ended (SIGKILL, SIGKILL); if memory ran out, use fewer workers or a smaller preset]`,
    );
    expect(await place.store.written()).toEqual(['toy 0']);
  });
});

describe('a fault', () => {
  it('of a cell names the cell and is not tried again', async () => {
    const failed = run([{ throws: true }, {}]);
    await expect(failed).rejects.toThrowErrorMatchingInlineSnapshot(
      `[DataError: toy-paper: cell "toy 0": the toy is broken; mend it]`,
    );
    await expect(failed).rejects.toHaveProperty('name', 'DataError');
    const begun = await place.store.begun();
    expect(begun.filter((label) => label === 'toy 0')).toHaveLength(1);
  });

  it('of the workbench is told as it is', async () => {
    const failed = run([{}], { settings: { isBroken: true } });
    await expect(failed).rejects.toThrowErrorMatchingInlineSnapshot(
      `[DataError: the toy has no data; buy some]`,
    );
  });

  it('of a worker that ends before it is ready is told', async () => {
    const failed = run([{}], { nodeFlags: ['--no-such-flag'] });
    await expect(failed).rejects.toThrowErrorMatchingInlineSnapshot(
      `[ServiceError: worker process: ended by exit code 9 before it was ready; its own message is above]`,
    );
  });

  it('is a worker with other code', async () => {
    const failed = run([{}], { settings: { source: 'source 2' } });
    await expect(failed).rejects.toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: toy-paper: cell "toy 0": was planned for code and runtime "source 1" and would be measured by "source 2"; use the same commit, packages and backend on both sides]`,
    );
  });

  it('is a store that is not that of the workers', async () => {
    const elsewhere = await makeToyPlace();
    const failed = run([{}], { settings: { folder: elsewhere.folder } });
    await expect(failed).rejects.toThrowErrorMatchingInlineSnapshot(
      `[ServiceError: toy-paper: cell "toy 0": was measured, but its record is not in the store of this process; give workers and run the same store]`,
    );
    await elsewhere.remove();
  });

  it.each([0, -1, 1.5, NaN])('is a number of workers such as %d', (workers) => {
    expect(() => localCrew({ workers, workbench: place.workbench() })).toThrow(
      `workers: ${workers} is not a positive integer`,
    );
  });
});

describe('a run that is stopped', () => {
  it('keeps the cells that are complete, wherever they stand', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const events = start([{ ms: 8000 }, {}], { signal });
    for await (const event of events) {
      const isOtherDone = (await place.store.written()).includes('toy 1');
      if (event.kind === 'progress' && isOtherDone) controller.abort();
      if (event.kind === 'done') {
        expect(event.isComplete).toBe(false);
        expect(event.cells.map(({ label }) => label)).toEqual(['toy 1']);
        expect(event.verdicts['c1']?.outcome).toBe('not measured');
      }
    }
    expect(signal.aborted).toBe(true);
  });

  it('leaves no process behind when its reader leaves', async () => {
    for await (const { kind } of start([{ ms: 4000 }, { ms: 4000 }])) {
      if (kind === 'progress') break;
    }
    expect(await place.store.written()).toEqual([]);
    const pids = await place.store.pids();
    expect(pids.length).toBeGreaterThan(0);
    for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });
});

describe('the threads of a worker', () => {
  it.each([
    [1, 8, 8],
    [2, 8, 4],
    [3, 8, 2],
    [16, 8, 1],
  ])('of %i that share %i are %i', (workers, threads, each) => {
    expect(threadsPerWorker(workers, threads)).toBe(each);
  });
});
