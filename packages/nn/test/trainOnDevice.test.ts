import {
  TrainingError,
  flattenTensors,
  mapTensors,
  tensor,
  type Tensor,
} from '@working-papers/grad';
import { nodeBackend } from '@working-papers/grad/node';
import { describe, expect, test } from 'vitest';
import { compileStep, memoryCheckpoints, train, type TrainOptions } from '../src/index.ts';
import { deviceBackend, type DeviceUse } from './deviceBackend.ts';
import {
  bitsOf,
  toyBatches,
  toyState,
  toyStep,
  toyUpdate,
  type ToyBatch,
  type ToyState,
} from './toyTraining.ts';

const use: DeviceUse = { live: 0, reads: 0 };
const step = toyStep(await deviceBackend(use));
const options: TrainOptions<ToyState, ToyBatch> = {
  step,
  state: toyState(),
  batches: toyBatches,
  steps: 40,
  learningRate: 0.01,
  reportEvery: 10,
};
const stateTensors = flattenTensors(options.state).length;

describe('training with a state on a device', () => {
  test('gives the bits of training on the host', async () => {
    const host = toyStep(await nodeBackend({ threads: 1 }));
    const onHost = await end(train({ ...options, step: host }));
    const onDevice = await end(train(options));
    expect(onDevice.losses).toEqual(onHost.losses);
    expect(bitsOf(onDevice.state)).toEqual(bitsOf(onHost.state));
  });

  test('reads two scalars for each event, and nothing else', async () => {
    const begin = use.reads;
    for await (const { step: done } of train(options)) {
      expect(use.reads - begin).toBe((2 * done) / 10);
    }
  });

  test('frees what it no longer needs, and leaves the last state', async () => {
    const begin = use.live;
    let state: ToyState | undefined;
    for await (const event of train({ ...options, steps: 400 })) {
      // This state, the one before it, and those that an explanation of NaN would begin with.
      expect(use.live - begin).toBeLessThanOrEqual(3 * stateTensors);
      state = event.state;
    }
    await state?.params.layers[0]?.w.data();
    mapTensors(state, dispose);
    expect(use.live - begin).toBeLessThanOrEqual(2 * stateTensors);
  });

  test('resumes to the bits of an unbroken run', async () => {
    const checkpoints = { store: memoryCheckpoints(), config: {} };
    const controller = new AbortController();
    const learningRate = (i: number) => {
      if (i === 16) controller.abort(new Error('enough'));
      return 0.01;
    };
    const { signal } = controller;
    const broken = train({ ...options, learningRate, checkpoints, signal });
    await expect(end(broken)).rejects.toThrow('enough');
    expect((await checkpoints.store.load())?.step).toBe(17);
    const resumed = await end(train({ ...options, checkpoints }));
    expect(bitsOf(resumed.state)).toEqual(bitsOf((await end(train(options))).state));
  });

  test('finds the step and the operation of a NaN between two events', async () => {
    const fragile = compileStep(
      (state: ToyState, batch: ToyBatch, learningRate: Tensor) =>
        toyUpdate(state, batch, learningRate.log().exp()),
      { backend: await deviceBackend(use), name: 'fragile' },
    );
    const learningRate = (i: number) => (i === 23 ? -0.5 : 0.01);
    const error = await end(train({ ...options, step: fragile, learningRate })).catch(
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(TrainingError);
    expect(error).toMatchObject({ step: 24, learningRate: -0.5 });
    expect(String(error).replace(/\S+:\d+:\d+/, '<line>')).toMatchInlineSnapshot(
      `"TrainingError: train: the loss is NaN in step 25 of 40, spoilt by step 24 (learning rate -0.5): fragile: log, built at <line>, gives NaN"`,
    );
  });
});

function dispose(value: Tensor): Tensor {
  value.dispose();
  return value;
}

/** The losses, and the last state on the host. */
async function end(events: ReturnType<typeof train<ToyState, ToyBatch>>) {
  const losses: number[] = [];
  let state: ToyState | undefined;
  for await (const event of events) {
    losses.push(event.loss);
    state = event.state;
  }
  const values: Tensor[] = [];
  for (const { value } of flattenTensors(state)) {
    values.push(tensor(await value.data(), { shape: value.shape }));
  }
  return { losses, state: mapTensors(state, () => values.shift() ?? tensor(NaN)) };
}
