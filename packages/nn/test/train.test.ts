import { mapTensors, tensor } from '@working-papers/grad';
import { describe, expect, test } from 'vitest';
import {
  compileStep,
  memoryCheckpoints,
  train,
  type CheckpointStore,
  type StepEvent,
  type TrainOptions,
} from '../src/index.ts';
import { backends } from './backends.ts';
import {
  bitsOf,
  lastState,
  toyBatches,
  toyState,
  toyStep,
  type ToyBatch,
  type ToyState,
} from './toyTraining.ts';

type ToyOptions = TrainOptions<ToyState, ToyBatch>;

const config = { key: 11, optimiser: { betas: [0.9, 0.999] } };

/** A warm-up and a decay, so that a step that is counted wrongly is seen. */
const schedule = (step: number) => 0.02 * Math.min((step + 1) / 5, 0.98 ** step);

describe.each(backends)('training on $name', (backend) => {
  const step = toyStep(backend);
  const options: ToyOptions = {
    step,
    state: toyState(),
    batches: toyBatches,
    steps: 30,
    learningRate: schedule,
    reportEvery: 4,
  };

  test('takes every step once, in order, with its own batch and learning rate', async () => {
    let state = options.state;
    const losses: number[] = [];
    const batches = toyBatches(0);
    for (let i = 0; i < 30; i++) {
      const { value } = batches.next();
      if (!value) throw new Error('batches are endless');
      const result = await step(state, value, tensor(schedule(i)));
      state = result.state;
      losses.push(await result.loss.item());
    }
    const events = await collect(train(options));
    expect(events.map((event) => event.step)).toEqual([4, 8, 12, 16, 20, 24, 28, 30]);
    expect(events.map((event) => event.loss)).toEqual(
      events.map((event) => losses[event.step - 1]),
    );
    expect(bitsOf(events.at(-1)?.state)).toEqual(bitsOf(state));
  });

  test("learns, and reports the step's further scalars as metrics", async () => {
    const events = await collect(train({ ...options, steps: 100, reportEvery: 1 }));
    const mean = (part: readonly StepEvent<ToyState>[]) =>
      part.reduce((sum, { loss }) => sum + loss / part.length, 0);
    expect(mean(events.slice(50))).toBeLessThan(0.7 * mean(events.slice(0, 5)));
    const metrics = events.at(-1)?.metrics ?? {};
    expect(Object.keys(metrics)).toEqual(['accuracy']);
    expect([5, 6, 7, 8].map((right) => right / 8)).toContain(metrics['accuracy']);
  });

  test('changing learning rates compile nothing', async () => {
    const fresh = toyStep(backend);
    await lastState(train({ ...options, step: fresh }));
    expect(fresh.signatureCount()).toBe(1);
    await fresh.dispose();
  });

  test.each([1, 7, 8, 13, 29])(
    'stopped after step %i, it resumes to the bits of an unbroken run',
    async (stopAt) => {
      const store = memoryCheckpoints();
      const checkpoints = { store, config };
      const controller = new AbortController();
      const broken = train({
        ...options,
        checkpoints,
        signal: controller.signal,
        learningRate: (i) => {
          if (i === stopAt - 1) controller.abort(new Error('enough'));
          return schedule(i);
        },
      });
      await expect(collect(broken)).rejects.toThrow('enough');
      expect((await store.load())?.step).toBe(stopAt);

      const resumed = await collect(train({ ...options, checkpoints }));
      const unbroken = await collect(train(options));
      const rest = unbroken.filter((event) => event.step > stopAt);
      expect(resumed.map(numbersOf)).toEqual(rest.map(numbersOf));
      expect(bitsOf(resumed.at(-1)?.state)).toEqual(bitsOf(unbroken.at(-1)?.state));
    },
  );

  test('hears an abort that comes by a timer, long before its last step', async () => {
    const signal = AbortSignal.timeout(30);
    const events = train({ ...options, steps: 1e9, reportEvery: 1e9, signal });
    await expect(collect(events)).rejects.toMatchObject({ name: 'TimeoutError' });
  });
});

const [backend] = backends;
if (backend === undefined) throw new Error('there is no backend');

describe('checkpoints', () => {
  const options: ToyOptions = {
    step: toyStep(backend),
    state: toyState(),
    batches: toyBatches,
    steps: 12,
    learningRate: schedule,
  };

  test('are kept every few steps and after the last', async () => {
    const { store, steps } = recording();
    await lastState(train({ ...options, checkpoints: { store, config, every: 5 } }));
    expect(steps).toEqual([5, 10, 12]);
  });

  test('are kept before the event of their step, so that whoever leaves then has them', async () => {
    const { store, steps } = recording();
    const checkpoints = { store, config, every: 4 };
    for await (const event of train({ ...options, reportEvery: 4, checkpoints })) {
      if (event.step === 8) break;
    }
    expect(steps).toEqual([4, 8]);
  });

  test('a run that had ended yields its last event again, and takes no step', async () => {
    const checkpoints = { store: memoryCheckpoints(), config };
    const before = (await collect(train({ ...options, checkpoints }))).at(-1);
    const refuse = () => {
      throw new Error('no batch is needed');
    };
    const after = await collect(train({ ...options, checkpoints, batches: refuse }));
    expect(after.map(numbersOf)).toEqual([before && numbersOf(before)]);
    expect(bitsOf(after[0]?.state)).toEqual(bitsOf(before?.state));
  });

  test('an abort while batches are awaited keeps what is reached', async () => {
    const { store, steps } = recording();
    const controller = new AbortController();
    const { signal } = controller;
    async function* batches() {
      for (const [i, batch] of [...take(toyBatches(0), 4)].entries()) {
        if (i === 3) setTimeout(() => controller.abort(), 0);
        await new Promise((resolve) => setTimeout(resolve, i === 3 ? 20 : 0));
        signal.throwIfAborted();
        yield batch;
      }
    }
    const events = train({ ...options, batches, signal, checkpoints: { store, config } });
    await expect(collect(events)).rejects.toMatchObject({ name: 'AbortError' });
    expect(steps).toEqual([3]);
  });

  test('nothing is kept where nothing was done', async () => {
    const { store, steps } = recording();
    const signal = AbortSignal.abort();
    const events = train({ ...options, signal, checkpoints: { store, config } });
    await expect(collect(events)).rejects.toBe(signal.reason);
    expect(steps).toEqual([]);
  });

  test('of another model are refused with the path and both shapes', async () => {
    const store = await trained(options);
    expect(await failure({ ...options, state: toyState(8) }, store)).toMatchInlineSnapshot(
      `"CheckpointError: train: params.layers.0.w is float32 [4, 16] in the checkpoint and float32 [4, 8] here; the checkpoint in memory is of another run: use another place, or continue that run"`,
    );
    const narrow = mapTensors(options.state, (value) =>
      tensor(new Float64Array(value.size), { shape: value.shape }),
    );
    expect(await failure({ ...options, state: narrow }, store)).toMatchInlineSnapshot(
      `"CheckpointError: train: params.layers.0.w is float32 [4, 16] in the checkpoint and float64 [4, 16] here; the checkpoint in memory is of another run: use another place, or continue that run"`,
    );
    const { params, ...rest } = options.state;
    const [first] = params.layers;
    const shallow = { ...rest, params: { layers: first ? [first] : [] } };
    expect(await failure({ ...options, state: shallow }, store)).toMatchInlineSnapshot(
      `"CheckpointError: train: params.layers.1.w is float32 [16, 3] in the checkpoint and absent here; the checkpoint in memory is of another run: use another place, or continue that run"`,
    );
    const deep = { ...rest, params: { layers: [...params.layers, ...params.layers] } };
    expect(await failure({ ...options, state: deep }, store)).toMatchInlineSnapshot(
      `"CheckpointError: train: params.layers.2.w is absent in the checkpoint and float32 [4, 16] here; the checkpoint in memory is of another run: use another place, or continue that run"`,
    );
  });

  test('of another configuration are refused with both values', async () => {
    const store = await trained(options);
    const refusal = (other: object) => failure(options, store, other);
    expect(await refusal({ ...config, key: 12 })).toMatchInlineSnapshot(
      `"CheckpointError: train: config key is 11 in the checkpoint and 12 here; the checkpoint in memory is of another run: use another place, or continue that run"`,
    );
    expect(await refusal({ ...config, optimiser: { betas: [0.9, 0.99] } })).toMatchInlineSnapshot(
      `"CheckpointError: train: config optimiser.betas.1 is 0.999 in the checkpoint and 0.99 here; the checkpoint in memory is of another run: use another place, or continue that run"`,
    );
    expect(await refusal({ key: 11 })).toMatchInlineSnapshot(
      `"CheckpointError: train: config optimiser is {"betas":[0.9,0.999]} in the checkpoint and absent here; the checkpoint in memory is of another run: use another place, or continue that run"`,
    );
    expect(await refusal({ ...config, optimiser: [0.9, 0.999] })).toMatchInlineSnapshot(
      `"CheckpointError: train: config optimiser.betas is [0.9,0.999] in the checkpoint and absent here; the checkpoint in memory is of another run: use another place, or continue that run"`,
    );
  });

  test("the order of a configuration's keys does not matter", async () => {
    const store = await trained(options);
    const { key, optimiser } = config;
    const checkpoints = { store, config: { optimiser, key, absent: undefined } };
    expect((await collect(train({ ...options, checkpoints }))).map(({ step }) => step)).toEqual([
      12,
    ]);
  });

  test('beyond the last step are refused', async () => {
    const store = await trained(options);
    expect(await failure({ ...options, steps: 11 }, store)).toMatchInlineSnapshot(
      `"ConfigError: train: steps = 11 and the checkpoint in memory is after step 12; raise steps, or use another place"`,
    );
  });

  test('a configuration that JSON cannot hold is refused', async () => {
    const store = memoryCheckpoints();
    for (const value of [tensor(1), NaN, () => 1]) {
      expect(await failure(options, store, { model: { value } })).toMatch(
        /^ConfigError: train: config model\.value is (an object of class Tensor|NaN|of type function); expected what JSON can hold$/,
      );
    }
  });
});

describe('settings', () => {
  const options: ToyOptions = {
    step: toyStep(backend),
    state: toyState(),
    batches: toyBatches,
    steps: 12,
    learningRate: schedule,
  };
  const refusal = (changed: Partial<ToyOptions>) => failure({ ...options, ...changed });

  test('that make no sense are refused', async () => {
    expect(await refusal({ steps: 0 })).toMatchInlineSnapshot(
      `"ConfigError: train: steps = 0 is not a positive integer"`,
    );
    expect(await refusal({ steps: 1.5 })).toMatchInlineSnapshot(
      `"ConfigError: train: steps = 1.5 is not a positive integer"`,
    );
    expect(await refusal({ reportEvery: 0 })).toMatchInlineSnapshot(
      `"ConfigError: train: reportEvery = 0 is not a positive integer"`,
    );
    expect(await refusal({ samplesPerStep: 0 })).toMatchInlineSnapshot(
      `"ConfigError: train: samplesPerStep = 0 is not positive"`,
    );
    expect(await refusal({ learningRate: NaN })).toMatchInlineSnapshot(
      `"ConfigError: train: the learning rate of step 1 is NaN; expected a number"`,
    );
    const checkpoints = { store: memoryCheckpoints(), config, every: -1 };
    expect(await refusal({ checkpoints })).toMatchInlineSnapshot(
      `"ConfigError: train: every = -1 is not a positive integer"`,
    );
  });

  test('batches that end too early are an error', async () => {
    expect(await refusal({ batches: () => take(toyBatches(0), 5) })).toMatchInlineSnapshot(
      `"ConfigError: train: the batches ended after step 5; the run has 12 steps"`,
    );
  });

  test('a loss of several numbers is refused', async () => {
    const step = compileStep((state: ToyState, { x }: ToyBatch) => ({ state, loss: x.mean(-1) }), {
      backend,
    });
    expect(await refusal({ step })).toMatchInlineSnapshot(
      `"ShapeError: train: the loss is [8]; expected one number, such as its mean"`,
    );
    await step.dispose();
  });

  test('no more batches are asked for than there are steps', async () => {
    let asked = 0;
    const batches = function* () {
      for (const batch of toyBatches(0)) {
        asked += 1;
        yield batch;
      }
    };
    await lastState(train({ ...options, batches }));
    expect(asked).toBe(12);
  });
});

function numbersOf({ step, loss, metrics }: StepEvent<unknown>) {
  return { step, loss, metrics };
}

async function collect<Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> {
  const collected: Item[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

function* take<Item>(items: Iterable<Item>, count: number): Generator<Item, void> {
  let left = count;
  for (const item of items) {
    if (left-- === 0) return;
    yield item;
  }
}

/** A store that says which steps were kept. */
function recording(): { readonly store: CheckpointStore; readonly steps: readonly number[] } {
  const memory = memoryCheckpoints();
  const steps: number[] = [];
  const store: CheckpointStore = {
    ...memory,
    save: (checkpoint) => {
      steps.push(checkpoint.step);
      return memory.save(checkpoint);
    },
  };
  return { store, steps };
}

/** A store with a checkpoint of the last step. */
async function trained(options: ToyOptions): Promise<CheckpointStore> {
  const store = memoryCheckpoints();
  await lastState(train({ ...options, checkpoints: { store, config } }));
  return store;
}

async function failure(
  options: ToyOptions,
  store?: CheckpointStore,
  otherConfig: object = config,
): Promise<string> {
  const checkpoints = store && { store, config: otherConfig };
  return lastState(train({ ...options, ...(checkpoints && { checkpoints }) })).then(
    () => 'no error',
    String,
  );
}
