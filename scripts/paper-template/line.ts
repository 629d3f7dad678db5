/** What the method is measured on: points around a line, of which some are wrong. */
import { foldIn, normals, tensor, uniforms, type Key, type Tensor } from '@working-papers/grad';

/** The line that the points come from. */
export const truth = { slope: 2, intercept: 0.5 };

/** Standard deviation of the noise of every point. */
const noise = 0.1;

/** Points to fit a line to. */
export interface Points {
  /** From -1 to 1, [count]. */
  readonly x: Float32Array;
  /** [count]. */
  readonly y: Float32Array;
}

/**
 * Points y = slope x + intercept + noise, of which a share is mirrored at the first axis.
 *
 * @param outlierFraction - The probability that a point is wrong, from 0 to 1.
 */
export function samplePoints(
  count: number,
  { outlierFraction, key }: { readonly outlierFraction: number; readonly key: Key },
): Points {
  const x = uniforms(foldIn(key, 'x'), count).map((u) => 2 * u - 1);
  const z = normals(foldIn(key, 'noise'), count);
  const chance = uniforms(foldIn(key, 'outliers'), count);
  const y = x.map((at, i) => {
    const right = truth.slope * at + truth.intercept + noise * z[i]!;
    return chance[i]! < outlierFraction ? -right : right;
  });
  return { x, y };
}

/** The points as tensors, [count] each. */
export function toTensors({ x, y }: Points): { readonly x: Tensor; readonly y: Tensor } {
  return { x: tensor(x), y: tensor(y) };
}
