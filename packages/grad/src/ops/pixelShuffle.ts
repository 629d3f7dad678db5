import { ConfigError, ShapeError } from '../errors.ts';
import { formatShape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';

/**
 * Moves channels into space: channel c factor^2 + i factor + j becomes element (i, j) of each
 * factor x factor block of channel c, as PyTorch's `pixel_shuffle` (arXiv:1609.05158). ONNX calls this
 * order CRD.
 *
 * @param x - [batch, channels factor^2, height, width].
 * @returns [batch, channels, height factor, width factor].
 * @throws {ShapeError} If x has not four axes or its channels are no multiple of factor^2.
 * @throws {ConfigError} If `factor` is not a positive whole number.
 */
export function pixelShuffle(x: Tensor, factor: number): Tensor {
  const [batch, channels, height, width] = depthSizes('pixelShuffle', x, factor);
  return x
    .reshape([batch, channels, factor, factor, height, width])
    .transpose([0, 1, 4, 2, 5, 3])
    .reshape([batch, channels, height * factor, width * factor]);
}

/**
 * The inverse of {@link pixelShuffle}.
 *
 * @param x - [batch, channels, height factor, width factor].
 * @returns [batch, channels factor^2, height, width].
 * @throws {ShapeError} If x has not four axes or height or width is no multiple of factor.
 * @throws {ConfigError} If `factor` is not a positive whole number.
 */
export function pixelUnshuffle(x: Tensor, factor: number): Tensor {
  const [batch, channels, height, width] = spaceSizes('pixelUnshuffle', x, factor);
  return x
    .reshape([batch, channels, height, factor, width, factor])
    .transpose([0, 1, 3, 5, 2, 4])
    .reshape([batch, channels * factor ** 2, height, width]);
}

/**
 * Like {@link pixelShuffle}, but the position in the block is the slow part of the channel: channel
 * (i factor + j) channels + c. This is TensorFlow's order and ONNX's default, DCR.
 *
 * @throws {ShapeError} If x has not four axes or its channels are no multiple of factor^2.
 * @throws {ConfigError} If `factor` is not a positive whole number.
 */
export function depthToSpace(x: Tensor, factor: number): Tensor {
  const [batch, channels, height, width] = depthSizes('depthToSpace', x, factor);
  return x
    .reshape([batch, factor, factor, channels, height, width])
    .transpose([0, 3, 4, 1, 5, 2])
    .reshape([batch, channels, height * factor, width * factor]);
}

/**
 * The inverse of {@link depthToSpace}: ONNX's SpaceToDepth.
 *
 * @throws {ShapeError} If x has not four axes or height or width is no multiple of factor.
 * @throws {ConfigError} If `factor` is not a positive whole number.
 */
export function spaceToDepth(x: Tensor, factor: number): Tensor {
  const [batch, channels, height, width] = spaceSizes('spaceToDepth', x, factor);
  return x
    .reshape([batch, channels, height, factor, width, factor])
    .transpose([0, 3, 5, 1, 2, 4])
    .reshape([batch, factor ** 2 * channels, height, width]);
}

type Sizes = readonly [batch: number, channels: number, height: number, width: number];

function depthSizes(operation: string, x: Tensor, factor: number): Sizes {
  const [batch, channels, height, width] = sizesOf(operation, x, factor);
  if (channels % factor ** 2 !== 0) {
    throw new ShapeError(
      `${operation}: ${channels} channels of ${formatShape(x.shape)} are no multiple of ${factor}^2 = ${factor ** 2}`,
    );
  }
  return [batch, channels / factor ** 2, height, width];
}

function spaceSizes(operation: string, x: Tensor, factor: number): Sizes {
  const [batch, channels, height, width] = sizesOf(operation, x, factor);
  if (height % factor !== 0 || width % factor !== 0) {
    throw new ShapeError(
      `${operation}: height or width of ${formatShape(x.shape)} is no multiple of ${factor}`,
    );
  }
  return [batch, channels, height / factor, width / factor];
}

function sizesOf(operation: string, x: Tensor, factor: number): Sizes {
  if (!Number.isInteger(factor) || factor < 1) {
    throw new ConfigError(`${operation}: factor = ${factor} is not a positive whole number`);
  }
  const [batch, channels, height, width, ...rest] = x.shape;
  if (
    batch === undefined ||
    channels === undefined ||
    height === undefined ||
    width === undefined ||
    rest.length > 0
  ) {
    throw new ShapeError(
      `${operation}: x ${formatShape(x.shape)} must be [batch, channels, height, width]`,
    );
  }
  return [batch, channels, height, width];
}
