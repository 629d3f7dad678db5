import {
  convTranspose1d,
  convTranspose2d,
  convTranspose3d,
  type ConvTransposeOptions,
} from '@working-papers/grad';
import { initConv, type ConvLayer } from './conv.ts';

/** Transposed convolution along one axis: PyTorch's `ConvTranspose1d`. */
export const convTranspose1dLayer = convTransposeLayer('convTranspose1dLayer', convTranspose1d, 1);

/** Transposed convolution along two axes: PyTorch's `ConvTranspose2d`. */
export const convTranspose2dLayer = convTransposeLayer('convTranspose2dLayer', convTranspose2d, 2);

/** Transposed convolution along three axes: PyTorch's `ConvTranspose3d`. */
export const convTranspose3dLayer = convTransposeLayer('convTranspose3dLayer', convTranspose3d, 3);

// PyTorch starts in ±1/sqrt(channelsOut / groups times the taps): its fan-in is that of the convolution
// whose gradient this is.
function convTransposeLayer(
  name: string,
  operation: typeof convTranspose1d,
  rank: number,
): ConvLayer<ConvTransposeOptions> {
  return {
    init: (key, sizes) => {
      const { channelsIn, channelsOut, groups = 1 } = sizes;
      return initConv(name, key, {
        ...sizes,
        rank,
        channels: [channelsIn, channelsOut / groups],
      });
    },
    apply: ({ w, b }, x, options) => operation(x, w, { ...options, ...(b && { bias: b }) }),
  };
}
