import { ConfigError, ShapeError } from '../errors.ts';
import { defineOp, type Op } from '../op.ts';
import { broadcastShapes, formatShape, type Shape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { attentionBias, causalBias } from './attentionMask.ts';
import { only } from './elementwise.ts';
import { lowerMatmul } from './matmul.ts';
import { sumTo } from './sumTo.ts';

/** Options of {@link attention}. */
export interface AttentionOptions {
  /**
   * Which keys each query may see, broadcast to [batch, nHeads, queries, keys]: `causal`; bool, true
   * where it may; or numbers that are added to the scaled scores, -Infinity to hide. Default all.
   */
  readonly mask?: Tensor | 'causal';
  /** Factor of the scores. Default 1 / sqrt(dHead). */
  readonly scale?: number;
}

/**
 * Scaled dot-product attention (arXiv:1706.03762): softmax(scale q k^T + mask) v.
 *
 * With fewer key heads than query heads, each serves the nHeads / nKvHeads queries in turn
 * (grouped-query attention, arXiv:2305.13245). `causal` counts from the end where there are more keys
 * than queries, as in decoding: the last query sees every key (PyTorch's `is_causal` counts from the
 * start). A query that may see no key gets zeros, and so do its gradients, where PyTorch has NaN.
 *
 * @param q - [batch, nHeads, queries, dHead].
 * @param k - [batch, nKvHeads, keys, dHead]; nKvHeads divides nHeads.
 * @param v - [batch, nKvHeads, keys, dValue].
 * @returns [batch, nHeads, queries, dValue].
 * @throws {ShapeError} If the sizes do not fit, or a causal mask has more queries than keys.
 * @throws {ConfigError} If `scale` is not a finite number.
 */
export function attention(q: Tensor, k: Tensor, v: Tensor, options: AttentionOptions = {}): Tensor {
  const { mask, scale = 1 / Math.sqrt(q.shape.at(-1) ?? 1) } = options;
  checkScale('attention', scale);
  const [batch = 0, nHeads = 0, queries = 0] = q.shape;
  const [, nKvHeads = 0, keys = 0] = k.shape;
  checkHeads('attention', [q.shape, k.shape, v.shape]);
  const scores: Shape = [batch, nHeads, queries, keys];
  const { bias, isVisible } =
    mask === 'causal'
      ? { bias: causalBias(queries, keys, q.dtype), isVisible: null }
      : mask === undefined
        ? { bias: null, isVisible: null }
        : attentionBias(mask, scores, q.dtype);
  const groups = nHeads / nKvHeads;
  const inputs = bias ? [q, k, v, bias] : [q, k, v];
  const y =
    groups === 1
      ? attentionOp(inputs, { scale })
      : attentionOp(
          inputs.map((x, i) => splitGroups(x, nKvHeads, i === 1 || i === 2 ? 1 : groups)),
          {
            scale,
          },
        ).reshape([batch, nHeads, queries, v.shape[3] ?? 1]);
  return isVisible ? y.mul(isVisible) : y;
}

/** Splits the axis of heads in two: groups that share a key head, and the heads of a group. */
export function splitGroups(x: Tensor, nKvHeads: number, groups: number): Tensor {
  const [batch = 1, heads = 1, ...rest] = [1, 1, 1, 1, ...x.shape].slice(-4);
  return x.reshape([batch, heads === 1 ? 1 : nKvHeads, heads === 1 ? 1 : groups, ...rest]);
}

/** Checks the sizes of queries, keys and values. */
export function checkHeads(operation: string, shapes: readonly [Shape, Shape, Shape]): void {
  const [q, k, v] = shapes;
  const fits =
    shapes.every((shape) => shape.length === 4 && shape[0] === q[0]) &&
    k[3] === q[3] &&
    k[1] === v[1] &&
    k[2] === v[2] &&
    (q[1] ?? 0) % (k[1] ?? 0) === 0;
  if (!fits) {
    throw new ShapeError(
      `${operation}: q ${formatShape(q)}, k ${formatShape(k)} and v ${formatShape(v)} do not fit; expected [batch, nHeads, queries, dHead], [batch, nKvHeads, keys, dHead] and [batch, nKvHeads, keys, dValue], nKvHeads a divisor of nHeads`,
    );
  }
}

/** Checks the factor of the scores. */
export function checkScale(operation: string, scale: number): void {
  if (!Number.isFinite(scale)) {
    throw new ConfigError(`${operation}: scale = ${scale} is not a finite number`);
  }
}

/**
 * The operation behind {@link attention}, on q, k, v and, if there is one, the finite bias of the
 * scores; leading axes broadcast. Its outputs are y and, for the gradient, the probabilities.
 */
export const attentionOp: Op<{ scale: number }> = defineOp<{ scale: number }>({
  name: 'attention',
  shape: ([q = [], k = [], v = [], bias]) => {
    const leading = [q, k, v].map((shape) => shape.slice(0, -2));
    const outer = broadcastShapes('attention', ...leading);
    const scores = [...outer, q.at(-2) ?? 1, k.at(-2) ?? 1];
    if (bias) checkBias(bias, scores);
    return [[...outer, q.at(-2) ?? 1, v.at(-1) ?? 1], scores];
  },
  dtype: ([dtype = 'float32']) => [dtype, dtype],
  lower: (graph, [q = '', k = '', v = '', bias], { scale }, { inputs }) => {
    const [specQ, specK] = inputs;
    const scores = lowerMatmul(
      graph,
      [q, k],
      { transposeA: false, transposeB: true, scale },
      {
        inputs: [only(specQ, 'attention'), only(specK, 'attention')],
      },
    );
    const biased = bias === undefined ? scores : graph.node('Add', [scores, bias]);
    const probabilities = graph.node('Softmax', [biased], { axis: -1 });
    return [graph.node('MatMul', [probabilities, v]), probabilities];
  },
  // With p the probabilities and dp = dy v^T: dScores = p (dp - rowsum(dp p)), and
  // rowsum(dp p) = rowsum(dy y), which is over dValue entries instead of all keys.
  vjp: ({ inputs, outputs, dys: [dy, dProbabilities] }, { scale }) => {
    const [q, k, v] = [0, 1, 2].map((i) => only(inputs[i], 'attention'));
    const [y, p] = [0, 1].map((i) => only(outputs[i], 'attention'));
    if (!q || !k || !v || !y || !p) throw new Error('internal: attention lacks an input');
    const rowSum = (a: Tensor, b: Tensor) => a.mul(b).sum(-1, { keepDims: true });
    const parts: Tensor[] = [];
    if (dy) parts.push(dy.matmul(v, { transposeB: true }).sub(rowSum(dy, y)));
    if (dProbabilities) parts.push(dProbabilities.sub(rowSum(dProbabilities, p)));
    const dScores = p.mul(parts.reduce((total, part) => total.add(part)));
    const [, , , bias] = inputs;
    return [
      sumTo(dScores.matmul(k, { scale }), q.shape),
      sumTo(dScores.matmul(q, { transposeA: true, scale }), k.shape),
      dy ? sumTo(p.matmul(dy, { transposeA: true }), v.shape) : null,
      ...(bias ? [sumTo(dScores, bias.shape)] : []),
    ];
  },
  samples: [
    {
      shapes: [
        [2, 3, 4],
        [2, 5, 4],
        [2, 5, 2],
      ],
      params: { scale: 0.5 },
    },
    {
      shapes: [
        [2, 1, 3, 2, 2],
        [2, 1, 1, 4, 2],
        [2, 1, 1, 4, 3],
        [3, 1, 4],
      ],
      params: { scale: -0.7 },
    },
    {
      // The first query sees its own key alone, the second both, the third is beyond float32's exp; scores
      // that large are known to 1e-5 only.
      shapes: [
        [3, 2],
        [2, 2],
        [2, 2],
        [3, 2],
      ],
      params: { scale: 1 },
      slack: 4,
      values: { 0: [1, 2, -1, 1, 100, -100], 3: [0, -1e30, 0, 0, 0, 0] },
    },
    {
      shapes: [
        [1, 1, 1],
        [1, 1, 1],
        [1, 1, 1],
      ],
      params: { scale: 1 },
    },
  ],
});

function checkBias(bias: Shape, scores: Shape): void {
  if (formatShape(broadcastShapes('attention', bias, scores)) !== formatShape(scores)) {
    throw new ShapeError(
      `attention: the mask ${formatShape(bias)} does not broadcast to the scores ${formatShape(scores)}`,
    );
  }
}
