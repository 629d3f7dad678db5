/**
 * One Adam step of a TopK sparse autoencoder (arXiv:2406.04093): width 512, 8192 latents of which 32 are
 * kept, batch 4096. Encode, select, decode, mean squared error, all gradients, update.
 */
import { adam, type AdamState } from '@working-papers/nn';
import {
  compile,
  foldIn,
  keyOf,
  linearTopK,
  normals,
  sparseMatmul,
  tensor,
  valueAndGrad,
  zeros,
  type Backend,
  type Tensor,
} from '../../src/index.ts';
import type { Program } from '../program.ts';

const [d, latents, k, batch] = [512, 8192, 32, 4096];
const learningRate = 1e-3;

interface Sae {
  /** [latents, d]. */
  readonly wEnc: Tensor;
  readonly bEnc: Tensor;
  /** [latents, d]. */
  readonly wDec: Tensor;
  readonly bDec: Tensor;
}

/** Decoder rows of length 1, the encoder equal to them, and one batch of activations. */
export function inputs() {
  const key = keyOf(1);
  const directions = unitRows(normals(foldIn(key, 'directions'), latents * d));
  return {
    params: {
      wEnc: tensor(directions, { shape: [latents, d] }),
      bEnc: zeros([latents]),
      wDec: tensor(directions.slice(), { shape: [latents, d] }),
      bDec: tensor(normals(foldIn(key, 'bDec'), d).map((value) => value / 10)),
    },
    x: tensor(normals(foldIn(key, 'x'), batch * d), { shape: [batch, d] }),
  };
}

function unitRows(values: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
  for (let start = 0; start < values.length; start += d) {
    const row = values.subarray(start, start + d);
    const length = Math.hypot(...row);
    row.forEach((value, i) => (row[i] = value / length));
  }
  return values;
}

/** (x - bDec) wEnc^T is taken apart, so that the gradient of bDec needs no gradient of x. */
function lossOf({ wEnc, bEnc, wDec, bDec }: Sae, x: Tensor): Tensor {
  const shift = wEnc.matmul(bDec.reshape([d, 1])).reshape([latents]);
  const { values, indices } = linearTopK(x, wEnc, bEnc.sub(shift), k);
  const reconstruction = sparseMatmul(values.relu(), indices, wDec).add(bDec);
  // In two steps: one long sum in float32 loses digits.
  return reconstruction.sub(x).square().mean(1).mean();
}

/** The step; it returns the loss. */
export async function make(backend: Backend): Promise<Program> {
  const { params, x } = inputs();
  const step = compile(
    (before: AdamState<Sae>, activations: Tensor) => {
      const [loss, gradients] = valueAndGrad(lossOf)(before.params, activations);
      return { state: adam.update(before, gradients, { learningRate }), loss };
    },
    { backend, name: 'sae' },
  );
  let state = adam.init<Sae>(params);
  return {
    name: 'sae',
    run: async () => {
      const after = await step(state, x);
      state = after.state;
      return after.loss.item();
    },
    dispose: step.dispose,
  };
}
