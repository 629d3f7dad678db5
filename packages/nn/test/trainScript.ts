/**
 * Trains the toy in a process of its own, to be killed: `trainScript.ts <folder> <steps> <every> <ballast>`
 * with checkpoints every few steps and so many numbers more in the state. Prints `at <step>` as it
 * begins and as it goes, and at the end `done <SHA-256 of the state>`, or the error and what is kept.
 */
import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { zeros, type Tensor } from '@working-papers/grad';
import { nodeBackend } from '@working-papers/grad/node';
import { compileStep, train } from '../src/index.ts';
import { folderCheckpoints } from '../src/node.ts';
import {
  bitsOf,
  toyBatches,
  toyState,
  toyUpdate,
  type ToyBatch,
  type ToyState,
} from './toyTraining.ts';

const [folder = '', ...numbers] = process.argv.slice(2);
const [steps = 0, every = 0, ballast = 0] = numbers.map(Number);
const print = (line: string) => process.stdout.write(`${line}\n`);

interface Loaded {
  readonly toy: ToyState;
  readonly ballast: Tensor;
}

const step = compileStep(
  (state: Loaded, batch: ToyBatch, learningRate: Tensor) => {
    const { state: toy, ...rest } = toyUpdate(state.toy, batch, learningRate);
    return { state: { toy, ballast: state.ballast.add(1) }, ...rest };
  },
  { backend: await nodeBackend({ threads: 1 }) },
);
const store = folderCheckpoints(folder, { onNotice: (notice) => print(`notice ${notice}`) });
try {
  print(`at ${(await store.load())?.step ?? 0}`);
  const events = train({
    step,
    state: { toy: toyState(), ballast: zeros([ballast]) },
    batches: toyBatches,
    steps,
    learningRate: (i) => 0.02 * 0.999 ** i,
    reportEvery: 1,
    checkpoints: { store, config: { ballast }, every },
  });
  let last: Loaded | undefined;
  for await (const event of events) {
    last = event.state;
    print(`at ${event.step}`);
  }
  print(
    `done ${createHash('sha256')
      .update(JSON.stringify(bitsOf(last)))
      .digest('hex')}`,
  );
} catch (error) {
  print(String(error));
  const kept = await store.load();
  print(`kept ${kept?.step ?? 'nothing'} among ${(await readdir(folder)).join(', ')}`);
}
