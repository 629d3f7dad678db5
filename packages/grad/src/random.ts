import { ConfigError } from './errors.ts';
import { checkShape, sizeOf, type Shape } from './shape.ts';
import { constantTensor, type Tensor } from './tensor.ts';

/**
 * A key of the counter-based generator threefry2x32-20 (Salmon et al., SC 2011; Random123). The same
 * key gives the same numbers on every machine and backend. Use each key once: split it for more.
 */
export interface Key {
  readonly k0: number;
  readonly k1: number;
}

/**
 * The key of a seed.
 *
 * @param seed - A non-negative safe integer.
 * @throws {ConfigError} If it is anything else.
 */
export function keyOf(seed: number): Key {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new ConfigError(`keyOf: seed = ${seed} is not a non-negative safe integer`);
  }
  return { k0: seed >>> 0, k1: Math.floor(seed / 2 ** 32) };
}

/** Independent keys derived from one. */
export function split(key: Key, count: number): readonly Key[] {
  return Array.from({ length: count }, (_, i) => foldIn(key, i));
}

/**
 * A key derived from a key and a number or a name, so that a part of a program has the same random
 * numbers whatever other parts draw.
 *
 * @param data - A name, or an integer from 0 to 2^32 - 1.
 * @throws {ConfigError} If it is another number.
 */
export function foldIn(key: Key, data: number | string): Key {
  const number = typeof data === 'string' ? hashName(data) : data;
  if (number >>> 0 !== number) {
    throw new ConfigError(`foldIn: ${number} is not an integer from 0 to 2^32 - 1`);
  }
  // Another counter word than the one that numbers draws, so that keys and draws never meet.
  const [k0, k1] = threefry2x32(key, number, 0xffffffff);
  return { k0, k1 };
}

/**
 * Standard normal numbers (Box-Muller). Element i depends on the key and on i only, so the first
 * items of a larger draw are those of a smaller one.
 *
 * @returns float32.
 * @throws {ShapeError} If a size is not a positive integer.
 */
export function normal(key: Key, shape: Shape): Tensor {
  checkShape('normal', shape);
  return constantTensor({ data: normals(key, sizeOf(shape)) }, { shape, dtype: 'float32' });
}

/**
 * Numbers uniform in [low, high), float32; element i depends on the key and on i only. Where `low` is
 * not 0, rounding to float32 can give `high` itself.
 *
 * @throws {ShapeError} If a size is not a positive integer.
 */
export function uniform(key: Key, shape: Shape, low = 0, high = 1): Tensor {
  checkShape('uniform', shape);
  const data = uniforms(key, sizeOf(shape));
  if (low !== 0 || high !== 1) {
    for (let i = 0; i < data.length; i++) data[i] = low + (high - low) * (data[i] ?? 0);
  }
  return constantTensor({ data }, { shape, dtype: 'float32' });
}

/**
 * Integers uniform in [0, bound); the bias is below bound / 2^32.
 *
 * @param bound - From 1 to 2^31.
 * @throws {ConfigError} If it is not.
 */
export function integers(key: Key, count: number, bound: number): Int32Array {
  if (!Number.isInteger(bound) || bound < 1 || bound > 2 ** 31) {
    throw new ConfigError(`integers: bound = ${bound} is not an integer from 1 to 2^31`);
  }
  const result = new Int32Array(count);
  fillPairs(key, count, (bits, i) => {
    result[i] = Math.floor((bits / 2 ** 32) * bound);
  });
  return result;
}

/** The numbers from 0 to count - 1 in random order (Fisher-Yates). */
export function permutation(key: Key, count: number): Int32Array {
  const result = Int32Array.from({ length: count }, (_, i) => i);
  const draws = new Uint32Array(count);
  fillPairs(key, count, (bits, i) => {
    draws[i] = bits;
  });
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(((draws[i] ?? 0) / 2 ** 32) * (i + 1));
    const kept = result[i] ?? 0;
    result[i] = result[j] ?? 0;
    result[j] = kept;
  }
  return result;
}

/** Standard normal numbers as a plain array; see {@link normal}. */
export function normals(key: Key, count: number): Float32Array<ArrayBuffer> {
  const result = new Float32Array(count + (count & 1));
  const pair = new Uint32Array(2);
  for (let i = 0; i < result.length; i += 2) {
    threefryInto(pair, key.k0, key.k1, i >>> 1, 0);
    // 1 - u lies in (0, 1], so the logarithm is finite.
    const radius = Math.sqrt(-2 * Math.log(1 - ((pair[0] ?? 0) >>> 8) * 2 ** -24));
    const angle = ((pair[1] ?? 0) >>> 8) * (2 * Math.PI * 2 ** -24);
    result[i] = radius * Math.cos(angle);
    result[i + 1] = radius * Math.sin(angle);
  }
  return result.length === count ? result : result.slice(0, count);
}

/** Numbers uniform in [0, 1) with 24 random bits as a plain array; see {@link uniform}. */
export function uniforms(key: Key, count: number): Float32Array<ArrayBuffer> {
  const result = new Float32Array(count);
  fillPairs(key, count, (bits, i) => {
    result[i] = (bits >>> 8) * 2 ** -24;
  });
  return result;
}

/**
 * A stream of numbers uniform in [0, 1) for algorithms on the host that draw as they go.
 *
 * @returns A function that gives the next number.
 */
export function uniformStream(key: Key): () => number {
  const pair = new Uint32Array(2);
  let drawn = 0;
  return () => {
    if ((drawn & 1) === 0) threefryInto(pair, key.k0, key.k1, drawn >>> 1, 0);
    const bits = pair[drawn & 1] ?? 0;
    drawn++;
    return (bits >>> 8) * 2 ** -24;
  };
}

/** One block of threefry2x32-20: two 32-bit words from a key and a counter of two words. */
export function threefry2x32(key: Key, c0: number, c1: number): [number, number] {
  const pair = new Uint32Array(2);
  threefryInto(pair, key.k0, key.k1, c0, c1);
  return [pair[0] ?? 0, pair[1] ?? 0];
}

function fillPairs(key: Key, count: number, put: (bits: number, i: number) => void): void {
  const pair = new Uint32Array(2);
  for (let i = 0; i < count; i += 2) {
    threefryInto(pair, key.k0, key.k1, i >>> 1, 0);
    put(pair[0] ?? 0, i);
    if (i + 1 < count) put(pair[1] ?? 0, i + 1);
  }
}

function hashName(name: string): number {
  // FNV-1a, 32 bits.
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) {
    hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  }
  return hash >>> 0;
}

// Five groups of four rounds, unrolled: 5 ns per word against 40 with loops over rotation tables.
// oxlint-disable-next-line max-params
function threefryInto(out: Uint32Array, k0: number, k1: number, c0: number, c1: number): void {
  const k2 = k0 ^ k1 ^ 0x1bd11bda;
  let a = (c0 + k0) | 0;
  let b = (c1 + k1) | 0;
  a = (a + b) | 0;
  b = ((b << 13) | (b >>> 19)) ^ a;
  a = (a + b) | 0;
  b = ((b << 15) | (b >>> 17)) ^ a;
  a = (a + b) | 0;
  b = ((b << 26) | (b >>> 6)) ^ a;
  a = (a + b) | 0;
  b = ((b << 6) | (b >>> 26)) ^ a;
  a = (a + k1) | 0;
  b = (b + k2 + 1) | 0;
  a = (a + b) | 0;
  b = ((b << 17) | (b >>> 15)) ^ a;
  a = (a + b) | 0;
  b = ((b << 29) | (b >>> 3)) ^ a;
  a = (a + b) | 0;
  b = ((b << 16) | (b >>> 16)) ^ a;
  a = (a + b) | 0;
  b = ((b << 24) | (b >>> 8)) ^ a;
  a = (a + k2) | 0;
  b = (b + k0 + 2) | 0;
  a = (a + b) | 0;
  b = ((b << 13) | (b >>> 19)) ^ a;
  a = (a + b) | 0;
  b = ((b << 15) | (b >>> 17)) ^ a;
  a = (a + b) | 0;
  b = ((b << 26) | (b >>> 6)) ^ a;
  a = (a + b) | 0;
  b = ((b << 6) | (b >>> 26)) ^ a;
  a = (a + k0) | 0;
  b = (b + k1 + 3) | 0;
  a = (a + b) | 0;
  b = ((b << 17) | (b >>> 15)) ^ a;
  a = (a + b) | 0;
  b = ((b << 29) | (b >>> 3)) ^ a;
  a = (a + b) | 0;
  b = ((b << 16) | (b >>> 16)) ^ a;
  a = (a + b) | 0;
  b = ((b << 24) | (b >>> 8)) ^ a;
  a = (a + k1) | 0;
  b = (b + k2 + 4) | 0;
  a = (a + b) | 0;
  b = ((b << 13) | (b >>> 19)) ^ a;
  a = (a + b) | 0;
  b = ((b << 15) | (b >>> 17)) ^ a;
  a = (a + b) | 0;
  b = ((b << 26) | (b >>> 6)) ^ a;
  a = (a + b) | 0;
  b = ((b << 6) | (b >>> 26)) ^ a;
  a = (a + k2) | 0;
  b = (b + k0 + 5) | 0;
  out[0] = a;
  out[1] = b;
}
