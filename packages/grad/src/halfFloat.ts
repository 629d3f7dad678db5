/** Element types of 16 bits in files: IEEE 754 binary16, and the upper half of a float32. */
export type HalfFloat = 'F16' | 'BF16';

/**
 * Numbers from 16-bit floats; exact.
 *
 * @param bits - The floats' bits.
 */
export function fromHalves(bits: Uint16Array, type: HalfFloat): Float32Array<ArrayBuffer> {
  const words = new Uint32Array(bits.length);
  const values = new Float32Array(words.buffer);
  if (type === 'BF16') {
    bits.forEach((half, i) => (words[i] = half << 16));
    return values;
  }
  bits.forEach((half, i) => {
    const sign = (half & 0x8000) << 16;
    const exponent = (half >> 10) & 0x1f;
    const fraction = half & 0x3ff;
    if (exponent === 0) values[i] = (sign === 0 ? 1 : -1) * fraction * 2 ** -24;
    else if (exponent === 31) words[i] = sign | 0x7f800000 | (fraction << 13);
    else words[i] = sign | ((exponent + 112) << 23) | (fraction << 13);
  });
  return values;
}

/**
 * 16-bit floats from numbers, rounded to the nearest, ties to even. What is too large becomes infinite;
 * NaN stays NaN.
 */
export function toHalves(values: Float32Array, type: HalfFloat): Uint16Array<ArrayBuffer> {
  // A copy: the array may begin anywhere in its buffer.
  const words = new Uint32Array(Float32Array.from(values).buffer);
  const convert = type === 'F16' ? toBinary16 : toBfloat16;
  return Uint16Array.from(words, convert);
}

function toBfloat16(word: number): number {
  if ((word & 0x7fffffff) > 0x7f800000) return (word >>> 16) | 0x40;
  return (word + 0x7fff + ((word >>> 16) & 1)) >>> 16;
}

function toBinary16(word: number): number {
  const sign = (word >>> 16) & 0x8000;
  const magnitude = word & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  // From 65520 on, the nearest is what would come after the largest.
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude >= 0x38800000) {
    const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
    return sign | ((rounded - 0x38000000) >>> 13);
  }
  return sign | subnormal(magnitude);
}

/** The multiple of 2^-24 nearest to a float32 below 2^-14. */
function subnormal(magnitude: number): number {
  const exponent = magnitude >>> 23;
  if (exponent < 102) return 0; // below 2^-25
  const fraction = (magnitude & 0x7fffff) | 0x800000;
  const shift = 126 - exponent;
  const half = 2 ** (shift - 1);
  const kept = Math.floor(fraction / 2 ** shift);
  const rest = fraction - kept * 2 ** shift;
  return rest > half || (rest === half && kept % 2 === 1) ? kept + 1 : kept;
}
