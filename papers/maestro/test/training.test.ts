import {
  compile,
  foldIn,
  hostData,
  keyOf,
  normals,
  tensor,
  type Tensor,
} from '@working-papers/grad';
import { describe, expect, test } from 'vitest';
import { decomposeNetwork, ranksOf } from '../compression.ts';
import { accuracyOf } from '../evaluation.ts';
import type { LabelledImages } from '../images.ts';
import { groupLasso } from '../method.ts';
import { applyNetwork, initNetwork, type Architecture, type Network } from '../network.ts';
import { objective } from '../objective.ts';
import { rankMasks } from '../sampling.ts';
import { stepsPerEpoch, trainMaestro, trainNetwork, type TrainingOptions } from '../training.ts';
import { backend, expectClose, numbersOf } from './numbers.ts';

const { signal } = new AbortController();

/** Points of three classes around corners of a cube of twelve dimensions: rank 2 tells them apart. */
const images: LabelledImages = (() => {
  const count = 330;
  const noise = normals(keyOf(5), count * 12);
  const y = Int32Array.from({ length: count }, (_, i) => i % 3);
  const x = noise.map((value, i) => 0.3 * value + (y[Math.floor(i / 12)] === i % 3 ? 2 : 0));
  return { x, y, shape: [1, 3, 4], count };
})();

const architecture: Architecture = {
  input: [1, 3, 4],
  blocks: [
    { kind: 'flatten' },
    { kind: 'linear', name: 'first', out: 8 },
    { kind: 'relu' },
    { kind: 'linear', name: 'last', out: 3 },
  ],
};

const options: TrainingOptions = {
  architecture,
  images,
  epochs: 6,
  batch: 32,
  learningRate: 0.1,
  momentum: 0.9,
  maxGradNorm: 1,
  key: keyOf(7),
  backend,
  signal,
};

const start = initNetwork(architecture, keyOf(8));
const settings = { lambda: 0, hasFullPass: false, sampling: 'single', threshold: 1e-3 } as const;

async function maestro(changes: Partial<Parameters<typeof trainMaestro>[2]>, changed = options) {
  const found: { epoch: number; network: Network }[] = [];
  for await (const each of trainMaestro(start, changed, { ...settings, ...changes }))
    found.push(each);
  return found;
}

const accuracy = (network: Network) =>
  accuracyOf({ architecture, network, statistics: {} }, images, { backend, signal });

const weights = (network: Network) =>
  Object.values(network.layers).flatMap((layer) =>
    Object.values(layer).flatMap((value: Tensor) => Array.from(hostData(value), Number)),
  );

describe('the objective', () => {
  const network = decomposeNetwork(start);
  const x = tensor(images.x.subarray(0, 5 * 12), { shape: [5, 1, 3, 4] });
  const y = tensor(images.y.subarray(0, 5));
  const masks = rankMasks(ranksOf(network), { first: 2 });
  const value = async (lambda: number, hasFullPass: boolean, from = masks) => {
    const [loss = NaN] = await numbersOf(
      objective(architecture, network, { x, y, masks: from }, { lambda, hasFullPass }),
    );
    return loss;
  };

  test('without lasso and full pass is the cross-entropy of the truncated network', async () => {
    const logits = applyNetwork(architecture, network, x, { masks }).logits;
    const logProbs = await numbersOf(logits.logSoftmax(-1));
    const expected = Array.from({ length: 5 }, (_, i) => -logProbs[3 * i + images.y[i]!]! / 5);
    expect(await value(0, false)).toBeCloseTo(
      expected.reduce((sum, each) => sum + each),
      5,
    );
  });

  test('adds lambda times the lasso of every layer', async () => {
    const lassos = await Promise.all(
      Object.values(network.layers).map(async (layer) =>
        'u' in layer ? (await numbersOf(groupLasso(layer)))[0]! : 0,
      ),
    );
    const expected = 0.01 * (lassos[0]! + lassos[1]!);
    expect((await value(0.01, false)) - (await value(0, false))).toBeCloseTo(expected, 4);
  });

  test('with the full pass adds the cross-entropy of the whole, and teaches by its output', async () => {
    const [whole, truncated] = await Promise.all(
      [{}, { masks }].map((given) =>
        numbersOf(applyNetwork(architecture, network, x, given).logits.logSoftmax(-1)),
      ),
    );
    const labels = Array.from({ length: 5 }, (_, i) => -whole![3 * i + images.y[i]!]! / 5);
    const taught = whole!.map((logProb, i) => (-Math.exp(logProb) * truncated![i]!) / 5);
    const sum = (values: readonly number[]) => values.reduce((total, each) => total + each);
    expect(await value(0, true)).toBeCloseTo(sum(labels) + sum(taught), 5);
  });

  test('of a full mask is that of the network without factors', async () => {
    const dense = objective(
      architecture,
      start,
      { x, y, masks: {} },
      { lambda: 0.5, hasFullPass: false },
    );
    expect(await value(0, false, {})).toBeCloseTo((await numbersOf(dense))[0]!, 5);
  });
});

describe('training', () => {
  test('learns dense and in factors', async () => {
    expect(await accuracy(await trainNetwork(start, options))).toBeGreaterThan(0.97);
    const [last] = (await maestro({})).slice(-1);
    expect(await accuracy(last!.network)).toBeGreaterThan(0.97);
    expect(ranksOf(last!.network)).toEqual({ first: 8, last: 3 });
  });

  test('gives the same numbers in one piece and in two', async () => {
    const whole = await trainNetwork(start, { ...options, epochs: 2, momentum: 0 });
    const half = { ...options, epochs: 2, momentum: 0 };
    const first = await trainNetwork(start, half, { epochs: { first: 0, end: 1 } });
    const second = await trainNetwork(first, half, { epochs: { first: 1, end: 2 } });
    expect(weights(second)).toEqual(weights(whole));
  });

  test('gives other numbers with another key, and the same with the same', async () => {
    const runs = [keyOf(1), keyOf(1), foldIn(keyOf(1), 'other')].map((key) =>
      trainNetwork(start, { ...options, epochs: 1, key }),
    );
    const [a, b, c] = (await Promise.all(runs)).map(weights);
    expect(b).toEqual(a);
    expect(c).not.toEqual(a);
  });

  test('cuts ranks that the lasso has emptied, and the rest still tell the classes apart', async () => {
    const found = await maestro({ lambda: 0.02 }, { ...options, epochs: 12 });
    const ranks = found.map(({ network }) => ranksOf(network)['first'] ?? 0);
    expect(ranks).toEqual(ranks.toSorted((a, b) => b - a));
    expect(ranks.at(-1)).toBeLessThanOrEqual(3);
    expect(ranks.at(-1)).toBeGreaterThanOrEqual(1);
    expect(await accuracy(found.at(-1)!.network)).toBeGreaterThan(0.9);
  });

  test('samples each layer by itself where that is asked for', async () => {
    const [single, independent] = await Promise.all(
      (['single', 'independent'] as const).map(
        async (sampling) => (await maestro({ sampling }, { ...options, epochs: 1 }))[0]!,
      ),
    );
    expect(weights(single!.network)).not.toEqual(weights(independent!.network));
  });

  test('holds weights where a constraint holds them', async () => {
    const mask = tensor(
      Float32Array.from({ length: 24 }, (_, i) => i % 2),
      { shape: [3, 8] },
    );
    const network = await trainNetwork(
      start,
      { ...options, epochs: 1 },
      {
        constrain: ({ layers, norms }) => ({
          layers: Object.fromEntries(
            Object.entries(layers).map(([name, layer]) => [
              name,
              name === 'last' && 'w' in layer ? { ...layer, w: layer.w.mul(mask) } : layer,
            ]),
          ),
          norms,
        }),
      },
    );
    const [before, after] = [start, network].map(({ layers }) => {
      const { last } = layers;
      return last && 'w' in last ? Array.from(hostData(last.w), Number) : [];
    });
    const isSame = after!.map((value, i) => value === before![i]);
    expect(isSame).toEqual(Array.from({ length: 24 }, (_, i) => i % 2 === 0));
  });

  test('reports steps over all epochs and ends when it is told to', async () => {
    const steps: number[] = [];
    const controller = new AbortController();
    const stopped = trainNetwork(start, {
      ...options,
      signal: controller.signal,
      onStep: (step, total, loss) => {
        expect([total, loss > 0]).toEqual([60, true]);
        steps.push(step);
        if (step === 25) controller.abort();
      },
    });
    await expect(stopped).rejects.toThrow('aborted');
    expect(steps).toEqual(Array.from({ length: 25 }, (_, i) => i + 1));
    expect(stepsPerEpoch(images, 32)).toBe(10);
  });
});

test('ranks reach the compiled step as data', async () => {
  const network = decomposeNetwork(start);
  const run = compile(
    (masks: Record<string, Tensor>, x: Tensor) =>
      applyNetwork(architecture, network, x, { masks }).logits,
    { backend },
  );
  const x = tensor(images.x.subarray(0, 12), { shape: [1, 1, 3, 4] });
  const outputs: number[][] = [];
  for (const first of [1, 4, 8]) {
    outputs.push(await numbersOf(await run(rankMasks(ranksOf(network), { first }), x)));
  }
  expect(run.signatureCount()).toBe(1);
  expectClose(outputs[2]!, await numbersOf(applyNetwork(architecture, start, x).logits), 1e-5);
  expect(outputs[0]).not.toEqual(outputs[2]);
});
