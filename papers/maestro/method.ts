/**
 * Maestro (arXiv:2308.14929): layers are kept as products of two factors and trained so that their
 * rank-one terms come out in the order of their importance ("LoD", low-rank ordered decomposition).
 * A layer is one matrix W [m, n]; a convolution is the same matrix on patches of n = in k^2 numbers.
 * This file holds the factors, the masks that truncate them, the lasso that empties trailing terms and
 * the cuts that remove them. `sampling.ts` draws the ranks, `training.ts` puts all of it into a step.
 */
import { ConfigError, conv2d, hostData, tensor, type Tensor } from '@working-papers/grad';
import { multiply, transpose } from '@working-papers/metrics';
import { checkRank, firstColumns, matrixOf, svdFactors, tensorOf } from './matrices.ts';

/** A layer as usual, y = W x + b. */
export interface Dense {
  /** W, [m, n]; of a convolution [out, in k^2]. */
  readonly w: Tensor;
  /** [m]. */
  readonly b: Tensor;
}

/** A layer of rank r, W = U V^T. */
export interface LowRank {
  /** [m, r]. */
  readonly u: Tensor;
  /** [n, r]. */
  readonly v: Tensor;
  /** [m]. */
  readonly b: Tensor;
}

/** A layer; one of rank 0 is its bias alone. */
export type Layer = Dense | LowRank | Pick<Dense, 'b'>;

/** Where the kernel of a convolution goes. */
export interface Windows {
  /** Side of the kernel, k. */
  readonly kernel: number;
  /** Default 1. */
  readonly stride?: number;
  /** Zeros on all sides; default 0. */
  readonly padding?: number;
  /** Default 1. */
  readonly dilation?: number;
  /** Only 1, the default: a kernel in groups is several matrices. */
  readonly groups?: number;
}

/**
 * y = U (mask * V^T x) + b. A mask of b ones truncates the layer to rank b; it is data, so that no
 * sampled rank needs a graph of its own.
 *
 * @param x - [batch, n].
 * @param mask - [r], see {@link rankMask}; default all ranks. Dense layers have none.
 * @returns [batch, m].
 */
export function applyLinear(layer: Layer, x: Tensor, mask?: Tensor): Tensor {
  if ('w' in layer) return x.matmul(layer.w, { transposeB: true }).add(layer.b);
  if (!('u' in layer)) return layer.b.expand([x.shape[0] ?? 1, layer.b.size]);
  return x.matmul(masked(layer.v, mask)).matmul(layer.u, { transposeB: true }).add(layer.b);
}

/**
 * The same for a convolution: V is one of r output channels with the layer's windows, U one of kernel 1
 * that carries the bias.
 *
 * @param x - [batch, in, height, width].
 * @returns [batch, m, rows, columns].
 * @throws {ConfigError} If `groups` is not 1.
 */
export function applyConv2d(layer: Layer, x: Tensor, windows: Windows, mask?: Tensor): Tensor {
  const { kernel, groups = 1, ...options } = windows;
  if (groups !== 1) {
    throw new ConfigError(
      `applyConv2d: groups = ${groups}; a layer of one group has low rank as one matrix`,
    );
  }
  const [batch = 1, inputs = 1, ...size] = x.shape;
  const kernels = (w: Tensor) => w.reshape([w.shape[0] ?? 1, inputs, kernel, kernel]);
  if ('w' in layer) return conv2d(x, kernels(layer.w), { ...options, bias: layer.b });
  if (!('u' in layer)) {
    const positions = size.map((length) => countWindows(length, windows));
    return layer.b.reshape([-1, 1, 1]).expand([batch, layer.b.size, ...positions]);
  }
  const hidden = conv2d(x, kernels(masked(layer.v, mask).matrixTranspose()), options);
  return conv2d(hidden, layer.u.reshape([...layer.u.shape, 1, 1]), { bias: layer.b });
}

// On V rather than on V^T x, of which there are more numbers.
function masked(v: Tensor, mask: Tensor | undefined): Tensor {
  return mask === undefined ? v : v.mul(mask);
}

/** Windows along an axis of some length. */
export function countWindows(length: number, windows: Windows): number {
  const { kernel, stride = 1, padding = 0, dilation = 1 } = windows;
  return Math.floor((length + 2 * padding - dilation * (kernel - 1) - 1) / stride) + 1;
}

/**
 * The factors of a dense layer from its singular value decomposition W = A S B^T: U = A sqrt(S),
 * V = B sqrt(S). Training starts from those of a layer initialised as usual, ordered already.
 *
 * @param rank - Terms that are kept, from 1 to min(m, n); default all. With fewer this is the truncated
 * SVD that the paper compares with.
 * @throws {ConfigError} If `rank` is out of range.
 */
export function decompose({ w, b }: Dense, rank?: number): LowRank {
  const most = Math.min(...w.shape);
  const kept = checkRank('decompose', rank ?? most, most);
  const { left, right } = svdFactors(matrixOf(w));
  return { u: tensorOf(firstColumns(left, kept)), v: tensorOf(firstColumns(right, kept)), b };
}

/** The mask that truncates r ranks to b: b ones, then zeros, [r]. */
export function rankMask(r: number, b: number): Tensor {
  checkRank('rankMask', b, r);
  return tensor(Float32Array.from({ length: r }, (_, i) => (i < b ? 1 : 0)));
}

/** Which terms a norm of rank b takes in: those from b on ("hierarchical"), or b alone. */
export interface NormOptions {
  /** Default true. */
  readonly isHierarchical?: boolean;
}

/**
 * The group lasso of a layer: sum_b |U[:, b:]|_F + |V[:, b:]|_F, which counts trailing terms more often,
 * or with single columns the plain one. Its gradient is 0, not NaN, where all is 0.
 *
 * @returns A scalar; 0 for a layer without factors is the caller's to leave out.
 */
export function groupLasso({ u, v }: LowRank, options: NormOptions = {}): Tensor {
  const norms = (factor: Tensor) => groupSquares(factor, options).add(1e-20).sqrt().sum();
  return norms(u).add(norms(v));
}

function groupSquares(factor: Tensor, { isHierarchical = true }: NormOptions): Tensor {
  const squares = factor.square().sum(0);
  return isHierarchical ? squares.cumsum(0, { reverse: true }) : squares;
}

/**
 * |U[:, b:]|_F |V[:, b:]|_F for every rank b, never rising; without hierarchy the norms of single
 * columns, which are the singular values once the factors are the SVD.
 */
export function importance(
  { u, v }: LowRank,
  { isHierarchical = true }: NormOptions = {},
): number[] {
  const norms = [u, v].map((factor) => {
    const [rows = 0, r = 0] = factor.shape;
    const data = hostData(factor);
    const squares = Array.from({ length: r }, (_, b) => {
      let sum = 0;
      for (let i = 0; i < rows; i++) sum += Number(data[i * r + b]) ** 2;
      return sum;
    });
    if (isHierarchical) for (let b = r - 2; b >= 0; b--) squares[b]! += squares[b + 1]!;
    return squares.map(Math.sqrt);
  });
  return norms[0]!.map((norm, b) => norm * norms[1]![b]!);
}

/** The first b terms of a layer. Rank 0 leaves the bias. */
export function slice(layer: LowRank, b: number): LowRank | Pick<Dense, 'b'> {
  const r = layer.u.shape[1] ?? 0;
  if (b === 0) return { b: layer.b };
  checkRank('slice', b, r);
  return b === r ? layer : { u: cut(layer.u, b), v: cut(layer.v, b), b: layer.b };
}

function cut(factor: Tensor, b: number): Tensor {
  return tensorOf(firstColumns(matrixOf(factor), b));
}

/**
 * How many terms remain: those whose suffix counts for at least `threshold` of the whole layer. The
 * paper's threshold is 1e-5 on the importance itself; see the README.
 */
export function keptRank(layer: LowRank, threshold: number): number {
  const values = importance(layer);
  return values.filter((value) => value > 0 && value >= threshold * values[0]!).length;
}

/** Whether a layer is dearer in factors than as one matrix: (m + n) r > m n. */
export function isMerged({ m, n, r }: { m: number; n: number; r: number }): boolean {
  return (m + n) * r > m * n;
}

/** The layer in the form that takes fewer multiplications; the function that it computes stays. */
export function merge(layer: Layer): Layer {
  if (!('u' in layer)) return layer;
  const [m = 0, r = 0] = layer.u.shape;
  const n = layer.v.shape[0] ?? 0;
  return isMerged({ m, n, r }) ? { w: product(layer), b: layer.b } : layer;
}

/** U V^T, [m, n]. */
export function product({ u, v }: Pick<LowRank, 'u' | 'v'>): Tensor {
  return tensorOf(multiply(matrixOf(u), transpose(matrixOf(v))));
}
