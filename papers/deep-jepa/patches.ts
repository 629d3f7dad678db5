/** Pairs of natural image patches, and noise on chosen features of theirs. */
import type { ImageSplit } from '@working-papers/data';
import { ConfigError, foldIn, integers, tensor, type Key } from '@working-papers/grad';
import { matrix, type Matrix } from '@working-papers/metrics';
import type { Pairs } from './descent.ts';
import type { EstimatedModel, PairCovariances } from './moments.ts';

/** Side of a patch in pixels of its own, each the mean of 2 x 2 of the image. */
export const patchSide = 8;

/**
 * Draws pairs of grey patches: x from a random place of an image, y from one pixel of the image further
 * up, down, left or right, which is half a pixel of the patch. A whole pixel would turn the sign of the
 * finest details between the views, and with it their lambda.
 *
 * @param images - Grey or RGB.
 * @param options - `perImage`: pairs of each image.
 * @returns x and y, [images * perImage, 64], from 0 to 1.
 * @throws {ConfigError} If the images are too small.
 */
export function patchPairs(
  images: Omit<ImageSplit, 'labels'>,
  { perImage, key }: { readonly perImage: number; readonly key: Key },
): Pairs {
  const { height, width, count } = images;
  const margin = 2 * patchSide + 2;
  if (height < margin || width < margin) {
    throw new ConfigError(
      `patchPairs: images are ${height} x ${width}; expected ${margin} x ${margin} or more`,
    );
  }
  const total = count * perImage;
  const tops = integers(foldIn(key, 'top'), total, height - margin + 1);
  const lefts = integers(foldIn(key, 'left'), total, width - margin + 1);
  const directions = integers(foldIn(key, 'direction'), total, 4);
  const size = patchSide ** 2;
  const x = new Float32Array(total * size);
  const y = new Float32Array(total * size);
  const grey = new Float32Array(height * width);
  for (let pair = 0; pair < total; pair++) {
    if (pair % perImage === 0) readGrey(images, pair / perImage, grey);
    const [top, left] = [tops[pair]! + 1, lefts[pair]! + 1];
    const [down, right] = shifts[directions[pair]!]!;
    writePatch(grey, { width, top, left }, x.subarray(pair * size, (pair + 1) * size));
    const shifted = { width, top: top + down, left: left + right };
    writePatch(grey, shifted, y.subarray(pair * size, (pair + 1) * size));
  }
  return { x: tensor(x, { shape: [total, size] }), y: tensor(y, { shape: [total, size] }) };
}

const shifts = [
  [1, 0],
  [-1, 0],
  [0, 1],
  [0, -1],
] as const;

// Luma of ITU-R BT.601.
const luma = [0.299, 0.587, 0.114] as const;

function readGrey(
  { pixels, height, width, channels }: Omit<ImageSplit, 'labels'>,
  image: number,
  grey: Float32Array,
): void {
  const start = image * height * width * channels;
  for (let at = 0; at < grey.length; at++) {
    const from = start + at * channels;
    const value =
      channels === 1
        ? pixels[from]!
        : luma[0] * pixels[from]! + luma[1] * pixels[from + 1]! + luma[2] * pixels[from + 2]!;
    grey[at] = value / 255;
  }
}

function writePatch(
  grey: Float32Array,
  { width, top, left }: { width: number; top: number; left: number },
  patch: Float32Array,
): void {
  for (let row = 0; row < patchSide; row++) {
    for (let column = 0; column < patchSide; column++) {
      const at = (top + 2 * row) * width + left + 2 * column;
      const sum = grey[at]! + grey[at + 1]! + grey[at + width]! + grey[at + width + 1]!;
      patch[row * patchSide + column] = sum / 4;
    }
  }
}

/** What a feature shall have. */
export interface FeatureTarget {
  /** Column of the basis. */
  readonly feature: number;
  /** Reached by scaling its coordinate, in both views. */
  readonly lambda: number;
  /** Reached by independent noise in both views; at most the feature's own. */
  readonly rho: number;
}

/**
 * The moments of some features after scaling and noise. What the features share off the diagonals is
 * scaled with them and stays.
 *
 * @returns Covariances over the targets in their order.
 * @throws {ConfigError} If a feature's own lambda is not positive or its rho below the target.
 */
export function withTargets(
  { covariances, lambda, rho }: EstimatedModel,
  targets: readonly FeatureTarget[],
): PairCovariances {
  const scales = targets.map(({ feature, lambda: wanted, rho: wantedRho }) => {
    const [own, ownRho] = [lambda[feature] ?? 0, rho[feature] ?? 0];
    if (!(own > 0 && wantedRho > 0 && wantedRho <= ownRho * (1 + 1e-12))) {
      throw new ConfigError(
        `withTargets: feature ${feature} has lambda = ${own} and rho = ${ownRho}; noise cannot make rho = ${wantedRho} of it`,
      );
    }
    return Math.sqrt(wanted / own);
  });
  const scaled = ({ data, cols }: Matrix): Matrix =>
    matrix(
      targets.length,
      targets.length,
      targets.flatMap((a, i) =>
        targets.map((b, j) => scales[i]! * scales[j]! * data[a.feature * cols + b.feature]!),
      ),
    );
  const noisy = (all: Matrix): Matrix => {
    const result = scaled(all);
    const data = Float64Array.from(result.data);
    targets.forEach(({ feature, lambda: wanted, rho: wantedRho }, i) => {
      data[i * (targets.length + 1)]! += wanted / wantedRho - wanted / rho[feature]!;
    });
    return { ...result, data };
  };
  return {
    xx: noisy(covariances.xx),
    xy: scaled(covariances.xy),
    yy: noisy(covariances.yy),
  };
}
