import { ShapeError } from '../errors.ts';
import type { DType } from '../dtype.ts';
import { formatShape } from '../shape.ts';
import { tensor, type Tensor } from '../tensor.ts';
import { matrixSize } from './matrices.ts';

// Transforms as products with constant matrices: one operator each, on every backend, with the gradient
// of a matrix product. O(n^2) an axis, so for the hundreds of elements that a model has, not for long
// signals.

/** Real and imaginary parts. */
export interface Complex {
  readonly re: Tensor;
  readonly im: Tensor;
}

/**
 * The discrete Fourier transform of real numbers along the last axis, not negative frequencies only:
 * X_k = sum_j x_j exp(-2 pi i j k / n). As `numpy.fft.rfft`.
 *
 * @param x - [..., n].
 * @returns Both parts [..., floor(n / 2) + 1].
 * @throws {ShapeError} If `x` is a scalar.
 */
export function rfft(x: Tensor): Complex {
  const n = lastSize('rfft', x);
  const [cosine, sine] = waves([n, Math.floor(n / 2) + 1], n, x.dtype);
  return { re: times(x, cosine), im: times(x, sine).neg() };
}

/**
 * The inverse of {@link rfft}. The imaginary parts of the frequencies 0 and, for an even n, n / 2 do not
 * matter. As `numpy.fft.irfft`.
 *
 * @param spectrum - Both parts [..., floor(n / 2) + 1].
 * @param n - Elements of the result: 2 k - 2 or 2 k - 1 for k frequencies. Default 2 k - 2.
 * @returns [..., n].
 * @throws {ShapeError} If the parts differ in shape or have another number of frequencies than `n` needs.
 */
export function irfft({ re, im }: Complex, n?: number): Tensor {
  checkAlike('irfft', { re, im });
  const frequencies = lastSize('irfft', re);
  const size = n ?? 2 * frequencies - 2;
  if (size < 1 || Math.floor(size / 2) + 1 !== frequencies) {
    throw new ShapeError(
      `irfft: ${frequencies} frequencies do not belong to n = ${size}; expected ${2 * frequencies - 2} or ${2 * frequencies - 1}`,
    );
  }
  const [cosine, sine] = waves([frequencies, size], size, re.dtype);
  // All but frequency 0 and n / 2 stand for a pair.
  const weights = Array.from(
    { length: frequencies },
    (_, k) => (k === 0 || 2 * k === size ? 1 : 2) / size,
  );
  const column = tensor(weights, { shape: [frequencies, 1], dtype: re.dtype });
  return times(re, cosine.mul(column)).sub(times(im, sine.mul(column)));
}

/**
 * The two-dimensional {@link rfft}: real along the last axis, complex along the one before. As
 * `numpy.fft.rfft2`.
 *
 * @param x - [..., rows, n].
 * @returns Both parts [..., rows, floor(n / 2) + 1].
 * @throws {ShapeError} If `x` has fewer than two axes.
 */
export function rfft2d(x: Tensor): Complex {
  const [rows] = matrixSize('rfft2d', x.shape);
  const { re, im } = rfft(x);
  const [cosine, sine] = waves([rows, rows], rows, x.dtype);
  return {
    re: cosine.matmul(re).add(sine.matmul(im)),
    im: cosine.matmul(im).sub(sine.matmul(re)),
  };
}

/**
 * The inverse of {@link rfft2d}. As `numpy.fft.irfft2`.
 *
 * @param spectrum - Both parts [..., rows, floor(n / 2) + 1].
 * @param n - Elements of the last axis of the result; see {@link irfft}.
 * @returns [..., rows, n].
 * @throws {ShapeError} As {@link irfft}, and if there are fewer than two axes.
 */
export function irfft2d({ re, im }: Complex, n?: number): Tensor {
  checkAlike('irfft2d', { re, im });
  const [rows] = matrixSize('irfft2d', re.shape);
  const [cosine, sine] = waves([rows, rows], rows, re.dtype);
  const turned = {
    re: cosine.matmul(re).sub(sine.matmul(im)),
    im: cosine.matmul(im).add(sine.matmul(re)),
  };
  return irfft(turned, n).mul(1 / rows);
}

/**
 * The orthonormal cosine transform (DCT-II) along the last axis:
 * X_k = sqrt((k = 0 ? 1 : 2) / n) sum_j x_j cos(pi (2 j + 1) k / (2 n)). As `scipy.fft.dct(norm='ortho')`.
 *
 * @param x - [..., n].
 * @throws {ShapeError} If `x` is a scalar.
 */
export function dct(x: Tensor): Tensor {
  return times(x, cosineBasis(lastSize('dct', x), x.dtype).matrixTranspose());
}

/** The inverse of {@link dct}, its transpose (DCT-III). */
export function idct(x: Tensor): Tensor {
  return times(x, cosineBasis(lastSize('idct', x), x.dtype));
}

/**
 * {@link dct} along the last two axes.
 *
 * @param x - [..., rows, columns].
 * @throws {ShapeError} If `x` has fewer than two axes.
 */
export function dct2d(x: Tensor): Tensor {
  const [rows] = matrixSize('dct2d', x.shape);
  return cosineBasis(rows, x.dtype).matmul(dct(x));
}

/** The inverse of {@link dct2d}. */
export function idct2d(x: Tensor): Tensor {
  const [rows] = matrixSize('idct2d', x.shape);
  return cosineBasis(rows, x.dtype).matmul(idct(x), { transposeA: true });
}

/** The vectors along the last axis times a matrix. */
function times(x: Tensor, matrix: Tensor): Tensor {
  const rows = x.rank === 1 ? x.reshape([1, -1]) : x;
  const result = rows.matmul(matrix);
  return x.rank === 1 ? result.reshape([-1]) : result;
}

/** cos and sin of 2 pi j k / n, the angles reduced before they are computed. */
function waves(
  [rows, columns]: readonly [number, number],
  n: number,
  dtype: DType,
): readonly [cosine: Tensor, sine: Tensor] {
  const wave = (f: (angle: number) => number) =>
    matrix([rows, columns], dtype, (j, k) => f((2 * Math.PI * ((j * k) % n)) / n));
  return [wave(Math.cos), wave(Math.sin)];
}

/** Row k is the k-th cosine, of length 1. */
function cosineBasis(n: number, dtype: DType): Tensor {
  return matrix([n, n], dtype, (k, j) => {
    const angle = (Math.PI * (((2 * j + 1) * k) % (4 * n))) / (2 * n);
    return Math.sqrt((k === 0 ? 1 : 2) / n) * Math.cos(angle);
  });
}

function matrix(
  [rows, columns]: readonly [number, number],
  dtype: DType,
  f: (row: number, column: number) => number,
): Tensor {
  const values = Array.from({ length: rows * columns }, (_, i) =>
    f(Math.floor(i / columns), i % columns),
  );
  return tensor(values, { shape: [rows, columns], dtype });
}

function lastSize(operation: string, x: Tensor): number {
  const n = x.shape.at(-1);
  if (n === undefined) throw new ShapeError(`${operation}: got a scalar; expected [..., n]`);
  return n;
}

function checkAlike(operation: string, { re, im }: Complex): void {
  if (formatShape(re.shape) !== formatShape(im.shape)) {
    throw new ShapeError(
      `${operation}: real and imaginary parts differ: ${formatShape(re.shape)} and ${formatShape(im.shape)}`,
    );
  }
}
