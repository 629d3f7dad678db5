import { keyOf, normals } from '@working-papers/grad';
import { matrix, multiply, points, svd } from '@working-papers/metrics';
import { mlp } from '@working-papers/nn';
import { describe, expect, test } from 'vitest';
import { editLevel } from '../jacobianPart.ts';
import { editDirections, jacobiansOf, numericalRank } from '../jacobians.ts';
import type { NeuralDenoiser } from '../neuralDenoiser.ts';
import { noisyPoint } from '../noisyPoint.ts';
import { concentration, pictureProperties } from '../pictureProperties.ts';
import { backend } from './numbers.ts';

const dim = 6;
const denoiser: NeuralDenoiser = {
  params: mlp.init(keyOf(3), [dim + 16, 12, dim]),
  mean: new Float32Array(dim),
  sigmaData: 0.5,
};

describe('numericalRank', () => {
  test('counts values until they hold 99 % of the norm', () => {
    expect(numericalRank([1, 1, 1, 1e-4, 1e-4])).toBe(3);
    expect(numericalRank([1, 0.1])).toBe(1); // 1 / sqrt(1.01) = 0.995
    expect(numericalRank([1, 0.2])).toBe(2); // 1 / sqrt(1.04) = 0.981
    expect(numericalRank([1, 0.2], 0.95)).toBe(1);
    expect(numericalRank([0, 0])).toBe(0);
  });

  test('refuses a share outside of 0 to 1', () => {
    expect(() => numericalRank([1], 1)).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: numericalRank: eta = 1; expected a number between 0 and 1]`,
    );
  });
});

test('the Jacobian of a denoiser is what finite differences give', async () => {
  const jacobians = jacobiansOf(denoiser, backend);
  const x = Float32Array.from(normals(keyOf(1), dim));
  const j = await jacobians.at(x, 0.7);
  await jacobians.dispose();
  const step = 1e-2;
  for (const column of [0, 3]) {
    const moved = async (by: number) =>
      denoise(
        x.map((v, i) => (i === column ? v + by : v)),
        0.7,
      );
    const [up, down] = [await moved(step), await moved(-step)];
    up.forEach((value, row) => {
      expect(j.data[row * dim + column]).toBeCloseTo((value - down[row]!) / (2 * step), 3);
    });
  }
});

async function denoise(x: Float32Array, sigma: number): Promise<number[]> {
  const { compile, tensor } = await import('@working-papers/grad');
  const { denoiserOf } = await import('../neuralDenoiser.ts');
  const run = compile(
    (xt: ReturnType<typeof tensor>) =>
      denoiserOf(denoiser.params, 0.5)(xt, tensor([sigma], { shape: [1, 1] })),
    { backend },
  );
  const y = await (await run(tensor(x, { shape: [1, dim] }))).data();
  await run.dispose();
  return Array.from(y, Number);
}

describe('editDirections', () => {
  const j = matrix(3, 3, [0, 0, 1, -4, 0, 0, 0, 2, 0]);

  test('gives unit vectors that the map stretches most, the largest entry positive', () => {
    const { directions, gains } = editDirections(j, 2);
    expect(gains).toEqual([expect.closeTo(4, 12), expect.closeTo(2, 12)]);
    expect(directions.map((each) => Array.from(each, Math.round))).toEqual([
      [1, 0, 0],
      [0, 1, 0],
    ]);
    expect(Math.hypot(...multiply(j, matrix(3, 1, directions[0]!)).data)).toBeCloseTo(
      svd(j).values[0]!,
      6,
    );
  });

  test('refuses more directions than there are', () => {
    expect(() => editDirections(j, 4)).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: editDirections: count = 4; expected an integer from 1 to 3]`,
    );
  });
});

test('a noisy point is the picture less the mean, plus noise of the level', () => {
  const heldOut = points(
    Float32Array.from({ length: 2 * dim }, (_, i) => i),
    dim,
  );
  const place = { denoiser: { ...denoiser, mean: new Float32Array(dim).fill(1) }, heldOut };
  const at = (level: number) => noisyPoint({ ...place, level, index: 1, key: keyOf(5) });
  expect(Array.from(at(0).xt)).toEqual([5, 6, 7, 8, 9, 10]);
  expect(at(2).sigma).toBe(1);
  const noise = at(2).xt.map((value, i) => value - (5 + i));
  at(4).xt.forEach((value, i) => expect(value - (5 + i)).toBeCloseTo(2 * noise[i]!, 5));
});

test('pictures are edited at the level of lowest rank between half and five deviations', () => {
  const ranks = [
    { level: 0.1, rank: 1 },
    { level: 0.5, rank: 9 },
    { level: 2, rank: 4 },
    { level: 4, rank: 4 },
    { level: 20, rank: 0 },
  ];
  expect(editLevel(ranks)).toBe(2);
});

describe('pictureProperties', () => {
  const side = 7;
  const picture = (isInk: (row: number, column: number) => boolean) =>
    Float32Array.from({ length: side * side }, (_, i) =>
      isInk(Math.floor(i / side), i % side) ? 1 : 0,
    );

  test('measures ink, width, height, slant and place', () => {
    const upright = pictureProperties(
      picture((_, column) => column === 2),
      side,
    );
    expect(upright).toEqual([7, 0, 2, 0, 2, 3]);
    const slanted = pictureProperties(
      picture((row, column) => row === column),
      side,
    );
    expect(slanted).toEqual([7, 2, 2, 1, 3, 3]);
    const lying = pictureProperties(
      picture((row) => row === 1),
      side,
    );
    expect(lying).toEqual([7, 2, 0, 0, 3, 1]);
  });

  test('is 0 for a picture without ink, and cuts values outside', () => {
    expect(pictureProperties(new Float32Array(49).fill(-1), side)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(pictureProperties(new Float32Array(49).fill(3), side)[0]).toBe(49);
  });

  test('a change is concentrated in as far as one property changes alone', () => {
    expect(concentration([0, -3, 0])).toBe(1);
    expect(concentration([1, -1, 1, 1])).toBe(0.25);
    expect(concentration([0, 0])).toBe(0);
  });
});
