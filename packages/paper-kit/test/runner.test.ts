import { scheduler } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import {
  findPreset,
  runExperiment,
  type Progress,
  type Row,
  type RunEvent,
  type RunOptions,
} from '../src/index.ts';
import { toyExperiment, unused } from './toyExperiment.ts';

type Toy = ReturnType<typeof toyExperiment>;

const calm = { ...unused, seed: 0, signal: new AbortController().signal };

async function eventsOf(experiment: Toy, options = {}, preset = 'quick'): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  for await (const event of watched(experiment, preset, { ...calm, ...options })) {
    events.push(event);
  }
  return events;
}

/** Rows, progress and the end, without what a run tells of its cells; see cells.test.ts. */
async function* watched(experiment: Toy, preset: string, options: RunOptions) {
  for await (const event of runExperiment(experiment, preset, options)) {
    if (event.kind !== 'begin' && event.kind !== 'cell') yield event;
  }
}

const progressAt = (step: number): Progress => ({
  label: 'fit',
  fraction: step / 4,
  step,
  steps: 4,
});
const turn = () => scheduler.wait(1);

describe('runExperiment', () => {
  it('yields rows as they come and then the verdicts on all of them', async () => {
    const experiment = toyExperiment(async function* ({ n, seed }) {
      for (let i = 0; i < n; i++) yield await Promise.resolve({ i, seed, isLast: i === n - 1 });
    });
    const events = await eventsOf(experiment, { seed: 7 });
    const rows = [0, 1, 2].map((i) => ({ i, seed: 7, isLast: i === 2 }));
    expect(events.slice(0, 3)).toEqual(rows.map((row) => ({ kind: 'row', row })));
    expect(events[3]).toMatchObject({ kind: 'done', rows, isComplete: true });
    expect(events[3]).toMatchObject({
      verdicts: {
        c1: { outcome: 'holds', value: 3 },
        c2: { outcome: 'not measured', measured: 'quick leaves it out' },
      },
    });
    expect(events).toHaveLength(4);
  });

  it('reports progress between rows, in order and before the row it leads to', async () => {
    const experiment = toyExperiment(async function* (_, { onProgress }) {
      for (const step of [1, 2]) {
        onProgress(progressAt(step));
        await turn();
      }
      yield { step: 2 };
      onProgress(progressAt(3));
      await turn();
    });
    const events = await eventsOf(experiment, { progressIntervalMs: 0 });
    const order = events.map((event) =>
      event.kind === 'progress' ? event.progress.step : event.kind,
    );
    expect(order).toEqual([1, 2, 'row', 3, 'done']);
  });

  it('keeps only the latest of reports that come faster than they are read', async () => {
    const experiment = toyExperiment(async function* (_, { onProgress }) {
      for (const step of [1, 2, 3, 4]) onProgress(progressAt(step));
      await turn();
      yield { step: 4 };
    });
    const events = await eventsOf(experiment, { progressIntervalMs: 0 });
    expect(events.map(({ kind }) => kind)).toEqual(['progress', 'row', 'done']);
    expect(events[0]).toMatchObject({ progress: { step: 4 } });
  });

  it('shows no second report within the interval', async () => {
    const experiment = toyExperiment(async function* (_, { onProgress }) {
      for (const step of [1, 2, 3, 4]) {
        onProgress(progressAt(step));
        await turn();
      }
      yield { step: 4 };
    });
    const events = await eventsOf(experiment, { progressIntervalMs: 60_000 });
    expect(events.map(({ kind }) => kind)).toEqual(['progress', 'row', 'done']);
    expect(events[0]).toMatchObject({ progress: { step: 1 } });
  });

  it('asks for the next row only when the reader wants one', async () => {
    let begun = 0;
    const experiment = toyExperiment(async function* () {
      for (; begun < 100;) {
        begun++;
        yield await Promise.resolve({ begun });
      }
    });
    for await (const { kind } of watched(experiment, 'quick', calm)) {
      expect(kind).toBe('row');
      await turn();
      if (begun === 3) break;
      expect(begun).toBeLessThan(3);
    }
    expect(begun).toBe(3);
  });

  it('ends the experiment when the reader leaves', async () => {
    let wasClosed = false;
    let wasAborted = false;
    const experiment = toyExperiment(async function* (_, { signal }) {
      signal.addEventListener('abort', () => (wasAborted = true));
      try {
        for (let i = 0; ; i++) yield await Promise.resolve({ i });
      } finally {
        wasClosed = true;
      }
    });
    for await (const event of watched(experiment, 'quick', calm)) {
      if (event.kind === 'row' && event.row['i'] === 1) break;
    }
    expect({ wasClosed, wasAborted }).toEqual({ wasClosed: true, wasAborted: true });
  });

  it('gives a zero of either sign as zero, which JSON does not tell apart', async () => {
    const experiment = toyExperiment(async function* () {
      yield await Promise.resolve({ i: -0 });
    });
    expect((await eventsOf(experiment))[0]).toEqual({ kind: 'row', row: { i: 0 } });
  });

  it('copies rows, so that an experiment may reuse its object', async () => {
    const shared: { i: number } = { i: 0 };
    const experiment = toyExperiment(async function* () {
      for (shared.i = 0; shared.i < 2; shared.i++) yield await Promise.resolve(shared);
    });
    expect((await eventsOf(experiment)).at(-1)).toMatchObject({ rows: [{ i: 0 }, { i: 1 }] });
  });
});

describe('an abort', () => {
  const endless = toyExperiment(async function* (_, { signal }) {
    for (let i = 0; ; i++) {
      await turn();
      signal.throwIfAborted();
      yield { i };
    }
  });

  it('ends with the rows so far, and no claim counts as measured', async () => {
    const controller = new AbortController();
    const events: RunEvent[] = [];
    for await (const event of watched(endless, 'quick', {
      ...calm,
      signal: controller.signal,
    })) {
      events.push(event);
      if (events.length === 2) controller.abort();
    }
    expect(events.at(-1)).toEqual({
      kind: 'done',
      rows: [{ i: 0 }, { i: 1 }],
      cells: [],
      artefacts: [],
      isComplete: false,
      verdicts: {
        c1: {
          outcome: 'not measured',
          measured: 'the run was stopped',
          rule: 'decided on a complete run only',
        },
        c2: {
          outcome: 'not measured',
          measured: 'the run was stopped',
          rule: 'decided on a complete run only',
        },
      },
    });
  });

  it('in the middle of a step reaches the experiment at once', async () => {
    const controller = new AbortController();
    const experiment = toyExperiment(async function* (_, { signal, onProgress }) {
      onProgress(progressAt(1));
      const never = new Promise<string>((_, reject) => {
        signal.addEventListener('abort', () => {
          reject(new DOMException('ended', 'AbortError'));
        });
      });
      yield { text: await never };
    });
    const events: RunEvent[] = [];
    for await (const event of watched(experiment, 'quick', {
      ...calm,
      signal: controller.signal,
    })) {
      events.push(event);
      controller.abort(new Error('stop'));
    }
    expect(events).toMatchObject([
      { kind: 'progress' },
      { kind: 'done', rows: [], isComplete: false },
    ]);
  });

  it('does not hide an error of another kind', async () => {
    const controller = new AbortController();
    const experiment = toyExperiment(async function* () {
      yield await Promise.resolve({ i: 0 });
      controller.abort();
      throw new Error('broken');
    });
    const run = eventsOf(experiment, { signal: controller.signal });
    await expect(run).rejects.toThrow('broken');
  });

  it('before the start measures nothing', async () => {
    const events = await eventsOf(endless, { signal: AbortSignal.abort() });
    expect(events).toMatchObject([{ kind: 'done', rows: [], isComplete: false }]);
  });

  it('counts as a stop even if the experiment ends without an error', async () => {
    const controller = new AbortController();
    const experiment = toyExperiment(async function* (_, { signal }) {
      for (let i = 0; !signal.aborted; i++) {
        yield await Promise.resolve({ i });
        if (i === 1) controller.abort();
      }
    });
    const events = await eventsOf(experiment, { signal: controller.signal });
    expect(events.at(-1)).toMatchObject({ isComplete: false });
  });
});

describe('errors', () => {
  const yielding = (row: unknown) =>
    toyExperiment(async function* () {
      yield await Promise.resolve({ i: 0 });
      // What types cannot rule out altogether.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      yield row as Row;
    });

  it.each([
    [{ loss: Number.NaN }, 'loss is NaN'],
    [{ loss: -Infinity }, 'loss is -Infinity'],
    [{ loss: [1, 2] }, 'loss is an array of 2'],
    [{ loss: new Float32Array(2) }, 'loss is an object'],
    [{ loss: undefined }, 'loss is undefined'],
    [{ loss: 1n }, 'loss is 1'],
  ])('name the row and the key of %o', async (row, what) => {
    await expect(eventsOf(yielding(row))).rejects.toThrow(
      `toy-paper: all: row 2: ${what}; expected text, a boolean, null or a finite number`,
    );
  });

  it('name a row that is not an object', async () => {
    await expect(eventsOf(yielding(3))).rejects.toThrowErrorMatchingInlineSnapshot(
      `[DataError: toy-paper: all: row 2 is 3; expected an object of named values]`,
    );
    await expect(eventsOf(yielding({}))).rejects.toThrowErrorMatchingInlineSnapshot(
      `[DataError: toy-paper: all: row 2 is empty; expected named values]`,
    );
  });

  it('name a method whose tuning nobody states', async () => {
    const toy = toyExperiment(async function* () {
      yield await Promise.resolve({ method: 'ours', loss: 1 });
      yield { method: 'their', loss: 1 };
    });
    await expect(eventsOf(toy)).rejects.toThrowErrorMatchingInlineSnapshot(
      `[DataError: toy-paper: all: row 2: method is "their", which the experiment's methods do not list]`,
    );
  });

  it('name presets and seeds that do not do', async () => {
    const toy = yielding({ i: 1 });
    await expect(eventsOf(toy, {}, 'full')).rejects.toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: toy-paper: no preset "full"; the presets are quick and standard]`,
    );
    await expect(eventsOf(toy, { seed: 1.5 })).rejects.toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: toy-paper: seed 1.5 is not a non-negative integer]`,
    );
    const onlyQuick = { ...toy, presets: { quick: { n: 1 } } };
    expect(() =>
      findPreset(onlyQuick, 'standrad', 'wp run toy'),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: wp run toy: no preset "standrad"; the only preset is quick]`,
    );
  });

  it('of a verdict name the claim', async () => {
    const toy = yielding({ i: 1 });
    const verdict = { outcome: 'holds', measured: 'x', value: Number.NaN, rule: 'x' } as const;
    const broken = { ...toy, verdicts: { ...toy.verdicts, c1: () => verdict } };
    await expect(eventsOf(broken)).rejects.toThrowErrorMatchingInlineSnapshot(
      `[DataError: toy-paper: verdict on c1: value is NaN; correct its rule]`,
    );
  });
});
