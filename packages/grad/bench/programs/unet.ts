/**
 * Forward and backward pass of a residual block of a U-Net on [16, 64, 32, 32]; PyTorch's side is
 * ../pytorch/unet.py. Twice: group norm of 8 groups, SiLU, convolution 3x3 to 64 channels with bias; then
 * the input is added. Loss: mean square of the result. Gradients of the input and of all parameters.
 */
import {
  compile,
  conv2d,
  foldIn,
  groupNorm,
  keyOf,
  normal,
  ones,
  uniform,
  valueAndGrad,
  zeros,
  type Backend,
  type Tensor,
} from '../../src/index.ts';
import type { Program } from '../program.ts';

const batch = 16;
const channels = 64;
const size = 32;

interface Half {
  readonly scale: Tensor;
  readonly shift: Tensor;
  readonly w: Tensor;
  readonly b: Tensor;
}

/** Weights and one batch. */
export function inputs() {
  const key = keyOf(1);
  const bound = 1 / Math.sqrt(channels * 9);
  const half = (name: string): Half => ({
    scale: ones([channels]),
    shift: zeros([channels]),
    w: uniform(foldIn(key, `${name} w`), [channels, channels, 3, 3], -bound, bound),
    b: uniform(foldIn(key, `${name} b`), [channels], -bound, bound),
  });
  return {
    params: { halves: [half('first'), half('second')] },
    x: normal(foldIn(key, 'x'), [batch, channels, size, size]),
  };
}

type Inputs = ReturnType<typeof inputs>;

function lossOf({ params, x }: Inputs): Tensor {
  const change = params.halves.reduce(
    (h, { scale, shift, w, b }) =>
      conv2d(groupNorm(h, { groups: 8, scale, shift }).silu(), w, { bias: b, padding: 1 }),
    x,
  );
  return x.add(change).square().mean();
}

/** The passes; they return the loss. */
export async function make(backend: Backend): Promise<Program> {
  const start = inputs();
  const step = compile(
    (leaves: Inputs) => {
      const [loss, gradients] = valueAndGrad(lossOf)(leaves);
      return { loss, gradients };
    },
    { backend, name: 'unet' },
  );
  return {
    name: 'unet',
    run: async () => (await step(start)).loss.item(),
    dispose: step.dispose,
  };
}
