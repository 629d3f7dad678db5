import {
  crossEntropy,
  flattenTensors,
  foldIn,
  hostData,
  integers,
  keyOf,
  normals,
  tensor,
  valueAndGrad,
  type Backend,
  type Tensor,
} from '@working-papers/grad';
import {
  adam,
  compileStep,
  mlp,
  type AdamState,
  type CompiledStep,
  type Mlp,
  type StepEvent,
} from '../src/index.ts';

/** The state of the toy below. */
export type ToyState = AdamState<Mlp>;

/** Points with noise on them, and their classes. */
export interface ToyBatch {
  readonly x: Tensor;
  readonly y: Tensor;
}

/** Noise of its own for every step, as dropout or diffusion have. */
const toyKey = keyOf(11);

/** A small classifier before training. */
export function toyState(hidden = 16): ToyState {
  return adam.init(mlp.init(keyOf(5), [4, hidden, 3]));
}

/** Its step, with the share of right answers as a metric. */
export function toyUpdate(state: ToyState, { x, y }: ToyBatch, learningRate: Tensor) {
  const [loss, gradients] = valueAndGrad((params: Mlp) =>
    crossEntropy(mlp.apply(params, x), y).mean(),
  )(state.params);
  const isRight = mlp.apply(state.params, x).argmax().cast('int32').equal(y);
  return {
    state: adam.update(state, gradients, { learningRate }),
    loss,
    accuracy: isRight.cast('float32').mean(),
  };
}

/** The step, ready for `train`. */
export function toyStep(backend: Backend): CompiledStep<ToyState, ToyBatch> {
  return compileStep(toyUpdate, { backend });
}

/** Without end. */
export function* toyBatches(firstStep: number): Generator<ToyBatch, void> {
  for (let step = firstStep; ; step++) {
    const key = foldIn(toyKey, step);
    const y = Int32Array.from(integers(foldIn(key, 'classes'), 8, 3));
    const x = normals(foldIn(key, 'noise'), 32);
    y.forEach((each, row) => (x[4 * row + each] = (x[4 * row + each] ?? 0) + 2));
    yield { x: tensor(x, { shape: [8, 4] }), y: tensor(y) };
  }
}

/** The numbers of a state, bit by bit, as text that tests can compare. */
export function bitsOf(state: unknown): Record<string, string> {
  return Object.fromEntries(
    flattenTensors(state).map(({ path, value }) => {
      const { buffer, byteOffset, byteLength } = hostData(value);
      return [path, Buffer.from(buffer, byteOffset, byteLength).toString('hex')];
    }),
  );
}

/** The state at the end of a training. */
export async function lastState<State>(
  events: AsyncIterable<StepEvent<State>>,
): Promise<State | undefined> {
  let state: State | undefined;
  for await (const event of events) state = event.state;
  return state;
}
