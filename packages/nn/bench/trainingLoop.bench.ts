/**
 * What `train` adds to the compiled step: 2,000 steps of an MLP 784-512-512-10, batch 256, Adam, with an
 * event every 50 steps and a checkpoint on the disk every 500, against the same steps called in a loop.
 * The two alternate step by step in one process, so that whatever else the machine does slows both. Run by
 *
 *     npx tsx --conditions=source packages/nn/bench/trainingLoop.bench.ts
 *
 * Exits with 1 if the loop adds 5 % or more.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  crossEntropy,
  foldIn,
  integers,
  keyOf,
  normal,
  tensor,
  valueAndGrad,
  type Tensor,
} from '@working-papers/grad';
import { nodeBackend } from '@working-papers/grad/node';
import {
  adam,
  compileStep,
  mlp,
  train,
  type AdamState,
  type CheckpointStore,
  type Mlp,
} from '../src/index.ts';
import { folderCheckpoints } from '../src/node.ts';

const [steps, reportEvery, every, batch] = [2000, 50, 500, 256];
const limit = 1.05;

interface Batch {
  readonly x: Tensor;
  readonly y: Tensor;
}

const backend = await nodeBackend();
const step = compileStep(
  (state: AdamState<Mlp>, { x, y }: Batch, learningRate: Tensor) => {
    const [loss, gradients] = valueAndGrad((params: Mlp) =>
      crossEntropy(mlp.apply(params, x), y).mean(),
    )(state.params);
    return { state: adam.update(state, gradients, { learningRate }), loss };
  },
  { backend },
);
const state = adam.init(mlp.init(keyOf(0), [784, 512, 512, 10]));
const pool = Array.from({ length: 8 }, (_, i): Batch => {
  const key = foldIn(keyOf(1), i);
  return { x: normal(key, [batch, 784]), y: tensor(Int32Array.from(integers(key, batch, 10))) };
});
/** A store that says how long it took. */
function timed(store: CheckpointStore, times: number[]): CheckpointStore {
  return {
    ...store,
    save: async (checkpoint) => {
      const begin = performance.now();
      await store.save(checkpoint);
      times.push(performance.now() - begin);
    },
  };
}

/** Wall-clock and processor time, in milliseconds, of each part between start and stop. */
class Watch {
  readonly wallMs: number[] = [];
  cpuMs = 0;
  private begin = now();

  start(): void {
    this.begin = now();
  }

  stop(): void {
    const end = now();
    this.wallMs.push(end.wall - this.begin.wall);
    this.cpuMs += end.cpu - this.begin.cpu;
  }
}

function now() {
  const { user, system } = process.cpuUsage();
  return { wall: performance.now(), cpu: (user + system) / 1000 };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

const [loop, bare] = [new Watch(), new Watch()];
let bareState = state;

/** Gives the loop its batches; each time it asks, the bare step has its turn. */
async function* batches(firstStep: number): AsyncGenerator<Batch, void> {
  const rate = tensor(1e-3);
  for (let i = firstStep; ; i++) {
    const next = pool[i % pool.length];
    if (next === undefined) return;
    loop.stop();
    bare.start();
    ({ state: bareState } = await step(bareState, next, rate));
    bare.stop();
    loop.start();
    yield next;
  }
}

const folder = await mkdtemp(join(tmpdir(), 'wp-training-loop-'));
try {
  await step(state, pool[0] ?? never(), tensor(0)); // compiles
  const saves: number[] = [];
  const store = timed(folderCheckpoints(folder, { onNotice: never }), saves);
  const events = train({
    step,
    state,
    batches,
    steps,
    learningRate: (i) => 1e-3 * 0.999 ** i,
    samplesPerStep: batch,
    reportEvery,
    checkpoints: { store, config: {}, every },
  });
  loop.start();
  while (!(await events.next()).done);
  loop.stop();

  const [loopMs, bareMs] = [sum(loop.wallMs), sum(bare.wallMs)];
  const ratio = loopMs / bareMs;
  // What the loop does before it asks for the first batch has no bare step beside it.
  const differences = bare.wallMs.map((ms, i) => (loop.wallMs[i + 1] ?? NaN) - ratio * ms);
  const error = Math.sqrt(sum(differences.map((ms) => ms * ms))) / bareMs;
  const perStep = (wallMs: number, { cpuMs }: Watch) =>
    `${(wallMs / steps).toFixed(3)} ms per step, ${(cpuMs / steps).toFixed(3)} ms of processor time`;
  const percent = (part: number) => `${(100 * part).toFixed(2)} %`;
  process.stdout.write(
    `${backend.version}, ${backend.threads} threads, ${steps} steps
bare step    ${perStep(bareMs, bare)}
train        ${perStep(loopMs, loop)}
ratio        ${ratio.toFixed(4)} (limit ${limit}; standard error ${error.toFixed(4)}), of processor time ${(loop.cpuMs / bare.cpuMs).toFixed(4)}
checkpoints  ${percent(sum(saves) / bareMs)}: ${saves.length} of ${saves.map((ms) => ms.toFixed(0)).join(', ')} ms
all else     ${percent((loopMs - sum(saves)) / bareMs - 1)}
`,
  );
  process.exitCode = ratio < limit ? 0 : 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}

function never(): never {
  throw new Error('there is nothing to be told, and there is a batch');
}
