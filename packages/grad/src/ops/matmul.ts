import { ShapeError } from '../errors.ts';
import { defineOp, type LowerContext, type Op } from '../op.ts';
import type { GraphBuilder } from '../onnx/graphBuilder.ts';
import { broadcastShapes, formatShape, sizeOf, type Shape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { only } from './elementwise.ts';
import { sumTo } from './sumTo.ts';
import { swapLast, transposeOp } from './transpose.ts';

/** How a matrix product takes its operands. */
export interface MatmulOptions {
  /** Whether the last two axes of `a` are swapped first. Default false. */
  readonly transposeA?: boolean;
  /** Likewise for `b`. */
  readonly transposeB?: boolean;
  /** Factor of the product, which costs nothing here. Default 1. */
  readonly scale?: number;
}

/** What a matrix product is called with. */
export interface MatmulParams extends Readonly<Record<string, unknown>> {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly scale: number;
}

/**
 * Matrix product over the last two axes; leading axes are batches and broadcast.
 *
 * @param a - [..., rows, inner], or [..., inner, rows] with `transposeA`; or a vector [inner], a row.
 * @param b - [..., inner, columns], or [..., columns, inner] with `transposeB`; or a vector [inner], a
 * column.
 * @returns [..., rows, columns], without rows if `a` is a vector, without columns if `b` is one.
 * @throws {ShapeError} If an operand is a scalar, a vector is transposed, the inner sizes differ, or the
 * batches do not broadcast.
 */
export function matmul(a: Tensor, b: Tensor, options: MatmulOptions = {}): Tensor {
  if (a.rank === 1 || b.rank === 1) return vectorProduct(a, b, options);
  const { transposeA = false, transposeB = false, scale = 1 } = options;
  return matmulOp([a, b], { transposeA, transposeB, scale });
}

function vectorProduct(a: Tensor, b: Tensor, options: MatmulOptions): Tensor {
  if ((a.rank === 1 && options.transposeA) || (b.rank === 1 && options.transposeB)) {
    throw new ShapeError(
      `matmul: a vector cannot be transposed, got ${formatShape(a.shape)} x ${formatShape(b.shape)}; it is a row on the left and a column on the right`,
    );
  }
  const row = a.rank === 1 ? a.reshape([1, a.size]) : a;
  const column = b.rank === 1 ? b.reshape([b.size, 1]) : b;
  const product = matmul(row, column, options);
  const rows = a.rank === 1 ? [] : product.shape.slice(-2, -1);
  const columns = b.rank === 1 ? [] : product.shape.slice(-1);
  return product.reshape([...product.shape.slice(0, -2), ...rows, ...columns]);
}

/** The operation behind {@link matmul}. */
export const matmulOp: Op<MatmulParams> = defineOp<MatmulParams>({
  name: 'matmul',
  shape: ([a = [], b = []], { transposeA, transposeB }) => {
    if (a.length < 2 || b.length < 2) {
      throw new ShapeError(
        `matmul: needs matrices or vectors, got ${formatShape(a)} x ${formatShape(b)}; multiply by a scalar with mul`,
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
  lower: lowerMatmul,
  vjp: ({ inputs, dy }, { transposeA, transposeB, scale }) => {
    const a = only(inputs[0], 'matmul');
    const b = only(inputs[1], 'matmul');
    const da = transposeA
      ? matmul(b, dy, { transposeA: transposeB, transposeB: true, scale })
      : matmul(dy, b, { transposeB: !transposeB, scale });
    // One matrix for the whole batch: one large product instead of a sum of small ones.
    const isShared = a.rank > 2 && b.rank === 2 && !transposeA;
    const flat = (x: Tensor) => (isShared ? x.reshape([-1, x.shape.at(-1) ?? 1]) : x);
    const db = transposeB
      ? matmul(flat(dy), flat(a), { transposeA: true, transposeB: transposeA, scale })
      : matmul(flat(a), flat(dy), { transposeA: !transposeA, scale });
    return [sumTo(da, a.shape), sumTo(db, b.shape)];
  },
  simplify: ([left, right], { transposeA, transposeB, scale }) => {
    const a = untransposed(only(left, 'matmul'));
    const b = untransposed(only(right, 'matmul'));
    if (!a && !b) return null;
    return matmulOp([a ?? only(left, 'matmul'), b ?? only(right, 'matmul')], {
      transposeA: a ? !transposeA : transposeA,
      transposeB: b ? !transposeB : transposeB,
      scale,
    });
  },
  flops: ({ inputs: [a], outputs: [y] }, { transposeA }) =>
    2 * sizeOf(y?.shape ?? []) * (a?.shape.at(transposeA ? -2 : -1) ?? 1),
  samples: [
    {
      shapes: [
        [2, 3],
        [3, 4],
      ],
      params: { transposeA: false, transposeB: false, scale: 1 },
    },
    {
      shapes: [
        [3, 2],
        [4, 3],
      ],
      params: { transposeA: true, transposeB: true, scale: -0.3 },
    },
    {
      shapes: [
        [5, 2, 3],
        [5, 4, 3],
      ],
      params: { transposeA: false, transposeB: true, scale: 1 },
    },
    {
      shapes: [
        [2, 1, 3, 2],
        [4, 3, 5],
      ],
      params: { transposeA: true, transposeB: false, scale: 1 },
    },
    {
      shapes: [
        [2, 3, 2],
        [2, 2, 4],
      ],
      params: { transposeA: false, transposeB: false, scale: 0.7 },
    },
    {
      shapes: [
        [2, 1, 3, 2],
        [2, 4],
      ],
      params: { transposeA: false, transposeB: false, scale: 1 },
    },
    {
      shapes: [
        [2, 3, 2],
        [4, 2],
      ],
      params: { transposeA: false, transposeB: true, scale: 0.5 },
    },
  ],
});

/** Emits a matrix product of two names. */
export function lowerMatmul(
  graph: GraphBuilder,
  [a = '', b = '']: readonly string[],
  { transposeA, transposeB, scale }: MatmulParams,
  { inputs: [specA, specB] }: Pick<LowerContext, 'inputs'>,
): string {
  const [shapeA, shapeB] = [specA?.shape ?? [], specB?.shape ?? []];
  const dtype = specA?.dtype ?? 'float32';
  const isFlat = shapeA.length === 2 && shapeB.length === 2;
  const isFused = dtype === 'float32' && graph.supports('com.microsoft.FusedMatMul');
  // Attributes are of float32, too short for a factor of a float64 product.
  const isScaled = scale !== 1 && dtype === 'float32' && (isFlat || isFused);
  const attributes = {
    transA: Number(transposeA),
    transB: Number(transposeB),
    ...(isScaled && { alpha: { float: scale } }),
  };
  const product = () => {
    if (!transposeA && !transposeB && !isScaled) return graph.node('MatMul', [a, b]);
    if (isFlat) return graph.node('Gemm', [a, b], attributes);
    if (isFused) return graph.node('com.microsoft.FusedMatMul', [a, b], attributes);
    const left = transposeA ? graph.node('Transpose', [a], { perm: swapLast(shapeA) }) : a;
    const right = transposeB ? graph.node('Transpose', [b], { perm: swapLast(shapeB) }) : b;
    return graph.node('MatMul', [left, right]);
  };
  const y = product();
  return scale === 1 || isScaled ? y : graph.node('Mul', [y, graph.scalar(scale, dtype)]);
}

function lastTwo(shape: Shape, transposed: boolean): [number, number] {
  const [rows = 1, columns = 1] = shape.slice(-2);
  return transposed ? [columns, rows] : [rows, columns];
}

/** What `x` is the matrix transpose of, if that is how it was made. */
function untransposed(x: Tensor): Tensor | null {
  const made = transposeOp.match(x);
  const isSwap = made?.params.permutation.every((axis, i) => axis === swapLast(x.shape)[i]);
  return (isSwap && made?.inputs[0]) || null;
}
