import {
  ConfigError,
  ShapeError,
  concat,
  splitAxis,
  stack,
  tensor,
  unstack,
  type Tensor,
} from '@working-papers/grad';
import { inverseWavelengths, type Coordinates } from './positions.ts';

/** Cosines and sines by which queries and keys are turned, [seq, axes, dAxis / 2] each. */
export interface Rotation {
  readonly cos: Tensor;
  readonly sin: Tensor;
}

/** Options of {@link ropeRotation}. */
export interface RotationOptions {
  readonly dHead: number;
  /** The longest wavelength is 2 pi times it. Default 10,000. */
  readonly base?: number;
}

/**
 * The rotations of rotary positions (arXiv:2104.09864): pair i of an axis turns by position /
 * base^(2i / dAxis). With several axes each turns a part of the head of its own, in order, of
 * dAxis = 2 floor(dHead / (2 axes)) entries; what is left is not turned.
 *
 * @param coordinates - For example `gridCoordinates([height, width])`; 0 along every axis turns nothing.
 * @returns Concrete, computed in float64.
 * @throws {ConfigError} If dHead is odd, or too small for a pair of each axis.
 */
export function ropeRotation(coordinates: Coordinates, options: RotationOptions): Rotation {
  const { dHead, base = 10_000 } = options;
  const axes = coordinates[0]?.length ?? 0;
  const dAxis = 2 * Math.floor(dHead / (2 * axes));
  if (dHead % 2 !== 0 || !(dAxis >= 2)) {
    throw new ConfigError(
      `ropeRotation: dHead = ${dHead} with ${axes} axes; expected an even number of at least two for each axis`,
    );
  }
  const angles = coordinates.flatMap((point) =>
    point.flatMap((place) => inverseWavelengths(dAxis, base).map((frequency) => place * frequency)),
  );
  const shape = [coordinates.length, axes, dAxis / 2];
  return {
    cos: tensor(angles.map(Math.cos), { shape }),
    sin: tensor(angles.map(Math.sin), { shape }),
  };
}

/**
 * The rotations of some positions, for decoding with a cache: their indices are its length and on.
 *
 * @param indices - int32 or int64, [seq], each from 0 to the rows of `rotation` - 1.
 */
export function rotationAt({ cos, sin }: Rotation, indices: Tensor): Rotation {
  return { cos: cos.gather(indices), sin: sin.gather(indices) };
}

/** Options of {@link rope}. */
export interface RopeOptions {
  /**
   * Which entries make a pair in the part of an axis: `half` i and i + dAxis / 2, as in GPT-NeoX and
   * Hugging Face's LLaMA; `interleaved` 2i and 2i + 1, as in the paper and in LLaMA's own code. Default
   * half.
   */
  readonly layout?: 'half' | 'interleaved';
}

/**
 * Turns queries or keys by their positions, so that their product depends on the distance only.
 *
 * @param x - [..., seq, dHead].
 * @param rotation - Of seq positions, for this dHead.
 * @returns The shape of `x`.
 * @throws {ShapeError} If `x` and the rotation do not fit.
 */
export function rope(x: Tensor, { cos, sin }: Rotation, { layout = 'half' }: RopeOptions = {}) {
  const [seq = 1, axes = 1, half = 1] = cos.shape;
  const turned = 2 * half * axes;
  const leading = x.shape.slice(0, -1);
  const dHead = x.shape.at(-1) ?? 0;
  if (leading.at(-1) !== seq || Math.floor(dHead / (2 * axes)) !== half) {
    throw new ShapeError(
      `rope: x [${x.shape.join(', ')}] does not fit a rotation of ${seq} positions that turns ${turned} entries; expected [..., ${seq}, dHead] with the dHead that it was made for`,
    );
  }
  const [part = x, rest] = turned === dHead ? [x] : splitAxis(x, [turned, dHead - turned], -1);
  const [pairs, axis] = layout === 'half' ? [[axes, 2, half], -2] : [[axes, half, 2], -1];
  const [a, b] = unstack(part.reshape([...leading, ...pairs]), axis);
  if (a === undefined || b === undefined) throw new Error('internal: unstack gave no pair');
  const y = stack([a.mul(cos).sub(b.mul(sin)), b.mul(cos).add(a.mul(sin))], axis);
  const flat = y.reshape([...leading, turned]);
  return rest ? concat([flat, rest], -1) : flat;
}
