import { keyOf } from '@working-papers/grad';
import { matrix, multiply, points, transpose, type Matrix } from '@working-papers/metrics';
import { describe, expect, test } from 'vitest';
import { makeMolrg, sampleMolrg } from '../molrg.ts';
import { covarianceError, offSupportResidual } from '../transition.ts';
import { normalMatrix, Z } from './numbers.ts';

const model = makeMolrg({ dim: 8, dims: [2, 3], key: keyOf(1) });

/** Points by their coordinates along the columns of a basis. */
function pointsAlong(codes: Matrix, basis: Matrix) {
  return points(Float32Array.from(multiply(codes, transpose(basis)).data), basis.rows);
}

describe('offSupportResidual', () => {
  test('is 0 on the subspaces and 1 at right angles to both', () => {
    const { x } = sampleMolrg(model, { count: 20, key: keyOf(2) });
    expect(offSupportResidual(points(x, 8), model.bases)).toBeLessThan(1e-3);
    const plane = [matrix(3, 1, [1, 0, 0]), matrix(3, 1, [0, 1, 0])];
    expect(offSupportResidual(points(Float32Array.of(0, 0, 2), 3), plane)).toBe(1);
  });

  test('is the sine of the angle to the nearest one, averaged', () => {
    const axes = [matrix(2, 1, [1, 0]), matrix(2, 1, [0, 1])];
    const angles = [0.1, 0.6, 1.5];
    const x = angles.flatMap((angle, i) => [(i + 1) * Math.cos(angle), (i + 1) * Math.sin(angle)]);
    const expected = (Math.sin(0.1) + Math.sin(0.6) + Math.cos(1.5)) / 3;
    expect(offSupportResidual(points(Float32Array.from(x), 2), axes)).toBeCloseTo(expected, 6);
  });
});

describe('covarianceError', () => {
  test('vanishes for samples of the mixture as 1 / sqrt(count)', () => {
    const count = 4000;
    const { x } = sampleMolrg(model, { count, key: keyOf(3) });
    // |C - I|_F^2 / d has mean (d + 1) / count; both components have some half of the samples.
    const typical = (Math.sqrt(3) + Math.sqrt(4)) / 2 / Math.sqrt(count / 2);
    const error = covarianceError(points(x, 8), model.bases);
    expect(error).toBeGreaterThan(0.2 * typical);
    expect(error).toBeLessThan(2.5 * typical);
  });

  test('is the relative error of the second moments', () => {
    // Codes along both axes in turn: C = diag(4, 1) / 2 times 2, so C - I = diag(3, 0).
    const codes = matrix(4, 2, [
      2 * Math.SQRT2,
      0,
      -2 * Math.SQRT2,
      0,
      0,
      Math.SQRT2,
      0,
      -Math.SQRT2,
    ]);
    const [basis] = model.bases;
    const error = covarianceError(pointsAlong(codes, basis!), model.bases);
    expect(error).toBeCloseTo(3 / Math.SQRT2, 5);
  });

  test('leaves out a subspace without samples', () => {
    const [, second] = model.bases;
    const codes = normalMatrix(keyOf(4), 3000, 3);
    const error = covarianceError(pointsAlong(codes, second!), model.bases);
    expect(error).toBeLessThan((Z * Math.sqrt(4)) / Math.sqrt(3000));
  });
});
