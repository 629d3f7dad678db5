import { hostData, keyOf, tensor, type Tensor } from '@working-papers/grad';
import { matrix } from '@working-papers/metrics';
import { describe, expect, test } from 'vitest';
import { describeFeatures, estimateModel } from '../moments.ts';
import { randomRotation } from '../network.ts';
import {
  dynamicModel,
  linearPairModel,
  momentsOf,
  samplePairs,
  staticModel,
} from '../pairModel.ts';
import { expectClose, fourFeatures } from './numbers.ts';

describe('models', () => {
  test('noise lowers rho and leaves lambda alone in the static model', () => {
    const quiet = staticModel([1, 0.5], [0, 0]);
    const loud = staticModel([1, 0.5], [1, 0.5]);
    expect([...loud.lambda]).toEqual([...quiet.lambda]);
    expect([...quiet.lambda]).toEqual([1, 0.25]);
    expect([...quiet.rho]).toEqual([1, 1]);
    expect([...loud.rho]).toEqual([0.5, 0.5]);
  });

  test('slow features have the larger rho in the dynamic model', () => {
    const { lambda, rho } = dynamicModel([2, 2], [0.9, 0.3], [0, 2]);
    expectClose(lambda, [3.6, 1.2], 1e-12);
    expectClose(rho, [0.9, 0.15], 1e-12);
  });

  test.each([
    ['static', staticModel([1, 0.8, 0.5], [0.3, 0.8, 0])],
    ['dynamic', dynamicModel([1, 0.8, 0.5], [0.9, 0.5, 0.7], [0, 0.6, 0.2])],
  ])('pairs of the %s model have its moments', (_, model) => {
    const count = 200_000;
    const pairs = samplePairs(model, { count, key: keyOf(3) });
    const [x, y] = [pairs.x, pairs.y].map((rows) => tensor(rows, { shape: [count, 3] }));
    const { covariances } = estimateModel(x!, y!, { basis: 'none' });
    const expected = momentsOf(model);
    // An entry deviates by at most sqrt(2 / count) of the largest variance: 5 such deviations.
    const tolerance = 5 * Math.sqrt(2 / count) * 1.3;
    for (const key of ['xx', 'xy', 'yy'] as const) {
      expectClose(covariances[key].data, expected[key].data, tolerance);
    }
  });

  test('the same key draws the same pairs', () => {
    const model = staticModel([1, 2], [1, 0.5]);
    const draw = (seed: number) => samplePairs(model, { count: 4, key: keyOf(seed) });
    expect(draw(1)).toEqual(draw(1));
    expect(draw(2).x).not.toEqual(draw(1).x);
  });

  test('refuse what equal variances forbid, and name the feature', () => {
    const given = [
      () => linearPairModel([1, 1], [1, 1.2]),
      () => linearPairModel([1, 1], [0, 1]),
      () => linearPairModel([1, -1], [1, 1]),
      () => linearPairModel([1, 1], [1]),
      () => staticModel([1, 1], [0, -1]),
      () => dynamicModel([1, 1], [0.5], [0, 0]),
      () => dynamicModel([1], [1.5], [0]),
    ];
    const texts = given.map((make) => {
      try {
        make();
        return 'accepted';
      } catch (error) {
        return String(error);
      }
    });
    expect(texts).toMatchInlineSnapshot(`
      [
        "ConfigError: linearPairModel: feature 1 has rho = 1.2; with equal variances it is above 0 and at most 1",
        "ConfigError: linearPairModel: feature 0 has rho = 0; with equal variances it is above 0 and at most 1",
        "ConfigError: linearPairModel: feature 1 has lambda = -1; expected a positive covariance",
        "ConfigError: linearPairModel: 2 values of lambda and 1 of rho; expected one of each per feature",
        "ConfigError: dynamicModel: feature 1 has noise -1; expected 0 or more",
        "ConfigError: dynamicModel: 2 scales, 1 memories and 2 noises; expected one of each per feature",
        "ConfigError: linearPairModel: feature 0 has rho = 1.5; with equal variances it is above 0 and at most 1",
      ]
    `);
  });
});

describe('estimateModel', () => {
  const rotation = randomRotation(keyOf(8), 4);
  const { xx, xy } = momentsOf(fourFeatures, rotation);

  /** Samples with exactly these moments: the square root of the joint covariance, both signs. */
  function exactPairs(): [Tensor, Tensor] {
    // x = sqrt(lambda) z + sqrt(v - lambda) e, y likewise with e': 12 orthogonal directions.
    const { lambda, rho } = fourFeatures;
    const rows = 24;
    const [x, y] = [new Float64Array(rows * 4), new Float64Array(rows * 4)];
    for (let i = 0; i < 4; i++) {
      const shared = Math.sqrt(12 * lambda[i]!);
      const own = Math.sqrt(12 * (lambda[i]! / rho[i]! - lambda[i]!));
      const put = (into: Float64Array, place: number, size: number) => {
        for (let j = 0; j < 4; j++) {
          into[place * 4 + j] = size * rotation.data[j * 4 + i]!;
          into[(place + 12) * 4 + j] = -size * rotation.data[j * 4 + i]!;
        }
      };
      put(x, i, shared);
      put(y, i, shared);
      put(x, 4 + i, own);
      put(y, 8 + i, own);
    }
    const asTensor = (data: Float64Array) => tensor(data, { shape: [rows, 4] });
    return [asTensor(x), asTensor(y)];
  }

  test('finds lambda and rho of turned data in their principal components', () => {
    const [x, y] = exactPairs();
    const found = estimateModel(x, y);
    // Largest variance first: 2.36, 1.57, 1.06, 0.7 are those of features 3, 2, 1, 0.
    expectClose(found.lambda, [...fourFeatures.lambda].reverse(), 1e-9);
    expectClose(found.rho, [...fourFeatures.rho].reverse(), 1e-9);
    expect(found.offDiagonal).toBeLessThan(1e-6);
  });

  test('says how far the coordinates are from features', () => {
    const [x, y] = exactPairs();
    const found = estimateModel(x, y, { basis: 'none' });
    expectClose(found.covariances.xx.data, xx.data, 1e-9);
    expectClose(found.covariances.xy.data, xy.data, 1e-9);
    const squares = xy.data.reduce((sum, value) => sum + value * value, 0);
    const off = xy.data.reduce((sum, value, i) => sum + (i % 5 === 0 ? 0 : value * value), 0);
    expect(found.offDiagonal).toBeCloseTo(Math.sqrt(off / squares), 9);
    expect(found.offDiagonal).toBeGreaterThan(0.05);
  });

  test('takes no notice of a constant that is added to both views', () => {
    const [x, y] = exactPairs();
    const moved = (value: Tensor) =>
      tensor(
        Float64Array.from(Array.from(hostData(value), Number), (entry) => entry + 7),
        { shape: value.shape },
      );
    expectClose(estimateModel(moved(x), moved(y)).lambda, estimateModel(x, y).lambda, 1e-9);
  });

  test('counts the rows that are left over by fours', () => {
    const x = tensor(Float64Array.of(1, 2, 3, 4, 5, 6), { shape: [6, 1] });
    expectClose(estimateModel(x, x, { basis: 'none' }).lambda, [35 / 12], 1e-12);
  });

  test('refuses views of different shapes', () => {
    const [x, y] = [tensor([[1, 2]]), tensor([[1], [2]])];
    expect(() => estimateModel(x, y)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: estimateModel: x is [1, 2] and y [2, 1]; expected the same [count, d]]`,
    );
  });

  test('describeFeatures reads the diagonals', () => {
    const found = describeFeatures({
      xx: matrix(2, 2, [2, 0, 0, 4]),
      xy: matrix(2, 2, [1, 1, 1, 1]),
      yy: matrix(2, 2, [2, 0, 0, 4]),
    });
    expect([...found.lambda]).toEqual([1, 1]);
    expect([...found.rho]).toEqual([0.5, 0.25]);
    expect(found.offDiagonal).toBeCloseTo(Math.SQRT1_2, 12);
  });
});
