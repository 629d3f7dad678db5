/** What part E2 compares with: the principal components of MNIST, made once. */
import { evaluate, tensor, type Safetensor } from '@working-papers/grad';
import { matrix, symmetricEigen, type Matrix } from '@working-papers/metrics';
import { defineArtefact, type Artefact, type RunContext } from '@working-papers/paper-kit';
import { firstColumns, matrixOf } from './matrices.ts';

/** The second moments of centred images and their eigenvectors. */
export interface Components {
  /** [pixels, pixels]. */
  readonly covariance: Matrix;
  /** Principal directions in the columns, largest variance first, [pixels, kept]. */
  readonly directions: Matrix;
  /** Variance along each. */
  readonly variances: Float64Array;
}

const kept = 32;

/** The components of the first images of MNIST's training split, pixels from 0 to 1. */
export function digitComponents(images: number): Artefact<Components> {
  return defineArtefact({
    name: 'digit-components',
    version: 1,
    config: { images, kept },
    make: async (config, context) => {
      const covariance = await covarianceOf(config.images, context);
      const { values, vectors } = symmetricEigen(covariance);
      const directions = firstColumns(vectors, kept);
      return {
        tensors: {
          covariance: stored(covariance),
          directions: stored(directions),
          variances: { dtype: 'F64', shape: [kept], data: values.slice(0, kept) },
        },
        json: null,
      };
    },
    read: ({ tensors }) => ({
      covariance: loaded(tensors['covariance']),
      directions: loaded(tensors['directions']),
      variances: loaded(tensors['variances']).data,
    }),
  });
}

/** The mean of x x^T over centred images, one product in the runtime. */
async function covarianceOf(
  images: number,
  { data, backend, signal }: RunContext,
): Promise<Matrix> {
  const { train } = await data.images('mnist', signal);
  const dim = train.height * train.width;
  const pixels = Float32Array.from(train.pixels.subarray(0, images * dim), (value) => value / 255);
  const x = tensor(pixels, { shape: [images, dim] });
  const centred = x.sub(x.mean(0, { keepDims: true }));
  const second = centred.matmul(centred, { transposeA: true, scale: 1 / images });
  const result = matrixOf(await evaluate(second, { backend }));
  // Both triangles come out of one product, but not to the last bit.
  const { data: entries } = result;
  return matrix(
    dim,
    dim,
    entries.map((entry, at) => (entry + entries[(at % dim) * dim + Math.floor(at / dim)]!) / 2),
  );
}

function stored({ rows, cols, data }: Matrix): Safetensor {
  return { dtype: 'F64', shape: [rows, cols], data };
}

function loaded(value: Safetensor | undefined): Matrix {
  if (value?.dtype !== 'F64') throw new Error('internal: components were stored in another form');
  const [rows = 1, cols = 1] = value.shape;
  return matrix(rows, cols, value.data);
}
