import {
  ConfigError,
  conv1d,
  conv2d,
  conv3d,
  foldIn,
  zeros,
  type ConvOptions,
  type Key,
  type PerAxis,
  type Shape,
  type Tensor,
} from '@working-papers/grad';
import { torchUniform, type Initialiser } from './initialisers.ts';

/** Parameters of a convolution. */
export interface Conv {
  /** [channelsOut, channelsIn / groups, ...taps]; transposed [channelsIn, channelsOut / groups, ...taps]. */
  readonly w: Tensor;
  /** [channelsOut]. */
  readonly b?: Tensor;
}

/** Sizes of a convolution and how it starts. */
export interface ConvSizes {
  readonly channelsIn: number;
  readonly channelsOut: number;
  /** Taps along each axis, or along all. */
  readonly kernel: PerAxis;
  /** A divisor of both numbers of channels. Default 1. */
  readonly groups?: number;
  /** Default true. */
  readonly hasBias?: boolean;
  /** Of the weight; the bias then starts at 0. Default PyTorch's start, for both. */
  readonly weight?: Initialiser;
}

/** A convolution of grad with its weights. */
export interface ConvLayer<Options> {
  /**
   * Fresh parameters, in ±1/sqrt(fanIn) as PyTorch's.
   *
   * @throws {ConfigError} If a size is not a positive integer, `kernel` has another number of axes, or
   * `groups` does not divide the channels.
   */
  readonly init: (key: Key, sizes: ConvSizes) => Conv;
  /**
   * @param x - [batch, channelsIn, ...size].
   * @param options - Those of the operation; `groups` as in `init`.
   * @returns [batch, channelsOut, ...size].
   */
  readonly apply: (params: Conv, x: Tensor, options?: Omit<Options, 'bias'>) => Tensor;
}

/** Convolution along one axis: PyTorch's `Conv1d`. */
export const conv1dLayer = convLayer('conv1dLayer', conv1d, 1);

/** Convolution along two axes: PyTorch's `Conv2d`. */
export const conv2dLayer = convLayer('conv2dLayer', conv2d, 2);

/** Convolution along three axes: PyTorch's `Conv3d`. */
export const conv3dLayer = convLayer('conv3dLayer', conv3d, 3);

function convLayer(name: string, operation: typeof conv1d, rank: number): ConvLayer<ConvOptions> {
  return {
    init: (key, sizes) => {
      const { channelsIn, channelsOut, groups = 1 } = sizes;
      return initConv(name, key, {
        ...sizes,
        rank,
        channels: [channelsOut, channelsIn / groups],
      });
    },
    apply: ({ w, b }, x, options) => operation(x, w, { ...options, ...(b && { bias: b }) }),
  };
}

/**
 * Fresh parameters of a convolution, transposed or not.
 *
 * @param sizes - `rank`: axes of space. `channels`: the first two sizes of the weight, of which the
 * second times the taps is the fan-in, as PyTorch computes it.
 */
export function initConv(
  name: string,
  key: Key,
  sizes: ConvSizes & { readonly rank: number; readonly channels: readonly [number, number] },
): Conv {
  const { channels, channelsOut, hasBias = true, weight } = sizes;
  const taps = checkSizes(name, sizes);
  const receptive = taps.reduce((product, count) => product * count, 1);
  const [fanIn, fanOut] = [channels[1] * receptive, channels[0] * receptive];
  const shape: Shape = [...channels, ...taps];
  const wKey = foldIn(key, 'w');
  const w = weight ? weight(wKey, shape, { fanIn, fanOut }) : torchUniform(wKey, shape, fanIn);
  if (!hasBias) return { w };
  const b = weight ? zeros([channelsOut]) : torchUniform(foldIn(key, 'b'), [channelsOut], fanIn);
  return { w, b };
}

function checkSizes(name: string, sizes: ConvSizes & { readonly rank: number }): readonly number[] {
  const { channelsIn, channelsOut, kernel, groups = 1, rank } = sizes;
  const taps = typeof kernel === 'number' ? Array<number>(rank).fill(kernel) : kernel;
  const isCount = (size: number) => Number.isInteger(size) && size > 0;
  if (taps.length !== rank || ![channelsIn, channelsOut, groups, ...taps].every(isCount)) {
    throw new ConfigError(
      `${name}.init: channels ${channelsIn} to ${channelsOut}, kernel [${taps.join(', ')}], groups = ${groups}; expected positive integers, ${rank} of them for the kernel`,
    );
  }
  if (channelsIn % groups !== 0 || channelsOut % groups !== 0) {
    throw new ConfigError(
      `${name}.init: groups = ${groups} does not divide the channels, ${channelsIn} to ${channelsOut}`,
    );
  }
  return taps;
}
