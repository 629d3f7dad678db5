import type { DType } from '../dtype.ts';
import { ShapeError } from '../errors.ts';
import { defineOp } from '../op.ts';
import type { GraphBuilder } from '../onnx/graphBuilder.ts';
import { broadcastShapes, formatShape, type Shape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { only } from './elementwise.ts';
import { sumTo } from './sumTo.ts';
import { swapLast } from './transpose.ts';

/** Which operands of a matrix product are transposed in their last two axes. */
export interface MatmulOptions {
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
}

/**
 * Matrix product over the last two axes; leading axes are batches and broadcast.
 *
 * @param a - [..., rows, inner], or [..., inner, rows] with `transposeA`.
 * @param b - [..., inner, columns], or [..., columns, inner] with `transposeB`.
 * @returns [..., rows, columns].
 * @throws {ShapeError} If an operand has fewer than two axes, the inner sizes differ, or the batches
 * do not broadcast.
 */
export function matmul(a: Tensor, b: Tensor, options: MatmulOptions = {}): Tensor {
  const { transposeA = false, transposeB = false } = options;
  if (a.rank > 2 && b.rank === 2 && !transposeA) {
    matmulOp.definition.shape([a.shape, b.shape], { transposeA, transposeB });
    // One large product instead of a batch of small ones; its gradient sums over the batch by itself.
    const flat = matmul(a.reshape([-1, a.shape.at(-1) ?? 1]), b, { transposeB });
    return flat.reshape([...a.shape.slice(0, -1), flat.shape.at(-1) ?? 1]);
  }
  return matmulOp([a, b], { transposeA, transposeB });
}

/** The operation behind {@link matmul}. */
export const matmulOp = defineOp<{ transposeA: boolean; transposeB: boolean }>({
  name: 'matmul',
  shape: ([a = [], b = []], { transposeA, transposeB }) => {
    if (a.length < 2 || b.length < 2) {
      throw new ShapeError(
        `matmul: needs matrices, got ${formatShape(a)} x ${formatShape(b)}; give a vector an axis of size 1 with reshape`,
      );
    }
    const [rows, innerA] = lastTwo(a, transposeA);
    const [innerB, columns] = lastTwo(b, transposeB);
    if (innerA !== innerB) {
      const mark = (transposed: boolean) => (transposed ? '^T' : '');
      throw new ShapeError(
        `matmul: inner sizes differ: ${formatShape(a)}${mark(transposeA)} x ${formatShape(b)}${mark(transposeB)} (${innerA} and ${innerB})`,
      );
    }
    return [...broadcastShapes('matmul', a.slice(0, -2), b.slice(0, -2)), rows, columns];
  },
  lower: (graph, [a = '', b = ''], { transposeA, transposeB }, { inputs }) => {
    const [specA, specB] = inputs;
    if (!transposeA && !transposeB) return graph.node('MatMul', [a, b]);
    const flags = { transA: Number(transposeA), transB: Number(transposeB) };
    const shapeA = specA?.shape ?? [];
    const shapeB = specB?.shape ?? [];
    if (shapeA.length === 2 && shapeB.length === 2) return graph.node('Gemm', [a, b], flags);
    if (graph.supports('com.microsoft.FusedMatMul') && isFloat32(specA?.dtype)) {
      return graph.node('com.microsoft.FusedMatMul', [a, b], flags);
    }
    const left = transposeA ? lowerSwap(graph, a, shapeA) : a;
    const right = transposeB ? lowerSwap(graph, b, shapeB) : b;
    return graph.node('MatMul', [left, right]);
  },
  vjp: ({ inputs, dy }, { transposeA, transposeB }) => {
    const a = only(inputs[0], 'matmul');
    const b = only(inputs[1], 'matmul');
    const da = transposeA
      ? matmul(b, dy, { transposeA: transposeB, transposeB: true })
      : matmul(dy, b, { transposeB: !transposeB });
    const db = transposeB
      ? matmul(dy, a, { transposeA: true, transposeB: transposeA })
      : matmul(a, dy, { transposeA: !transposeA });
    return [sumTo(da, a.shape), sumTo(db, b.shape)];
  },
  samples: [
    {
      shapes: [
        [2, 3],
        [3, 4],
      ],
      params: { transposeA: false, transposeB: false },
    },
    {
      shapes: [
        [3, 2],
        [4, 3],
      ],
      params: { transposeA: true, transposeB: true },
    },
    {
      shapes: [
        [5, 2, 3],
        [5, 4, 3],
      ],
      params: { transposeA: false, transposeB: true },
    },
    {
      shapes: [
        [2, 1, 3, 2],
        [4, 3, 5],
      ],
      params: { transposeA: true, transposeB: false },
    },
  ],
});

function lastTwo(shape: Shape, transposed: boolean): [number, number] {
  const [rows = 1, columns = 1] = shape.slice(-2);
  return transposed ? [columns, rows] : [rows, columns];
}

function lowerSwap(graph: GraphBuilder, x: string, shape: Shape): string {
  return graph.node('Transpose', [x], { perm: swapLast(shape) });
}

function isFloat32(dtype: DType | undefined): boolean {
  return dtype === 'float32';
}
