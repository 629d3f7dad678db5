/** Magnitude pruning, a baseline: the smallest weights of a dense network are held at 0. */
import { hostData, tensor, type Tensor } from '@working-papers/grad';
import type { Layer } from './method.ts';
import type { Network } from './network.ts';

/** Zeros and ones by layer, of the shape of its weights. */
export type WeightMasks = Readonly<Record<string, Tensor>>;

/** Ones at the `count` largest weights of all dense layers together, biases not counted. */
export function keepLargest({ layers }: Network, count: number): WeightMasks {
  const weights = Object.entries(layers).flatMap(([name, layer]) =>
    'w' in layer
      ? [{ name, shape: layer.w.shape, sizes: Array.from(hostData(layer.w), Number).map(Math.abs) }]
      : [],
  );
  const all = Float64Array.from(weights.flatMap(({ sizes }) => sizes)).sort();
  const least = all[Math.max(0, all.length - count)] ?? 0;
  return Object.fromEntries(
    weights.map(({ name, shape, sizes }) => [
      name,
      tensor(
        Float32Array.from(sizes, (size) => (size >= least ? 1 : 0)),
        { shape },
      ),
    ]),
  );
}

/** The network with the masked weights at 0, in a graph or outside. */
export function maskWeights(network: Network, masks: WeightMasks): Network {
  const layers = Object.entries(network.layers).map(([name, layer]): [string, Layer] => {
    const mask = masks[name];
    return [name, 'w' in layer && mask ? { ...layer, w: layer.w.mul(mask) } : layer];
  });
  return { ...network, layers: Object.fromEntries(layers) };
}
