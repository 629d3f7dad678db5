/** One Adam step of a classifier 784-512-512-10 with ReLU on 256 pictures: loss, gradients, update. */
import { adam, mlp, type AdamState, type Mlp } from '@working-papers/nn';
import {
  compile,
  crossEntropy,
  foldIn,
  integers,
  keyOf,
  relu,
  tensor,
  uniform,
  valueAndGrad,
  type Backend,
  type Tensor,
} from '../../src/index.ts';
import type { Program } from '../program.ts';

const sizes = [784, 512, 512, 10];
const batch = 256;
const learningRate = 1e-3;

/** Weights and one batch. */
export function inputs() {
  const key = keyOf(1);
  const labels = BigInt64Array.from(integers(foldIn(key, 'labels'), batch, 10), BigInt);
  return {
    params: mlp.init(foldIn(key, 'params'), sizes),
    x: uniform(foldIn(key, 'x'), [batch, 784]),
    y: tensor(labels),
  };
}

/** The step; it returns the loss in nats. */
export async function make(backend: Backend): Promise<Program> {
  const { params, x, y } = inputs();
  const lossOf = (weights: Mlp, images: Tensor, labels: Tensor) =>
    crossEntropy(mlp.apply(weights, images, relu), labels).mean();
  const step = compile(
    (before: AdamState<Mlp>, images: Tensor, labels: Tensor) => {
      const [loss, gradients] = valueAndGrad(lossOf)(before.params, images, labels);
      return { state: adam.update(before, gradients, { learningRate }), loss };
    },
    { backend, name: 'mlp' },
  );
  let state = adam.init(params);
  return {
    name: 'mlp',
    run: async () => {
      const after = await step(state, x, y);
      state = after.state;
      return after.loss.item();
    },
    dispose: step.dispose,
  };
}
