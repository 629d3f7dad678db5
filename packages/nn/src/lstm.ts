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

/** What an LSTM remembers, [batch, dHidden] each. */
export interface LstmState {
  /** Its output. */
  readonly h: Tensor;
  /** Its cell. */
  readonly c: Tensor;
}

/**
 * Long short-term memory as in PyTorch, whose gates i, f, g, o it keeps in this order, each of
 * x wIn + bIn + h wHidden + bHidden:
 *
 *     c <- sigmoid(f) c + sigmoid(i) tanh(g),  h <- sigmoid(o) tanh(c)
 */
export const lstmLayer = {
  /**
   * Fresh parameters, uniform in ±1/sqrt(dHidden) as PyTorch's.
   *
   * @throws {ConfigError} If a size is not a positive integer.
   */
  init(key: Key, dIn: number, dHidden: number): Recurrent {
    return initRecurrent('lstmLayer.init', key, { dIn, dHidden, gates: 4 });
  },

  /**
   * One step.
   *
   * @param x - [batch, dIn].
   * @returns The next state.
   */
  step(params: Recurrent, x: Tensor, state: LstmState): LstmState {
    return step(params, linear(x, params.wIn, params.bIn), state);
  },

  /**
   * A whole sequence, unrolled: the graph grows with it.
   *
   * @param x - [batch, seq, dIn].
   * @param first - Before the first step. Default zeros.
   * @returns `y`, h after each step, [batch, seq, dHidden], and the state after the last.
   */
  apply(
    params: Recurrent,
    x: Tensor,
    first?: LstmState,
  ): { readonly y: Tensor; readonly state: LstmState } {
    const blank = zeros([x.shape[0] ?? 1, params.wHidden.shape[0] ?? 1], x.dtype);
    let state = first ?? { h: blank, c: blank };
    const outputs = unstack(linear(x, params.wIn, params.bIn), 1).map((projected) => {
      state = step(params, projected, state);
      return state.h;
    });
    return { y: stack(outputs, 1), state };
  },
};

/** One step from x wIn + bIn. */
function step(params: Recurrent, projected: Tensor, { h, c }: LstmState): LstmState {
  const sums = projected.add(linear(h, params.wHidden, params.bHidden));
  const [i, f, g, o] = splitAxis(sums, 4, -1);
  if (!i || !f || !g || !o) throw new Error('internal: splitAxis gave less than four parts');
  const cell = f.sigmoid().mul(c).add(i.sigmoid().mul(g.tanh()));
  return { h: o.sigmoid().mul(cell.tanh()), c: cell };
}
