/**
 * One Adam step of a convolutional VAE on 64 pictures of 3x32x32; PyTorch's side is ../pytorch/vae.py.
 *
 * Encoder: convolutions 4x4, stride 2, padding 1, to 32, 64 and 128 channels, ReLU after each; from the
 * 2048 numbers left, mean and log-variance of 64 latents. Decoder: 64 -> 2048, ReLU, then transposed
 * convolutions 4x4, stride 2, padding 1, to 64, 32 and 3 channels, ReLU between. Loss: squared error
 * summed over a picture plus KL divergence from the standard normal, mean over the batch.
 */
import { adam, linearLayer, type AdamState, type Linear } from '@working-papers/nn';
import {
  compile,
  conv2d,
  convTranspose2d,
  foldIn,
  keyOf,
  normal,
  uniform,
  valueAndGrad,
  type Backend,
  type Key,
  type Tensor,
} from '../../src/index.ts';
import type { Program } from '../program.ts';

const batch = 64;
const latents = 64;
const learningRate = 1e-3;
const halving = { stride: 2, padding: 1 };

/** Weight [out, in, 4, 4] or, transposed, [in, out, 4, 4]; bias [out]. */
interface Conv {
  readonly w: Tensor;
  readonly b: Tensor;
}

interface Vae {
  readonly down: readonly Conv[];
  readonly toLatent: Linear;
  readonly fromLatent: Linear;
  readonly up: readonly Conv[];
}

/** Weights and one batch. */
export function inputs() {
  const key = keyOf(1);
  const params: Vae = {
    down: [
      [3, 32],
      [32, 64],
      [64, 128],
    ].map(([dIn = 0, dOut = 0], i) =>
      convolution(foldIn(key, `down ${i}`), [dOut, dIn, 4, 4], dOut),
    ),
    toLatent: linearLayer.init(foldIn(key, 'toLatent'), 2048, 2 * latents),
    fromLatent: linearLayer.init(foldIn(key, 'fromLatent'), latents, 2048),
    up: [
      [128, 64],
      [64, 32],
      [32, 3],
    ].map(([dIn = 0, dOut = 0], i) => convolution(foldIn(key, `up ${i}`), [dIn, dOut, 4, 4], dOut)),
  };
  return {
    params,
    x: uniform(foldIn(key, 'x'), [batch, 3, 32, 32]),
    noise: normal(foldIn(key, 'noise'), [batch, latents]),
  };
}

function convolution(key: Key, shape: readonly number[], dOut: number): Conv {
  const bound = 1 / Math.sqrt((shape[1] ?? 1) * 16);
  return {
    w: uniform(foldIn(key, 'w'), shape, -bound, bound),
    b: uniform(foldIn(key, 'b'), [dOut], -bound, bound),
  };
}

function lossOf({ down, toLatent, fromLatent, up }: Vae, x: Tensor, noise: Tensor): Tensor {
  const encoded = down.reduce((h, { w, b }) => conv2d(h, w, { bias: b, ...halving }).relu(), x);
  const statistics = linearLayer.apply(toLatent, encoded.reshape([batch, 2048]));
  const mean = statistics.slice({ axis: 1, end: latents });
  const logVariance = statistics.slice({ axis: 1, start: latents });
  const z = mean.add(logVariance.mul(0.5).exp().mul(noise));
  const start = linearLayer.apply(fromLatent, z).relu().reshape([batch, 128, 4, 4]);
  const y = up.reduce((h, { w, b }, i) => {
    const next = convTranspose2d(h, w, { bias: b, ...halving });
    return i < 2 ? next.relu() : next;
  }, start);
  const kl = mean.square().add(logVariance.exp()).sub(logVariance).sub(1).sum().mul(0.5);
  return y
    .sub(x)
    .square()
    .sum()
    .add(kl)
    .mul(1 / batch);
}

/** The step; it returns the loss in nats. */
export async function make(backend: Backend): Promise<Program> {
  const { params, x, noise } = inputs();
  const step = compile(
    (before: AdamState<Vae>, images: Tensor, draws: Tensor) => {
      const [loss, gradients] = valueAndGrad(lossOf)(before.params, images, draws);
      return { state: adam.update(before, gradients, { learningRate }), loss };
    },
    { backend, name: 'vae' },
  );
  let state = adam.init(params);
  return {
    name: 'vae',
    run: async () => {
      const after = await step(state, x, noise);
      state = after.state;
      return after.loss.item();
    },
    dispose: step.dispose,
  };
}
