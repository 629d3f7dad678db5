import {
  ConfigError,
  slice,
  tensor,
  ShapeError,
  type Key,
  type Tensor,
} from '@working-papers/grad';
import { embeddingLayer, type Embedding } from './embedding.ts';
import { normalInit, type Initialiser } from './initialisers.ts';

/** The place of each position along each axis, [seq][axes]. */
export type Coordinates = readonly (readonly number[])[];

/**
 * The coordinates of a grid in row-major order: [seq] of text, [height, width] of an image, [frames,
 * height, width] of a film.
 *
 * @throws {ConfigError} If a size is not a positive integer, or there is none.
 */
export function gridCoordinates(sizes: readonly number[]): Coordinates {
  if (sizes.length === 0 || !sizes.every((size) => Number.isInteger(size) && size > 0)) {
    throw new ConfigError(
      `gridCoordinates: sizes are [${sizes.join(', ')}]; expected one or more positive integers`,
    );
  }
  return sizes.reduce<Coordinates>(
    (points, size) =>
      points.flatMap((point) => Array.from({ length: size }, (_, i) => [...point, i])),
    [[]],
  );
}

/** Options of {@link sinusoidalPositions}. */
export interface SinusoidOptions {
  /** The longest wavelength is 2 pi times it. Default 10,000. */
  readonly base?: number;
  /**
   * `interleaved`: sin and cos take turns, as in the transformer's paper; `half`: all sines, then all
   * cosines, as in MAE and DiT. Default interleaved.
   */
  readonly layout?: 'interleaved' | 'half';
}

/**
 * Fixed positions (arXiv:1706.03762, section 3.5): sin and cos of position / base^(2i / dAxis). With
 * several axes each has dAxis = dModel / axes columns of its own, in order.
 *
 * @param coordinates - For example `gridCoordinates([seq])`.
 * @returns [seq, dModel], concrete; added to the tokens.
 * @throws {ConfigError} If dModel is not twice a multiple of the number of axes.
 */
export function sinusoidalPositions(
  coordinates: Coordinates,
  dModel: number,
  { base = 10_000, layout = 'interleaved' }: SinusoidOptions = {},
): Tensor {
  const axes = coordinates[0]?.length ?? 0;
  if (!(dModel > 0) || dModel % (2 * axes) !== 0) {
    throw new ConfigError(
      `sinusoidalPositions: dModel = ${dModel} is not a multiple of ${2 * axes}, two for each of ${axes} axes`,
    );
  }
  const dAxis = dModel / axes;
  const data = coordinates.flatMap((point) =>
    point.flatMap((place) => {
      const angles = inverseWavelengths(dAxis, base).map((frequency) => place * frequency);
      return layout === 'half'
        ? [...angles.map(Math.sin), ...angles.map(Math.cos)]
        : angles.flatMap((angle) => [Math.sin(angle), Math.cos(angle)]);
    }),
  );
  return tensor(data, { shape: [coordinates.length, dModel] });
}

/** base^(-2i / width) for i from 0 to width / 2 - 1. */
export function inverseWavelengths(width: number, base: number): readonly number[] {
  return Array.from({ length: width / 2 }, (_, i) => base ** ((-2 * i) / width));
}

/** Positions that are learnt: a vector for each, added to the tokens. */
export const learnedPositions = {
  /**
   * Fresh parameters.
   *
   * @param options - `weight`: default normal with deviation 0.02, as GPT-2 has it.
   */
  init(
    key: Key,
    contextLength: number,
    dModel: number,
    { weight = normalInit(0.02) }: { readonly weight?: Initialiser } = {},
  ): Embedding {
    return embeddingLayer.init(key, contextLength, dModel, { weight });
  },

  /**
   * @param x - [..., seq, dModel], from position 0 on; for others look up the table.
   * @returns The shape of `x`.
   * @throws {ShapeError} If `x` is longer than the table.
   */
  apply({ table }: Embedding, x: Tensor): Tensor {
    const [seq = 1, contextLength = 1] = [x.shape.at(-2), table.shape[0]];
    if (seq > contextLength) {
      throw new ShapeError(
        `learnedPositions.apply: ${seq} positions exceed the contextLength ${contextLength}; shorten x, or learn more`,
      );
    }
    return x.add(seq === contextLength ? table : slice(table, { axis: 0, end: seq }));
  },
};
