/** The operations of `method.ts` on whole networks: factorise, prune, slice, merge. */
import { decompose, keptRank, merge, slice, type Layer } from './method.ts';
import type { Network } from './network.ts';
import { rankAt, type Ranks } from './sampling.ts';

type Layers = Network['layers'];

/** Which layers are factorised, and how far. */
export interface DecomposeOptions {
  /** Share of each layer's ranks that is kept, rounded up; default 1. Less is the truncated SVD. */
  readonly ratio?: number;
  /** Whether the last layer stays as it is: its rank bounds the classes that can be told apart. */
  readonly isLastDense?: boolean;
}

/** The network with its dense layers in factors; with all ranks it computes what it computed. */
export function decomposeNetwork(network: Network, options: DecomposeOptions = {}): Network {
  const { ratio = 1, isLastDense = false } = options;
  const last = Object.keys(network.layers).at(-1);
  const layers = mapLayers(network.layers, (layer, name) => {
    if (!('w' in layer) || (isLastDense && name === last)) return layer;
    const [m = 0, n = 0] = layer.w.shape;
    return decompose(layer, rankAt(Math.min(m, n), ratio));
  });
  return { ...network, layers };
}

/** The ranks of the layers in factors. */
export function ranksOf({ layers }: Network): Ranks {
  return Object.fromEntries(
    Object.entries(layers).flatMap(([name, layer]) =>
      'u' in layer ? [[name, layer.u.shape[1] ?? 0]] : [],
    ),
  );
}

/** The ranks that remain if terms below `threshold` of their layer's importance go; see `keptRank`. */
export function keptRanks({ layers }: Network, threshold: number): Ranks {
  return Object.fromEntries(
    Object.entries(layers).flatMap(([name, layer]) =>
      'u' in layer ? [[name, keptRank(layer, threshold)]] : [],
    ),
  );
}

/** The network with its layers in factors cut to a share of their ranks, rounded up, or to given ranks. */
export function sliceNetwork(network: Network, ranks: number | Ranks): Network {
  const layers = mapLayers(network.layers, (layer, name) => {
    if (!('u' in layer)) return layer;
    const r = layer.u.shape[1] ?? 0;
    return slice(layer, typeof ranks === 'number' ? rankAt(r, ranks) : (ranks[name] ?? r));
  });
  return { ...network, layers };
}

/** The network with every layer in the form that takes fewer multiplications. */
export function mergeNetwork(network: Network): Network {
  return { ...network, layers: mapLayers(network.layers, merge) };
}

function mapLayers(layers: Layers, transform: (layer: Layer, name: string) => Layer): Layers {
  return Object.fromEntries(
    Object.entries(layers).map(([name, layer]) => [name, transform(layer, name)]),
  );
}
