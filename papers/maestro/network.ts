/** Networks as lists of blocks, so that factorising, slicing and counting are loops over layers. */
import {
  ConfigError,
  batchNorm,
  batchNormInference,
  flatten,
  flattenTensors,
  foldIn,
  maxPool2d,
  ones,
  relu,
  zeros,
  type ChannelStatistics,
  type Key,
  type Tensor,
} from '@working-papers/grad';
import { torchUniform } from '@working-papers/nn';
import {
  applyConv2d,
  applyLinear,
  countWindows,
  type Dense,
  type Layer,
  type Windows,
} from './method.ts';

/** A part of a network; those with a name have parameters. */
export type Block =
  | ({ readonly kind: 'conv'; readonly name: string; readonly out: number } & Windows)
  | { readonly kind: 'linear'; readonly name: string; readonly out: number }
  | { readonly kind: 'batchNorm'; readonly name: string }
  | { readonly kind: 'relu' }
  | { readonly kind: 'maxPool'; readonly side: number }
  | { readonly kind: 'flatten' };

/** What a network computes, without its numbers. */
export interface Architecture {
  /** [channels, height, width] of an image. */
  readonly input: readonly [channels: number, height: number, width: number];
  readonly blocks: readonly Block[];
}

/** Scale and shift after normalisation, [channels]. */
export interface Affine {
  readonly scale: Tensor;
  readonly shift: Tensor;
}

/** The parameters of a network by the names of its blocks. */
export interface Network {
  readonly layers: Readonly<Record<string, Layer>>;
  readonly norms: Readonly<Record<string, Affine>>;
}

/** Mean and variance of every batch normalisation by name. */
export type Statistics = Readonly<Record<string, ChannelStatistics>>;

/**
 * LeNet: two convolutions 5 x 5 with pooling, then three affine layers, of 6-16-120-84 channels and units.
 *
 * @param width - Share of these; default 1.
 */
export function leNet(width = 1): Architecture {
  const [c1 = 1, c2 = 1, ...hidden] = [6, 16, 120, 84].map((count) => narrowed(count, width));
  return {
    input: [1, 28, 28],
    blocks: [
      // Pooled before the ReLU, which gives the same with a quarter of the work.
      { kind: 'conv', name: 'conv1', out: c1, kernel: 5 },
      { kind: 'maxPool', side: 2 },
      { kind: 'relu' },
      { kind: 'conv', name: 'conv2', out: c2, kernel: 5 },
      { kind: 'maxPool', side: 2 },
      { kind: 'relu' },
      { kind: 'flatten' },
      ...affine([...hidden, 10]),
    ],
  };
}

/** A perceptron 784-256-256-10 on images of 28 x 28, or of a share of the hidden width. */
export function perceptron(width = 1): Architecture {
  const hidden = narrowed(256, width);
  return { input: [1, 28, 28], blocks: [{ kind: 'flatten' }, ...affine([hidden, hidden, 10])] };
}

/** A small VGG for 32 x 32 colour images: 32, 64 and 128 channels 3 x 3, normalised and pooled; 256 units. */
export function smallVgg(width = 1): Architecture {
  const stages = [32, 64, 128].flatMap((count, i): Block[] => [
    { kind: 'conv', name: `conv${i + 1}`, out: narrowed(count, width), kernel: 3, padding: 1 },
    { kind: 'batchNorm', name: `norm${i + 1}` },
    { kind: 'maxPool', side: 2 },
    { kind: 'relu' },
  ]);
  const head = affine([narrowed(256, width), 10]);
  return { input: [3, 32, 32], blocks: [...stages, { kind: 'flatten' }, ...head] };
}

function narrowed(count: number, width: number): number {
  return Math.max(1, Math.round(count * width));
}

function affine(widths: readonly number[]): Block[] {
  return widths.flatMap((out, i): Block[] => [
    { kind: 'linear', name: `fc${i + 1}`, out },
    ...(i + 1 < widths.length ? [{ kind: 'relu' } as const] : []),
  ]);
}

/** The size of what goes into a block: [channels, height, width], or [features]. */
interface Placed {
  readonly block: Block;
  readonly input: readonly number[];
}

function place({ input, blocks }: Architecture): readonly Placed[] {
  let size: readonly number[] = input;
  return blocks.map((block) => {
    const placed = { block, input: size };
    size = sizeAfter(block, size);
    return placed;
  });
}

function sizeAfter(block: Block, size: readonly number[]): readonly number[] {
  const [channels = 1, ...space] = size;
  switch (block.kind) {
    case 'conv':
      return [block.out, ...space.map((length) => countWindows(length, block))];
    case 'linear':
      return [block.out];
    case 'maxPool':
      return [channels, ...space.map((length) => Math.floor(length / block.side))];
    case 'flatten':
      return [size.reduce((product, length) => product * length, 1)];
    case 'batchNorm':
    case 'relu':
      return size;
  }
}

/** Fresh parameters, all layers dense, weights and biases as PyTorch's layers start. */
export function initNetwork(architecture: Architecture, key: Key): Network {
  const layers: Record<string, Dense> = {};
  const norms: Record<string, Affine> = {};
  for (const { block, input } of place(architecture)) {
    const [inputs = 1] = input;
    if (block.kind === 'batchNorm') {
      norms[block.name] = { scale: ones([inputs]), shift: zeros([inputs]) };
    } else if (block.kind === 'conv' || block.kind === 'linear') {
      const n = block.kind === 'conv' ? inputs * block.kernel ** 2 : inputs;
      const own = foldIn(key, block.name);
      layers[block.name] = {
        w: torchUniform(foldIn(own, 'w'), [block.out, n], n),
        b: torchUniform(foldIn(own, 'b'), [block.out], n),
      };
    }
  }
  return { layers, norms };
}

/** How a network is run. */
export interface ApplyOptions {
  /** Masks over the ranks by layer; layers that are not named keep all. */
  readonly masks?: Readonly<Record<string, Tensor>>;
  /** Statistics for the normalisations; by default those of the batch. */
  readonly statistics?: Statistics;
}

/**
 * The network's output for a batch.
 *
 * @param x - [batch, channels, height, width].
 * @returns `logits` [batch, classes], and the statistics of the batch where there are normalisations.
 */
export function applyNetwork(
  { blocks }: Architecture,
  { layers, norms }: Network,
  x: Tensor,
  { masks = {}, statistics }: ApplyOptions = {},
): { readonly logits: Tensor; readonly statistics: Statistics } {
  const seen: Record<string, ChannelStatistics> = {};
  const apply = (block: Block, input: Tensor): Tensor => {
    switch (block.kind) {
      case 'conv':
        return applyConv2d(layerOf(layers, block.name), input, block, masks[block.name]);
      case 'linear':
        return applyLinear(layerOf(layers, block.name), input, masks[block.name]);
      case 'batchNorm': {
        const given = statistics?.[block.name];
        if (given) return batchNormInference(input, given, norms[block.name]);
        const { y, ...own } = batchNorm(input, norms[block.name]);
        seen[block.name] = own;
        return y;
      }
      case 'relu':
        return relu(input);
      case 'maxPool':
        return maxPool2d(input, block.side);
      case 'flatten':
        return flatten(input, 1);
    }
  };
  const logits = blocks.reduce((hidden, block) => apply(block, hidden), x);
  return { logits, statistics: seen };
}

function layerOf(layers: Network['layers'], name: string): Layer {
  const layer = layers[name];
  if (layer === undefined) {
    throw new ConfigError(
      `network: no layer ${name}; the network has ${Object.keys(layers).join(', ') || 'none'}`,
    );
  }
  return layer;
}

/** Multiplications of one image through the convolutions and affine layers; the rest is not counted. */
export function macs(architecture: Architecture, { layers }: Network): number {
  return place(architecture).reduce((sum, { block, input }) => {
    if (block.kind === 'linear') return sum + weightCount(layerOf(layers, block.name));
    if (block.kind !== 'conv') return sum;
    const [, ...space] = sizeAfter(block, input);
    const positions = space.reduce((product, length) => product * length, 1);
    return sum + positions * weightCount(layerOf(layers, block.name));
  }, 0);
}

/** Numbers that a network stores. */
export function parameterCount(network: Network): number {
  return flattenTensors(network).reduce((sum, { value }) => sum + value.size, 0);
}

/** A multiplication per weight and position: m n, or (m + n) r in factors. */
function weightCount(layer: Layer): number {
  if ('w' in layer) return layer.w.size;
  return 'u' in layer ? layer.u.size + layer.v.size : 0;
}
