import {
  linear,
  splitAxis,
  stack,
  unstack,
  zeros,
  type Key,
  type Tensor,
} from '@working-papers/grad';
import { initRecurrent, type Recurrent } from './recurrent.ts';

/**
 * Gated recurrent unit as in PyTorch, whose gates r, z, n it keeps in this order (arXiv:1406.1078, with
 * the reset gate after the product):
 *
 *     r = sigmoid(x wIn_r + bIn_r + h wHidden_r + bHidden_r),  z likewise
 *     n = tanh(x wIn_n + bIn_n + r (h wHidden_n + bHidden_n))
 *     h <- (1 - z) n + z h
 */
export const gruLayer = {
  /**
   * Fresh parameters, uniform in ±1/sqrt(dHidden) as PyTorch's.
   *
   * @throws {ConfigError} If a size is not a positive integer.
   */
  init(key: Key, dIn: number, dHidden: number): Recurrent {
    return initRecurrent('gruLayer.init', key, { dIn, dHidden, gates: 3 });
  },

  /**
   * One step.
   *
   * @param x - [batch, dIn].
   * @param h - [batch, dHidden].
   * @returns The next h.
   */
  step(params: Recurrent, x: Tensor, h: Tensor): Tensor {
    return step(params, linear(x, params.wIn, params.bIn), h);
  },

  /**
   * A whole sequence, unrolled: the graph grows with it.
   *
   * @param x - [batch, seq, dIn].
   * @param first - h before the first step, [batch, dHidden]. Default zeros.
   * @returns `y`, h after each step, [batch, seq, dHidden], and `h` after the last.
   */
  apply(params: Recurrent, x: Tensor, first?: Tensor): { readonly y: Tensor; readonly h: Tensor } {
    let h = first ?? zeros([x.shape[0] ?? 1, params.wHidden.shape[0] ?? 1], x.dtype);
    const outputs = unstack(linear(x, params.wIn, params.bIn), 1).map((projected) => {
      h = step(params, projected, h);
      return h;
    });
    return { y: stack(outputs, 1), h };
  },
};

/** One step from x wIn + bIn. */
function step(params: Recurrent, projected: Tensor, h: Tensor): Tensor {
  const [rIn, zIn, nIn] = splitAxis(projected, 3, -1);
  const [rOwn, zOwn, nOwn] = splitAxis(linear(h, params.wHidden, params.bHidden), 3, -1);
  if (!rIn || !zIn || !nIn || !rOwn || !zOwn || !nOwn) {
    throw new Error('internal: splitAxis gave less than three parts');
  }
  const r = rIn.add(rOwn).sigmoid();
  const z = zIn.add(zOwn).sigmoid();
  const n = nIn.add(r.mul(nOwn)).tanh();
  return n.add(z.mul(h.sub(n)));
}
