import { ConfigError, ShapeError } from '../errors.ts';
import { defineOp } from '../op.ts';
import type { GraphBuilder } from '../onnx/graphBuilder.ts';
import { formatShape, type Shape } from '../shape.ts';
import type { Tensor, TensorSpec } from '../tensor.ts';
import { only } from './elementwise.ts';
import { sparseMatmul, sparseTransposeMatmul } from './sparseMatmul.ts';
import { lowerStableTopK } from './stableTopK.ts';

/** The largest pre-activations of each row and which latents they belong to. */
export interface LinearTopK {
  /** [batch, k], in descending order. Gradients flow to these and not to the others. */
  readonly values: Tensor;
  /** int64, [batch, k]. No gradient flows. */
  readonly indices: Tensor;
}

/**
 * The k largest elements of each row of x w^T + b, of equal ones those with the lower index: the encoder
 * of a TopK sparse autoencoder (arXiv:2406.04093, equation 1, without ReLU). It holds the dense product of
 * some hundred rows at a time only, and its gradient none.
 *
 * @param x - [batch, d].
 * @param w - [latents, d]: PyTorch's layout, and that of the decoder.
 * @param b - [latents].
 * @param k - From 1 to latents.
 * @returns Values and indices, for {@link sparseMatmul}.
 * @throws {ShapeError} If the shapes do not fit.
 * @throws {ConfigError} If `k` is out of range.
 */
// Four positional arguments: `linear` with a number.
export function linearTopK(x: Tensor, w: Tensor, b: Tensor, k: number): LinearTopK {
  const [values, indices] = linearTopKOp.all([x, w, b], { k });
  return { values: only(values, 'linearTopK'), indices: only(indices, 'linearTopK') };
}

/** Rows whose dense product is made at once: faster than all, and memory for no more. */
const rowsAtOnce = 512;

/** The operation behind {@link linearTopK}. */
export const linearTopKOp = defineOp<{ k: number }>({
  name: 'linearTopK',
  shape: ([x = [], w = [], b = []], { k }) => {
    checkSizes(x, w, b);
    const [latents = 0] = w;
    if (!Number.isInteger(k) || k < 1 || k > latents) {
      throw new ConfigError(
        `linearTopK: k = ${k} is not an integer from 1 to ${latents}, the rows of w ${formatShape(w)}`,
      );
    }
    const kept = [x[0] ?? 0, k];
    return [kept, kept];
  },
  dtype: ([x = 'float32']) => [x, 'int64'],
  lower: (graph, [x = '', w = '', b = ''], { k }, { inputs: [xSpec, wSpec] }) => {
    const batch = xSpec?.shape[0] ?? 0;
    const latents = wSpec?.shape[0] ?? 0;
    const sizes = pieceSizes(batch);
    const pieces =
      sizes.length === 1
        ? [x]
        : graph.multi('Split', [x, graph.int64s(sizes)], sizes.length, { axis: 0 });
    const kept = pieces.map((piece, i) => {
      const dense = graph.node('Gemm', [piece, w, b], { transB: 1 });
      const spec = { shape: [sizes[i] ?? 0, latents], dtype: xSpec?.dtype ?? 'float32' };
      return lowerTopK(graph, dense, { k, spec });
    });
    const joined = (output: number) => {
      const names = kept.map((names) => names[output] ?? '');
      return names.length === 1 ? names.join() : graph.node('Concat', names, { axis: 0 });
    };
    return [joined(0), joined(1)];
  },
  vjp: ({ inputs: [xIn, wIn], outputs: [, at], dy }) => {
    const [x, w, indices] = [xIn, wIn, at].map((value) => only(value, 'linearTopK'));
    if (!x || !w || !indices) throw new Error('internal: linearTopK lacks an input');
    const [latents = 0] = w.shape;
    return [
      sparseMatmul(dy, indices, w),
      sparseTransposeMatmul(dy, indices, x, latents),
      dy.scatterAdd(indices, latents),
    ];
  },
  flops: ({ inputs: [x, w] }) => {
    const [batch = 0, d = 0] = x?.shape ?? [];
    return 2 * batch * d * (w?.shape[0] ?? 0);
  },
  samples: [
    { shapes: [[4, 3], [6, 3], [6]], params: { k: 2 } },
    { shapes: [[2, 2], [3, 2], [3]], params: { k: 3 } },
    { shapes: [[3, 1], [1, 1], [1]], params: { k: 1 } },
  ],
});

/** Nearly equal sizes up to the most that are made at once. */
function pieceSizes(batch: number): readonly number[] {
  const count = Math.ceil(batch / rowsAtOnce);
  return Array.from({ length: count }, (_, i) => Math.ceil((batch - i) / count));
}

function lowerTopK(
  graph: GraphBuilder,
  dense: string,
  { k, spec }: { readonly k: number; readonly spec: TensorSpec },
): readonly string[] {
  return graph.supports('TopK')
    ? graph.multi('TopK', [dense, graph.int64s([k])], 2, { axis: 1 })
    : lowerStableTopK(graph, dense, { k, axis: 1, isLargest: true }, spec);
}

function checkSizes(x: Shape, w: Shape, b: Shape): void {
  if (x.length !== 2 || w.length !== 2 || b.length !== 1 || x[1] !== w[1] || b[0] !== w[0]) {
    throw new ShapeError(
      `linearTopK: x ${formatShape(x)}, w ${formatShape(w)} and b ${formatShape(b)} do not fit; expected [batch, d], [latents, d] and [latents]`,
    );
  }
}
