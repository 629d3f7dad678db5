import { ConfigError, ShapeError } from './errors.ts';
import { formatShape } from './shape.ts';
import { hostData, tensor, type Tensor } from './tensor.ts';

/** Keys and values of new positions of one layer, [batch, nKvHeads, new positions, dHead] each. */
export interface CachedRows {
  readonly k: Tensor;
  readonly v: Tensor;
}

/**
 * Keys and values of the positions that a transformer has read, in arrays of a fixed capacity, so that
 * every step of decoding is the same graph. It is a tree of tensors: a compiled step takes it whole.
 *
 * The host writes new rows into the arrays in place: a cache from which another was made by `append`,
 * `crop` or `reorder` shares its arrays and must not be used any more.
 */
export interface KeyValueCache {
  /** Positions that are filled: int32 scalar. */
  readonly length: Tensor;
  /** For each layer, keys and values of [batch, nKvHeads, capacity, dHead]. */
  readonly layers: readonly CachedRows[];
}

/** Sizes of a cache. */
export interface CacheSizes {
  readonly nLayers: number;
  readonly batch: number;
  readonly nKvHeads: number;
  /** Positions that fit. */
  readonly capacity: number;
  readonly dHead: number;
}

/** What the host does with a {@link KeyValueCache}; `cachedAttention` reads it. */
export const keyValueCache = {
  /**
   * An empty cache.
   *
   * @param dtype - Element type, float32 by default.
   * @throws {ConfigError} If a size is not a positive integer.
   */
  create(sizes: CacheSizes, dtype: 'float32' | 'float64' = 'float32'): KeyValueCache {
    for (const [name, size] of Object.entries(sizes)) {
      if (!Number.isInteger(size) || size < 1) {
        throw new ConfigError(`keyValueCache: ${name} = ${size} is not a positive integer`);
      }
    }
    const { nLayers, batch, nKvHeads, capacity, dHead } = sizes;
    const shape = [batch, nKvHeads, capacity, dHead];
    const blank = () => {
      const count = batch * nKvHeads * capacity * dHead;
      const data = dtype === 'float32' ? new Float32Array(count) : new Float64Array(count);
      return tensor(data, { shape });
    };
    const layers = Array.from({ length: nLayers }, () => ({ k: blank(), v: blank() }));
    return { length: scalar(0), layers };
  },

  /**
   * Writes the rows that a step returned behind those that are there.
   *
   * @param rows - For each layer, concrete keys and values of the new positions.
   * @throws {ShapeError} If they do not fit the cache in shape, element type or number of layers.
   * @throws {ConfigError} If they exceed the capacity.
   */
  append(cache: KeyValueCache, rows: readonly CachedRows[]): KeyValueCache {
    const start = lengthOf(cache);
    const added = checkRows(cache, rows);
    const capacity = capacityOf(cache);
    if (start + added > capacity) {
      throw new ConfigError(
        `keyValueCache: ${added} positions after ${start} exceed the capacity ${capacity}; make a larger cache, or crop it`,
      );
    }
    cache.layers.forEach((layer, i) => {
      const { k, v } = rows[i] ?? layer;
      writeRows(layer.k, k, start);
      writeRows(layer.v, v, start);
    });
    return { ...cache, length: scalar(start + added) };
  },

  /**
   * Forgets the last positions: in speculative decoding, those that were not accepted.
   *
   * @param length - Positions that stay, 0 to as many as there are.
   * @throws {ConfigError} If `length` is out of that range.
   */
  crop(cache: KeyValueCache, length: number): KeyValueCache {
    const current = lengthOf(cache);
    if (!Number.isInteger(length) || length < 0 || length > current) {
      throw new ConfigError(
        `keyValueCache: cannot crop to ${length} positions; expected 0 to the ${current} that are there`,
      );
    }
    return { ...cache, length: scalar(length) };
  },

  /**
   * Item `sources[i]` of the batch at place i, for beam search: items may repeat or be left out.
   *
   * @param sources - As many as the batch.
   * @throws {ConfigError} If a source is no item of the batch, or their number is not that of the batch.
   */
  reorder(cache: KeyValueCache, sources: readonly number[]): KeyValueCache {
    const batch = cache.layers[0]?.k.shape[0] ?? 0;
    const isItem = (source: number) => Number.isInteger(source) && source >= 0 && source < batch;
    if (sources.length !== batch || !sources.every(isItem)) {
      throw new ConfigError(
        `keyValueCache: cannot reorder by ${formatShape(sources)}; expected ${batch} items from 0 to ${batch - 1}`,
      );
    }
    const filled = lengthOf(cache);
    for (const { k, v } of cache.layers) {
      reorderItems(k, sources, filled);
      reorderItems(v, sources, filled);
    }
    return cache;
  },

  /** Positions that are filled. */
  length(cache: KeyValueCache): number {
    return lengthOf(cache);
  },
};

function scalar(value: number): Tensor {
  return tensor(value, { dtype: 'int32' });
}

function lengthOf(cache: KeyValueCache): number {
  return Number(hostData(cache.length)[0]);
}

function capacityOf(cache: KeyValueCache): number {
  return cache.layers[0]?.k.shape[2] ?? 0;
}

/** The number of new positions. */
function checkRows(cache: KeyValueCache, rows: readonly CachedRows[]): number {
  if (rows.length !== cache.layers.length) {
    throw new ShapeError(
      `keyValueCache: rows of ${rows.length} layers, the cache has ${cache.layers.length}`,
    );
  }
  const added = rows[0]?.k.shape[2] ?? 0;
  rows.forEach((row, i) => {
    const layer = cache.layers[i] ?? row;
    for (const name of ['k', 'v'] as const) {
      const expected = layer[name].shape.with(2, added);
      if (
        formatShape(row[name].shape) !== formatShape(expected) ||
        row[name].dtype !== layer[name].dtype
      ) {
        throw new ShapeError(
          `keyValueCache: ${name} of layer ${i} is ${row[name].dtype} ${formatShape(row[name].shape)}; expected ${layer[name].dtype} ${formatShape(expected)}`,
        );
      }
    }
  });
  return added;
}

function writeRows(into: Tensor, rows: Tensor, start: number): void {
  const [batch = 0, heads = 0, capacity = 0, dHead = 0] = into.shape;
  const added = rows.shape[2] ?? 0;
  const target = floats(into);
  const source = floats(rows);
  for (let line = 0; line < batch * heads; line++) {
    const part = source.subarray(line * added * dHead, (line + 1) * added * dHead);
    target.set(part, (line * capacity + start) * dHead);
  }
}

function reorderItems(x: Tensor, sources: readonly number[], filled: number): void {
  if (filled === 0) return;
  const data = floats(x);
  const before = data.slice();
  const item = x.size / sources.length;
  sources.forEach((source, i) => {
    data.set(before.subarray(source * item, (source + 1) * item), i * item);
  });
}

function floats(x: Tensor): Float32Array | Float64Array {
  const data = hostData(x);
  if (data instanceof Float32Array || data instanceof Float64Array) return data;
  throw new Error(`internal: a cache of ${x.dtype}`);
}
