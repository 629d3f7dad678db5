/** The data model of the paper: a mixture of low-rank Gaussians (MoLRG), section 3. */
import { ConfigError, foldIn, integers, normals, type Key } from '@working-papers/grad';
import { matrix, orthonormalBasis, type Matrix } from '@working-papers/metrics';

/** A mixture of low-rank Gaussians: x0 = U_k a + e with a ~ N(0, I), component k equally likely. */
export interface Molrg {
  /** Ambient dimension n. */
  readonly dim: number;
  /** U_k with orthonormal columns, [dim, d_k]. */
  readonly bases: readonly Matrix[];
}

/** Points and the component that each comes from. */
export interface MolrgSample {
  /** One sample in each row, [count, dim]. */
  readonly x: Float32Array<ArrayBuffer>;
  readonly labels: Int32Array;
  readonly count: number;
}

/**
 * A random mixture.
 *
 * @param options - `dim`: n. `dims`: d_k of each component. `isOrthogonal`: the subspaces are parts of
 * one random orthonormal basis, as in the paper; else each is drawn by itself. Default true.
 * @throws {ConfigError} If a dimension is not a positive integer, or orthogonal subspaces need more
 * than n dimensions.
 */
export function makeMolrg(options: {
  readonly dim: number;
  readonly dims: readonly number[];
  readonly isOrthogonal?: boolean;
  readonly key: Key;
}): Molrg {
  const { dim, dims, isOrthogonal = true, key } = options;
  const total = dims.reduce((sum, d) => sum + d, 0);
  if (dims.length === 0 || !dims.every((d) => Number.isInteger(d) && d >= 1 && d <= dim)) {
    throw new ConfigError(
      `makeMolrg: dims are [${dims.join(', ')}]; expected integers from 1 to ${dim}`,
    );
  }
  if (!isOrthogonal) {
    return { dim, bases: dims.map((d, k) => randomBasis(foldIn(key, k), dim, d)) };
  }
  if (total > dim) {
    throw new ConfigError(
      `makeMolrg: orthogonal subspaces of ${dims.join(' + ')} = ${total} dimensions do not fit into ${dim}; pass isOrthogonal: false`,
    );
  }
  const whole = randomBasis(key, dim, total);
  let from = 0;
  const bases = dims.map((d) => {
    const part = columns(whole, from, from + d);
    from += d;
    return part;
  });
  return { dim, bases };
}

/**
 * Draws samples of a mixture.
 *
 * @param options - `labels`: the component of each sample; default drawn at random for `count`
 * samples. `noise`: standard deviation of e, default 0.
 * @throws {ConfigError} If there is nothing to draw, a label is not a component or the noise is negative.
 */
export function sampleMolrg(
  model: Molrg,
  options: { readonly key: Key; readonly noise?: number } & (
    { readonly count: number } | { readonly labels: Int32Array }
  ),
): MolrgSample {
  const { key, noise = 0 } = options;
  const labels =
    'labels' in options
      ? options.labels
      : integers(foldIn(key, 'labels'), options.count, model.bases.length);
  const count = labels.length;
  if (count === 0) throw new ConfigError('sampleMolrg: no samples asked for');
  if (!(noise >= 0)) throw new ConfigError(`sampleMolrg: noise = ${noise} is negative`);
  const width = Math.max(...model.bases.map((basis) => basis.cols));
  const coefficients = normals(foldIn(key, 'coefficients'), count * width);
  const errors = noise > 0 ? normals(foldIn(key, 'errors'), count * model.dim) : null;
  const x = new Float32Array(count * model.dim);
  labels.forEach((label, i) => {
    const basis = model.bases[label];
    if (basis === undefined) {
      throw new ConfigError(
        `sampleMolrg: label ${label} is not one of ${model.bases.length} components`,
      );
    }
    for (let row = 0; row < model.dim; row++) {
      let value = errors ? noise * errors[i * model.dim + row]! : 0;
      for (let j = 0; j < basis.cols; j++) {
        value += basis.data[row * basis.cols + j]! * coefficients[i * width + j]!;
      }
      x[i * model.dim + row] = value;
    }
  });
  return { x, labels, count };
}

/** A subspace of dimension d, uniform over all subspaces of R^dim: the span of Gaussian columns. */
export function randomBasis(key: Key, dim: number, d: number): Matrix {
  return orthonormalBasis(matrix(dim, d, normals(key, dim * d)));
}

/** Columns from `start` up to `end` of a matrix. */
export function columns(a: Matrix, start: number, end: number): Matrix {
  const width = end - start;
  const data = Float64Array.from({ length: a.rows * width }, (_, i) => {
    return a.data[Math.floor(i / width) * a.cols + start + (i % width)]!;
  });
  return matrix(a.rows, width, data);
}
