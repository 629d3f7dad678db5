import { compile, keyOf, normal, tensor, type Tensor } from '@working-papers/grad';
import { describe, expect, test } from 'vitest';
import {
  decomposeNetwork,
  keptRanks,
  mergeNetwork,
  ranksOf,
  sliceNetwork,
} from '../compression.ts';
import { accuracyOf, latencies, recalibrate } from '../evaluation.ts';
import type { LabelledImages } from '../images.ts';
import {
  applyNetwork,
  initNetwork,
  leNet,
  macs,
  parameterCount,
  perceptron,
  smallVgg,
  type Architecture,
} from '../network.ts';
import { keepLargest, maskWeights } from '../pruning.ts';
import { rankMasks } from '../sampling.ts';
import { backend, expectClose, numbersOf } from './numbers.ts';

const { signal } = new AbortController();
const surroundings = { backend, signal };

describe('the networks', () => {
  test('have the MACs and parameters that their layers add up to', () => {
    const networks = [leNet(), perceptron(), smallVgg()];
    const counted = networks.map((architecture) => {
      const network = initNetwork(architecture, keyOf(0));
      return [macs(architecture, network), parameterCount(network)];
    });
    expect(counted).toEqual([
      [24 ** 2 * 6 * 25 + 8 ** 2 * 16 * 150 + 256 * 120 + 120 * 84 + 840, 44_426],
      [784 * 256 + 256 * 256 + 2560, 269_322],
      [32 ** 2 * 32 * 27 + 16 ** 2 * 64 * 288 + 8 ** 2 * 128 * 576 + 2048 * 256 + 2560, 620_810],
    ]);
  });

  test('are dearer in factors of full rank, and as they were once merged', () => {
    const network = initNetwork(leNet(), keyOf(0));
    const factors = decomposeNetwork(network);
    expect(macs(leNet(), factors)).toBe(340_316);
    expect(macs(leNet(), mergeNetwork(factors))).toBe(macs(leNet(), network));
  });

  test('compute in factors what they computed dense', async () => {
    for (const architecture of [leNet(), perceptron(0.1)]) {
      const network = initNetwork(architecture, keyOf(1));
      const x = normal(keyOf(2), [3, ...architecture.input]);
      const outputs = [network, decomposeNetwork(network), mergeNetwork(decomposeNetwork(network))];
      const [dense, ...others] = await Promise.all(
        outputs.map((each) => numbersOf(applyNetwork(architecture, each, x).logits)),
      );
      for (const other of others) expectClose(other, dense!, 1e-5);
    }
  });

  test('compute with masks what their slices compute, and one graph serves all masks', async () => {
    const architecture = leNet();
    const network = decomposeNetwork(initNetwork(architecture, keyOf(1)));
    const ranks = ranksOf(network);
    expect(ranks).toEqual({ conv1: 6, conv2: 16, fc1: 120, fc2: 84, fc3: 10 });
    const x = normal(keyOf(2), [2, ...architecture.input]);
    const run = compile(
      (input: Tensor, masks: Record<string, Tensor>) =>
        applyNetwork(architecture, network, input, { masks }).logits,
      { backend },
    );
    for (const sampled of [{ conv1: 2 }, { conv2: 5, fc1: 17 }, { fc3: 1 }]) {
      const masked = await numbersOf(await run(x, rankMasks(ranks, sampled)));
      const sliced = applyNetwork(architecture, sliceNetwork(network, sampled), x).logits;
      expectClose(await numbersOf(sliced), masked, 1e-5);
    }
    expect(run.signatureCount()).toBe(1);
  });

  test('are sliced to a share of their ranks, rounded up, and pruned by their own importance', () => {
    const network = decomposeNetwork(initNetwork(leNet(), keyOf(1)));
    const tenth = { conv1: 1, conv2: 2, fc1: 12, fc2: 9, fc3: 1 };
    expect(ranksOf(sliceNetwork(network, 0.1))).toEqual(tenth);
    const kept = keptRanks(network, 0.5);
    for (const [name, r] of Object.entries(ranksOf(network))) {
      expect(kept[name]).toBeGreaterThan(0);
      expect(kept[name]).toBeLessThan(r);
    }
  });

  test('keep the last layer dense where it is asked for', () => {
    const network = decomposeNetwork(initNetwork(leNet(), keyOf(1)), {
      ratio: 0.25,
      isLastDense: true,
    });
    expect(ranksOf(network)).toEqual({ conv1: 2, conv2: 4, fc1: 30, fc2: 21 });
  });

  test('say which layer they lack', () => {
    const network = { layers: {}, norms: {} };
    const x = normal(keyOf(2), [1, 1, 28, 28]);
    expect(() => applyNetwork(leNet(), network, x)).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: network: no layer conv1; the network has none]`,
    );
  });
});

/** Normalisation between two layers of which the first has three ranks. */
const normalised: Architecture = {
  input: [2, 4, 4],
  blocks: [
    { kind: 'conv', name: 'conv', out: 3, kernel: 3 },
    { kind: 'batchNorm', name: 'norm' },
    { kind: 'relu' },
    { kind: 'flatten' },
    { kind: 'linear', name: 'fc', out: 2 },
  ],
};

const images: LabelledImages = {
  x: Float32Array.from({ length: 40 * 32 }, (_, i) => Math.sin(i * i)),
  y: Int32Array.from({ length: 40 }, (_, i) => i % 2),
  shape: [2, 4, 4],
  count: 40,
};

describe('recalibration', () => {
  test('averages the statistics of the batches, whatever does not fill one left out', async () => {
    const model = { architecture: normalised, network: initNetwork(normalised, keyOf(3)) };
    const { norm } = await recalibrate(model, { images, batch: 16 }, surroundings);
    const batches = [0, 1].map((i) =>
      applyNetwork(
        normalised,
        model.network,
        tensor(images.x.subarray(i * 16 * 32, (i + 1) * 16 * 32), { shape: [16, 2, 4, 4] }),
      ),
    );
    for (const key of ['mean', 'variance'] as const) {
      const [a, b] = await Promise.all(
        batches.map(({ statistics }) => numbersOf(statistics['norm']![key])),
      );
      const expected = a!.map((value, i) => (value + b![i]!) / 2);
      expectClose(await numbersOf(norm![key]), expected, 1e-6);
    }
  });

  test('is another for every slice, and accuracy takes the one it is given', async () => {
    const network = decomposeNetwork(initNetwork(normalised, keyOf(3)));
    const sliced = { architecture: normalised, network: sliceNetwork(network, { conv: 1 }) };
    const [whole, own] = await Promise.all(
      [{ ...sliced, network }, sliced].map((model) =>
        recalibrate(model, { images, batch: 40 }, surroundings),
      ),
    );
    const distance = (await numbersOf(whole!['norm']!.variance)).map(async (value, i) =>
      Math.abs(value - (await numbersOf(own!['norm']!.variance))[i]!),
    );
    expect(Math.max(...(await Promise.all(distance)))).toBeGreaterThan(0.01);
    // With the statistics of all images as one batch, inference is what training computes.
    const x = tensor(images.x, { shape: [40, 2, 4, 4] });
    const logits = await numbersOf(applyNetwork(normalised, sliced.network, x).logits);
    const guesses = Array.from({ length: 40 }, (_, i) =>
      Number(logits[2 * i + 1]! > logits[2 * i]!),
    );
    const correct = guesses.filter((guess, i) => guess === images.y[i]).length / 40;
    expect(await accuracyOf({ ...sliced, statistics: own! }, images, surroundings)).toBeCloseTo(
      correct,
      1,
    );
  });

  test('of a network without normalisation is empty', async () => {
    const model = {
      architecture: perceptron(0.1),
      network: initNetwork(perceptron(0.1), keyOf(0)),
    };
    expect(await recalibrate(model, { images, batch: 8 }, surroundings)).toEqual({});
  });
});

test('accuracy counts every image, also those of the last smaller batch', async () => {
  const architecture: Architecture = {
    input: [1, 1, 2],
    blocks: [{ kind: 'flatten' }, { kind: 'linear', name: 'fc', out: 2 }],
  };
  const w = tensor([
    [1, 0],
    [0, 1],
  ]);
  const network = { layers: { fc: { w, b: tensor([0, 0]) } }, norms: {} };
  const count = 1203;
  const classes = Int32Array.from({ length: count }, (_, i) => i % 2);
  const x = Float32Array.from({ length: 2 * count }, (_, i) =>
    i % 2 === classes[Math.floor(i / 2)] ? 1 : 0,
  );
  // Every third label is wrong: 401 of 1203.
  const y = classes.map((label, i) => (i % 3 === 0 ? 1 - label : label));
  const model = { architecture, network, statistics: {} };
  const set: LabelledImages = { x, y, shape: [1, 1, 2], count };
  expect(await accuracyOf(model, set, surroundings)).toBeCloseTo(802 / 1203, 12);
});

test('latency is longer where there is more to do', async () => {
  const models = [0.02, 4].map((width) => ({
    architecture: perceptron(width),
    network: initNetwork(perceptron(width), keyOf(0)),
    statistics: {},
  }));
  const [small, large] = await latencies(
    models,
    { batch: 64, rounds: 15, key: keyOf(1) },
    surroundings,
  );
  expect(small).toBeGreaterThan(0);
  expect(large).toBeGreaterThan(2 * small!);
});

describe('magnitude pruning', () => {
  const network = {
    layers: {
      a: { w: tensor([[3, -1, 0.5]]), b: tensor([7]) },
      b: { w: tensor([[0.1], [-2]]), b: tensor([0, 0]) },
    },
    norms: {},
  };

  test('keeps the largest weights of all layers together and leaves biases', async () => {
    const { layers } = maskWeights(network, keepLargest(network, 3));
    const kept = await Promise.all(
      Object.values(layers).map((layer) =>
        Promise.all(('w' in layer ? [layer.w, layer.b] : []).map(numbersOf)),
      ),
    );
    expect(kept).toEqual(
      [
        [[3, -1, 0], [7]],
        [
          [0, -2],
          [0, 0],
        ],
      ].map((layer) =>
        layer.map((values) => values.map((value) => expect.closeTo(value, 6) as unknown)),
      ),
    );
  });

  test('keeps all where all are asked for', async () => {
    const masks = keepLargest(network, 5);
    expect(await Promise.all(Object.values(masks).map(numbersOf))).toEqual([
      [1, 1, 1],
      [1, 1],
    ]);
  });
});
