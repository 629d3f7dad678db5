import {
  ConfigError,
  ShapeError,
  foldIn,
  normals,
  tensor,
  uniform,
  zeros,
  type Key,
  type Shape,
  type Tensor,
} from '@working-papers/grad';
import { Matrix, QrDecomposition } from 'ml-matrix';

/** How many inputs feed a unit, and how many units an input feeds. */
export interface Fans {
  readonly fanIn: number;
  readonly fanOut: number;
}

/**
 * Draws the first values of a weight, concrete float32. The layer says what the fans are: for a linear
 * layer dIn and dOut, for a convolution channels times taps.
 */
export type Initialiser = (key: Key, shape: Shape, fans: Fans) => Tensor;

/** What {@link varianceScaling} draws from. */
export interface VarianceScalingOptions {
  /** The variance times the fan; positive. */
  readonly scale: number;
  /** Which fan; `fanAverage` is the mean of both. */
  readonly mode: 'fanIn' | 'fanOut' | 'fanAverage';
  /** `truncatedNormal` is cut at two deviations and widened so that its variance is the same. */
  readonly distribution: 'uniform' | 'normal' | 'truncatedNormal';
}

/**
 * Values of mean 0 and variance scale / fan: the family that {@link xavierUniform} and the others belong
 * to, for other modes of the fan or gains (a gain is the root of `scale`).
 *
 * @throws {ConfigError} If `scale` is not positive.
 */
export function varianceScaling(options: VarianceScalingOptions): Initialiser {
  const { scale, mode, distribution } = options;
  if (!(scale > 0)) throw new ConfigError(`varianceScaling: scale = ${scale} is not positive`);
  return (key, shape, { fanIn, fanOut }) => {
    const fan = { fanIn, fanOut, fanAverage: (fanIn + fanOut) / 2 }[mode];
    const deviation = Math.sqrt(scale / fan);
    switch (distribution) {
      case 'uniform':
        return centred(key, shape, Math.sqrt(3) * deviation);
      case 'normal':
        return normalOf(key, shape, deviation);
      case 'truncatedNormal':
        return truncated(key, shape, { deviation: deviation / truncatedDeviation, cut: 2 });
    }
  };
}

/** The deviation of a standard normal number that is cut at ±2: sqrt(1 - 4 phi(2) / (2 Phi(2) - 1)). */
const truncatedDeviation = 0.8796256610342398;

/** ±sqrt(6 / (fanIn + fanOut)), also Glorot's (AISTATS 2010, equation 16). */
export const xavierUniform = varianceScaling({
  scale: 1,
  mode: 'fanAverage',
  distribution: 'uniform',
});

/** Deviation sqrt(2 / (fanIn + fanOut)), also Glorot's (AISTATS 2010, equation 12). */
export const xavierNormal = varianceScaling({
  scale: 1,
  mode: 'fanAverage',
  distribution: 'normal',
});

/** ±sqrt(6 / fanIn), also He's, for layers before a ReLU (arXiv:1502.01852, equation 10). */
export const kaimingUniform = varianceScaling({
  scale: 2,
  mode: 'fanIn',
  distribution: 'uniform',
});

/** Deviation sqrt(2 / fanIn), also He's, for layers before a ReLU (arXiv:1502.01852, equation 10). */
export const kaimingNormal = varianceScaling({ scale: 2, mode: 'fanIn', distribution: 'normal' });

/** ±sqrt(3 / fanIn), LeCun's (Efficient BackProp, 1998, equation 16). */
export const lecunUniform = varianceScaling({ scale: 1, mode: 'fanIn', distribution: 'uniform' });

/** Deviation 1 / sqrt(fanIn), LeCun's (Efficient BackProp, 1998, equation 16). */
export const lecunNormal = varianceScaling({ scale: 1, mode: 'fanIn', distribution: 'normal' });

/**
 * ±1/sqrt(fanIn): what PyTorch's linear layers and convolutions start from, weights and biases
 * (Kaiming-uniform with a = sqrt 5).
 *
 * @param fanIn - Inputs of each unit.
 * @returns float32 of the given shape.
 */
export function torchUniform(key: Key, shape: Shape, fanIn: number): Tensor {
  return centred(key, shape, 1 / Math.sqrt(fanIn));
}

/** Normal values of this deviation, whatever the fans. */
export function normalInit(deviation: number): Initialiser {
  checkDeviation('normalInit', deviation);
  return (key, shape) => normalOf(key, shape, deviation);
}

/**
 * Normal values that are drawn again while they lie farther out than `cut` deviations; their own
 * deviation is smaller, 0.88 times for a cut of 2. PyTorch's `trunc_normal_` takes its bounds absolute.
 *
 * @param cut - Default 2; at least 0.1.
 * @throws {ConfigError} If a setting is out of its range.
 */
export function truncatedNormalInit(deviation: number, cut = 2): Initialiser {
  checkDeviation('truncatedNormalInit', deviation);
  if (!(cut >= 0.1)) {
    throw new ConfigError(`truncatedNormalInit: cut = ${cut} is not a number of 0.1 or more`);
  }
  return (key, shape) => truncated(key, shape, { deviation, cut });
}

/** Zeros. */
export const zerosInit: Initialiser = (_key, shape) => zeros(shape);

/**
 * Orthonormal rows or columns, whichever are fewer, times `gain` (arXiv:1312.6120), uniform over all such
 * matrices; a weight of more than two axes is a matrix of its first axis and the others.
 *
 * @throws {ConfigError} If `gain` is not finite.
 */
export function orthogonalInit(gain = 1): Initialiser {
  if (!Number.isFinite(gain)) {
    throw new ConfigError(`orthogonalInit: gain = ${gain} is not a finite number`);
  }
  return (key, shape) => {
    const [rows = 1, ...rest] = shape;
    if (rest.length === 0) {
      throw new ShapeError(
        `orthogonalInit: the weight is [${shape.join(', ')}]; expected two axes or more`,
      );
    }
    const columns = rest.reduce((product, size) => product * size, 1);
    const [long, short] = [Math.max(rows, columns), Math.min(rows, columns)];
    const draws = Array.from(normals(key, rows * columns));
    const decomposition = new QrDecomposition(Matrix.from1DArray(long, short, draws));
    const [q, r] = [decomposition.orthogonalMatrix, decomposition.upperTriangularMatrix];
    // A factorisation with a positive diagonal is unique, and so is its Q uniform.
    const factors = r.diagonal().map((value) => (value < 0 ? -gain : gain));
    const entry =
      rows >= columns
        ? (row: number, column: number) => q.get(row, column) * (factors[column] ?? gain)
        : (row: number, column: number) => q.get(column, row) * (factors[row] ?? gain);
    const data = Float32Array.from({ length: rows * columns }, (_, i) =>
      entry(Math.floor(i / columns), i % columns),
    );
    return tensor(data, { shape });
  };
}

function centred(key: Key, shape: Shape, bound: number): Tensor {
  return uniform(key, shape, -bound, bound);
}

function normalOf(key: Key, shape: Shape, deviation: number): Tensor {
  const draws = normals(key, sizeOf(shape));
  return tensor(
    draws.map((draw) => draw * deviation),
    { shape },
  );
}

/** Normal values within `cut` deviations; each depends on the key and its place only. */
function truncated(
  key: Key,
  shape: Shape,
  { deviation, cut }: { readonly deviation: number; readonly cut: number },
): Tensor {
  const draws = normals(key, sizeOf(shape));
  const again = foldIn(key, 'again');
  const data = draws.map((first, i) => {
    let draw = first;
    for (let attempt = 0; Math.abs(draw) > cut; attempt++) {
      draw = normals(foldIn(foldIn(again, i), attempt), 1)[0] ?? NaN;
    }
    return draw * deviation;
  });
  return tensor(data, { shape });
}

function checkDeviation(operation: string, deviation: number): void {
  if (!(deviation > 0)) {
    throw new ConfigError(`${operation}: deviation = ${deviation} is not positive`);
  }
}

function sizeOf(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}
