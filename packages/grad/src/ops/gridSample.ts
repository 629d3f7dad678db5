import { ShapeError } from '../errors.ts';
import { formatShape, type Shape } from '../shape.ts';
import { tensor, type Tensor } from '../tensor.ts';
import { tapsOf } from './convLowering.ts';

/** Options of {@link gridSample}. */
export interface GridSampleOptions {
  /** Between elements: a mixture of the 2 to 8 around, or the nearest one. Default `linear`. */
  readonly mode?: 'linear' | 'nearest';
  /**
   * Outside: zeros; the nearest element of the border; or x mirrored at its border as often as needed.
   * Default `zeros`.
   */
  readonly padding?: 'zeros' | 'border' | 'reflection';
  /** Whether -1 and 1 are the centres of the first and last elements, instead of their outer edges. Default false. */
  readonly alignCorners?: boolean;
}

/**
 * Reads x at places between its elements, as PyTorch's `grid_sample`, for one to three spatial axes. The
 * gradient by the grid is that of the mixture, 0 where the padding holds a coordinate at the border and
 * for `nearest`, whose halves go to the even neighbour.
 *
 * @param x - [batch, channels, ...size].
 * @param grid - [batch, ...places, axes]: coordinates from -1 to 1, **last spatial axis first**: (column,
 * row) in pictures.
 * @returns [batch, channels, ...places].
 * @throws {ShapeError} If the shapes do not fit.
 */
export function gridSample(x: Tensor, grid: Tensor, options: GridSampleOptions = {}): Tensor {
  const { mode = 'linear', padding = 'zeros' } = options;
  const [batch = 1, channels = 1, ...size] = x.shape;
  checkGrid(x.shape, grid.shape);
  const rank = size.length;
  const rows = grid.reshape([-1, rank]);
  const positions = size.map((length, axis) => {
    const column = rank - 1 - axis;
    const u = rows.slice({ axis: 1, start: column, end: column + 1 }).reshape([-1]);
    return place(u, length, options);
  });
  const image = imageOf(batch, rows.shape[0] ?? 1);
  const table = x.transpose([0, ...size.map((_, i) => i + 2), 1]).reshape([-1, channels]);
  const corners = mode === 'nearest' ? [size.map(() => 0)] : tapsOf(size.map(() => 2));
  const parts = corners.map((corner) => {
    const taps = positions.map((position, axis) =>
      tapOf(position, { offset: corner[axis] ?? 0, length: size[axis] ?? 1, mode }),
    );
    const weight = taps
      .map((tap) => (padding === 'zeros' ? tap.isInside.where(tap.weight, 0) : tap.weight))
      .reduce((product, factor) => product.mul(factor));
    const index = taps.reduce(
      (offset, tap, axis) => offset.mul(size[axis] ?? 1).add(tap.index),
      image,
    );
    return table.gather(index).mul(weight.reshape([-1, 1]));
  });
  const places = grid.shape.slice(1, -1);
  return parts
    .reduce((sum, part) => sum.add(part))
    .reshape([batch, ...places, channels])
    .transpose([0, places.length + 1, ...places.map((_, i) => i + 1)]);
}

/** Coordinates as positions between the elements of an axis, brought inside if the padding does that. */
function place(u: Tensor, length: number, { padding, alignCorners }: GridSampleOptions): Tensor {
  const position = alignCorners
    ? u.add(1).mul((length - 1) / 2)
    : u.add(1).mul(length).sub(1).mul(0.5);
  if (padding === 'border') return held(position, length);
  if (padding !== 'reflection') return position;
  return held(
    alignCorners ? mirrored(position, 0, length - 1) : mirrored(position, -0.5, length),
    length,
  );
}

/** Between the first and the last element; the slope is 0 at the ends too, as PyTorch has it. */
function held(position: Tensor, length: number): Tensor {
  const isBetween = position.greater(0).logicalAnd(position.less(length - 1));
  return isBetween.where(position, position.clip({ min: 0, max: length - 1 }).stopGradient());
}

/** Mirrored at `low` and at `low + span` until it lies between. */
function mirrored(position: Tensor, low: number, span: number): Tensor {
  if (span === 0) return position.mul(0);
  const distance = position.sub(low).abs();
  const turns = distance.mul(1 / span).floor();
  const rest = distance.sub(turns.mul(span));
  const isOdd = turns.sub(turns.mul(0.5).floor().mul(2)).greater(0);
  return isOdd.where(rest.neg().add(span), rest).add(low);
}

interface Corner {
  readonly offset: number;
  readonly length: number;
  readonly mode: 'linear' | 'nearest';
}

/** The element at a corner around each position: its index, held inside, and its share. */
function tapOf(position: Tensor, { offset, length, mode }: Corner) {
  const base = mode === 'nearest' ? position.round() : position.floor();
  const at = base.add(offset);
  const share = position.sub(base);
  const weight =
    mode === 'nearest'
      ? position.mul(0).add(1).stopGradient()
      : offset === 1
        ? share
        : share.neg().add(1);
  const index = at.clip({ min: 0, max: length - 1 }).cast('int32');
  const isInside = at.greaterEqual(0).logicalAnd(at.lessEqual(length - 1));
  return { index, weight, isInside };
}

/** For each place the number of its image in the batch. */
function imageOf(batch: number, places: number): Tensor {
  const each = places / batch;
  return tensor(Int32Array.from({ length: places }, (_, i) => Math.floor(i / each)));
}

function checkGrid(x: Shape, grid: Shape): void {
  const rank = x.length - 2;
  const isFitting =
    rank >= 1 && rank <= 3 && grid.length >= 2 && grid[0] === x[0] && grid.at(-1) === rank;
  if (!isFitting) {
    throw new ShapeError(
      `gridSample: x ${formatShape(x)} and grid ${formatShape(grid)} do not fit; expected [batch, channels, ...size] with one to three sizes and [batch, ...places, ${Math.max(rank, 1)}]`,
    );
  }
}
