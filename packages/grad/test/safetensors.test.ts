import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CheckpointError } from '../src/errors.ts';
import { fromHalves, toHalves } from '../src/halfFloat.ts';
import { decodeSafetensors, encodeSafetensors, type Safetensor } from '../src/safetensors.ts';
import fixture from './fixtures/safetensors.json' with { type: 'json' };

describe('against the reference implementation', () => {
  const tensors: Record<string, Safetensor> = {
    z: { dtype: 'F32', shape: [2], data: Float32Array.of(1.5, -2) },
    mean: { dtype: 'F64', shape: [], data: Float64Array.of(3.25) },
    counts: { dtype: 'I64', shape: [1, 3], data: BigInt64Array.of(1n, -2n, 2n ** 40n) },
    'blocks.0.indices': { dtype: 'I32', shape: [2, 1], data: Int32Array.of(7, -7) },
    pixels: { dtype: 'U8', shape: [3], data: Uint8Array.of(0, 255, 3) },
    mask: { dtype: 'BOOL', shape: [2], data: Uint8Array.of(1, 0) },
    none: { dtype: 'F32', shape: [0, 4], data: new Float32Array(0) },
    half: {
      dtype: 'F16',
      shape: [2, 3],
      data: Float32Array.of(1.5, -0, 2 ** -24, 65504, 1365 / 4096, -Infinity),
    },
    brain: {
      dtype: 'BF16',
      shape: [3],
      data: Float32Array.of(171 / 512, -226 * 2 ** 120, 2 ** -133),
    },
  };
  const file = new Uint8Array(Buffer.from(fixture.base64, 'base64'));

  test('reads what it wrote', () => {
    const decoded = decodeSafetensors(file);
    expect(decoded.tensors).toEqual(tensors);
    expect(decoded.metadata).toEqual({ format: 'np' });
  });

  test('writes the same bytes', () => {
    expect(encodeSafetensors(tensors, { format: 'np' })).toEqual(file);
  });
});

describe.each(['F16', 'BF16'] as const)('%s', (dtype) => {
  const numbers = new Float32Array(Uint32Array.from(fixture.numbers).buffer);

  test('numbers become the nearest, ties to even, as in numpy', () => {
    expect(Array.from(toHalves(numbers, dtype))).toEqual(fixture[dtype]);
  });

  test('every bit pattern is read and written back', () => {
    const patterns = Uint16Array.from({ length: 2 ** 16 }, (_, i) => i);
    const values = fromHalves(patterns, dtype);
    const isNumber = (_: number, i: number) => !Number.isNaN(values[i]);
    const back = toHalves(values, dtype);
    expect(back.filter(isNumber)).toEqual(patterns.filter(isNumber));
    const nans = values.filter(Number.isNaN).length;
    expect(nans).toBe(dtype === 'F16' ? 2 * 1023 : 2 * 127);
    expect(fromHalves(back, dtype).filter(Number.isNaN).length).toBe(nans);
  });

  test('is read as float32, also where it is not aligned', () => {
    const data = Float32Array.of(0.5, -3);
    const file = encodeSafetensors({ w: { dtype, shape: [2], data } });
    const shifted = new Uint8Array(file.length + 1).subarray(1);
    shifted.set(file);
    for (const copy of [file, shifted]) {
      expect(decodeSafetensors(copy).tensors['w']).toEqual({ dtype, shape: [2], data });
    }
  });
});

describe('round trip', () => {
  const shape = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 });
  const size = (sizes: readonly number[]) => sizes.reduce((product, n) => product * n, 1);
  const halves = (length: fc.IntArrayConstraints) =>
    fc
      .uint16Array(length)
      .map((bits) => fromHalves(bits, 'F16').map((v) => (Number.isNaN(v) ? 0 : v)));
  const sized = { size: 'max' } as const;
  const tensor: fc.Arbitrary<Safetensor> = shape.chain((sizes) => {
    const length = { minLength: size(sizes), maxLength: size(sizes), ...sized };
    const of = <D extends string, Data>(dtype: D, data: fc.Arbitrary<Data>) =>
      fc.record({ dtype: fc.constant(dtype), shape: fc.constant(sizes), data });
    return fc.oneof(
      of('F64', fc.float64Array(length)),
      of('F32', fc.float32Array(length)),
      of('F16', halves(length)),
      of('I64', fc.bigInt64Array(length)),
      of('I32', fc.int32Array(length)),
      of('U8', fc.uint8Array(length)),
      of('BOOL', fc.uint8Array({ ...length, max: 1 })),
    );
  });
  const name = fc
    .oneof(fc.string({ unit: 'binary' }), fc.constantFrom('__proto__', 'constructor', '0', '"\\'))
    .filter((text) => text !== '__metadata__');
  const named = fc.dictionary(name, tensor, { noNullPrototype: true });
  const texts = fc.dictionary(name, fc.string({ unit: 'binary' }), { noNullPrototype: true });

  test('gives back every name, shape, bit and text, at every alignment', () => {
    fc.assert(
      fc.property(named, texts, fc.integer({ min: 0, max: 8 }), (tensors, metadata, shift) => {
        const file = encodeSafetensors(tensors, metadata);
        const shifted = new Uint8Array(file.length + shift).subarray(shift);
        shifted.set(file);
        const decoded = decodeSafetensors(shifted);
        expect(new Map(Object.entries(decoded.tensors))).toEqual(new Map(Object.entries(tensors)));
        expect(new Map(Object.entries(decoded.metadata))).toEqual(
          new Map(Object.entries(metadata)),
        );
      }),
      { seed: 20_241_124, numRuns: 300 },
    );
  });

  test('no flipped bit of the header goes unnoticed', () => {
    const file = encodeSafetensors({ w: { dtype: 'U8', shape: [2, 3], data: new Uint8Array(6) } });
    const original = decodeSafetensors(file);
    const unnoticed = Array.from({ length: (file.length - 6) * 8 }, (_, bit) => bit).filter(
      (bit) => {
        const flipped = file.slice();
        flipped[bit >> 3]! ^= 1 << (bit & 7);
        try {
          return isDeepStrictEqual(decodeSafetensors(flipped), original);
        } catch (error) {
          if (error instanceof CheckpointError) return false;
          throw error;
        }
      },
    );
    expect(unnoticed).toEqual([]);
  });
});

describe('memory', () => {
  const tensors: Record<string, Safetensor> = {
    w: { dtype: 'F32', shape: [2], data: Float32Array.of(1, 2) },
  };

  test('an aligned tensor is a view of the file', () => {
    const file = encodeSafetensors(tensors);
    expect(decodeSafetensors(file).tensors['w']?.data.buffer).toBe(file.buffer);
  });

  test('a tensor that is not aligned is a copy, also out of a Buffer', () => {
    const file = encodeSafetensors(tensors);
    const shifted = Buffer.alloc(file.length + 2).subarray(2);
    shifted.set(file);
    const { w } = decodeSafetensors(shifted).tensors;
    expect(w?.data).toEqual(Float32Array.of(1, 2));
    expect(w?.data.buffer).not.toBe(shifted.buffer);
  });

  test('bytes out of a Buffer are a plain Uint8Array', () => {
    const file = encodeSafetensors({ b: { dtype: 'U8', shape: [1], data: Uint8Array.of(9) } });
    const { b } = decodeSafetensors(Buffer.from(file)).tensors;
    expect(b?.data.constructor).toBe(Uint8Array);
  });
});

test('the names __proto__ and constructor are names like others', () => {
  const one: Safetensor = { dtype: 'U8', shape: [1], data: Uint8Array.of(1) };
  const file = encodeSafetensors(Object.fromEntries([['__proto__', one]]));
  const { tensors, metadata } = decodeSafetensors(file);
  expect(Object.keys(tensors)).toEqual(['__proto__']);
  expect(Object.getPrototypeOf(tensors)).toBeNull();
  expect(Object.getPrototypeOf(metadata)).toBeNull();
  expect('constructor' in tensors).toBe(false);
  expect(Object.hasOwn(Object.prototype, 'dtype')).toBe(false);
});

describe('refuses', () => {
  const entry = (fields: Record<string, unknown>) =>
    JSON.stringify({ w: { dtype: 'U8', shape: [4], data_offsets: [0, 4], ...fields } });
  const pair = (a: readonly number[], b: readonly number[]) =>
    JSON.stringify({
      a: { dtype: 'U8', shape: [1], data_offsets: a },
      b: { dtype: 'U8', shape: [1], data_offsets: b },
    });

  test('every file that breaks the format, saying how', () => {
    const messages = [
      ['shorter than 8 bytes', new Uint8Array(7)],
      ['header above 100 MB', fileOf('{}', { headerBytes: 2n ** 64n - 1n })],
      ['ends within the header', fileOf('{}', { headerBytes: 7n })],
      ['empty header', fileOf('')],
      ['header is a list', fileOf('[]')],
      ['header begins with a space', fileOf(' {}')],
      ['header is not UTF-8', fileOf(Uint8Array.of(0x7b, 0x22, 0xff, 0x22))],
      ['header is not JSON', fileOf('{"a":}')],
      ['metadata are a list', fileOf('{"__metadata__":[]}')],
      ['metadata hold a number', fileOf('{"__metadata__":{"a":1}}')],
      ['entry is null', fileOf('{"w":null}')],
      ['no dtype', fileOf('{"w":{"shape":[],"data_offsets":[0,1]}}', { dataBytes: 1 })],
      ['unknown dtype', fileOf(entry({ dtype: 'F8_E4M3' }))],
      ['dtype from the prototype', fileOf(entry({ dtype: 'toString' }))],
      ['unknown field', fileOf(entry({ stride: [1] }))],
      ['fields in __proto__', fileOf('{"w":{"__proto__":{"dtype":"U8"}}}')],
      ['negative size', fileOf(entry({ shape: [-4] }))],
      ['fractional size', fileOf(entry({ shape: [0.5, 8] }))],
      ['size as text', fileOf(entry({ shape: ['4'] }))],
      ['size above 2^53', fileOf('{"w":{"dtype":"U8","shape":[1e300],"data_offsets":[0,4]}}')],
      ['product above 2^53', fileOf(entry({ shape: [2 ** 31, 2 ** 31] }))],
      ['three offsets', fileOf(entry({ data_offsets: [0, 4, 8] }))],
      ['reversed offsets', fileOf(entry({ data_offsets: [4, 0] }))],
      ['size against shape', fileOf(entry({ shape: [3] }))],
      ['key twice', fileOf('{"a":1,"b":{"c":1,"d":[1],"c":2}}')],
      ['key twice, once escaped', fileOf(String.raw`{"__metadata__":{"w":"","\u0077":""}}`)],
      ['deep nesting', fileOf(`{"w":${'['.repeat(1e5)}${']'.repeat(1e5)}}`)],
      ['hole', fileOf(pair([0, 1], [2, 3]), { dataBytes: 3 })],
      ['overlap', fileOf(pair([0, 1], [0, 1]), { dataBytes: 1 })],
      ['hole at the start', fileOf(entry({ data_offsets: [4, 8] }), { dataBytes: 8 })],
      ['file too short', fileOf(entry({}), { dataBytes: 3 })],
      ['bytes behind the last tensor', fileOf(entry({}), { dataBytes: 5 })],
      ['BOOL of 7', fileOf(entry({ dtype: 'BOOL' }), { fill: 7 })],
      ['very long name', fileOf(`{"${'x'.repeat(1e6)}":0}`)],
      ['terminal escape in a name', fileOf(String.raw`{"\u001b[2J":0}`)],
    ] satisfies [string, Uint8Array][];
    expect(Object.fromEntries(messages.map(([title, file]) => [title, decodingError(file)])))
      .toMatchInlineSnapshot(`
        {
          "BOOL of 7": "CheckpointError: safetensors: "w" has the BOOL 7 at index 0; expected 0 or 1",
          "bytes behind the last tensor": "CheckpointError: safetensors: the tensors take 4 bytes and the file holds 5",
          "deep nesting": "CheckpointError: safetensors: the header is nested more than 3 deep",
          "dtype from the prototype": "CheckpointError: safetensors: "w" has dtype "toString"; those read here are I64, F64, F32, I32, BF16, F16, U8, BOOL",
          "empty header": "CheckpointError: safetensors: the header does not begin with {",
          "ends within the header": "CheckpointError: safetensors: the header should have 7 bytes and only 6 follow its length",
          "entry is null": "CheckpointError: safetensors: "w" is null; expected dtype, shape and data_offsets",
          "fields in __proto__": "CheckpointError: safetensors: "w" has the unknown fields ["__proto__"]",
          "file too short": "CheckpointError: safetensors: the tensors take 4 bytes and the file holds 3",
          "fractional size": "CheckpointError: safetensors: "w" has shape [0.5,8]; expected a list of non-negative integers",
          "header above 100 MB": "CheckpointError: safetensors: the header should have 18446744073709551615 bytes; at most 100000000 are allowed",
          "header begins with a space": "CheckpointError: safetensors: the header does not begin with {",
          "header is a list": "CheckpointError: safetensors: the header does not begin with {",
          "header is not JSON": "CheckpointError: safetensors: the header is not JSON",
          "header is not UTF-8": "CheckpointError: safetensors: the header is not UTF-8",
          "hole": "CheckpointError: safetensors: "b" begins at byte 2; expected 1, without hole or overlap",
          "hole at the start": "CheckpointError: safetensors: "w" begins at byte 4; expected 0, without hole or overlap",
          "key twice": "CheckpointError: safetensors: the key "c" occurs twice in the header",
          "key twice, once escaped": "CheckpointError: safetensors: the key "w" occurs twice in the header",
          "metadata are a list": "CheckpointError: safetensors: __metadata__ is []; expected an object of texts",
          "metadata hold a number": "CheckpointError: safetensors: __metadata__ holds 1 as "a"; expected a text",
          "negative size": "CheckpointError: safetensors: "w" has shape [-4]; expected a list of non-negative integers",
          "no dtype": "CheckpointError: safetensors: "w" has dtype undefined; those read here are I64, F64, F32, I32, BF16, F16, U8, BOOL",
          "overlap": "CheckpointError: safetensors: "b" begins at byte 0; expected 1, without hole or overlap",
          "product above 2^53": "CheckpointError: safetensors: "w": U8 [2147483648,2147483648] is too large",
          "reversed offsets": "CheckpointError: safetensors: "w" has data_offsets [4,0]; expected [begin, end]",
          "shorter than 8 bytes": "CheckpointError: safetensors: the file has 7 bytes; the header's length alone takes 8",
          "size above 2^53": "CheckpointError: safetensors: "w" has shape [1e+300]; expected a list of non-negative integers",
          "size against shape": "CheckpointError: safetensors: "w": U8 [3] takes 3 bytes and its data_offsets [0, 4] hold 4",
          "size as text": "CheckpointError: safetensors: "w" has shape ["4"]; expected a list of non-negative integers",
          "terminal escape in a name": "CheckpointError: safetensors: "\\u001b[2J" is 0; expected dtype, shape and data_offsets",
          "three offsets": "CheckpointError: safetensors: "w" has data_offsets [0,4,8]; expected [begin, end]",
          "unknown dtype": "CheckpointError: safetensors: "w" has dtype "F8_E4M3"; those read here are I64, F64, F32, I32, BF16, F16, U8, BOOL",
          "unknown field": "CheckpointError: safetensors: "w" has the unknown fields ["stride"]",
          "very long name": "CheckpointError: safetensors: "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx… is 0; expected dtype, shape and data_offsets",
        }
      `);
  });

  test('to write what could not be read back', () => {
    const w = { dtype: 'F32', shape: [2], data: new Float32Array(2) } as const;
    const errors = {
      'size against shape': { w: { ...w, shape: [3] } },
      'negative size': { w: { ...w, shape: [-1, -2] } },
      'reserved name': { __metadata__: w },
      'half a character as name': { '\ud83d': w },
      'too large for F16': { w: { ...w, dtype: 'F16', data: Float32Array.of(1, -65520) } },
      'too large for BF16': { w: { ...w, dtype: 'BF16', data: Float32Array.of(Infinity, 3.4e38) } },
      'BOOL of 2': { m: { dtype: 'BOOL', shape: [1], data: Uint8Array.of(2) } },
    } satisfies Record<string, Record<string, Safetensor>>;
    expect(
      Object.fromEntries(
        Object.entries(errors).map(([title, tensors]) => [
          title,
          messageOf(() => encodeSafetensors(tensors)),
        ]),
      ),
    ).toMatchInlineSnapshot(`
      {
        "BOOL of 2": "CheckpointError: safetensors: "m" has the BOOL 2 at index 0; expected 0 or 1",
        "half a character as name": "CheckpointError: safetensors: "\\ud83d" is not well-formed Unicode",
        "negative size": "CheckpointError: safetensors: "w" has shape [-1,-2]; expected a list of non-negative integers",
        "reserved name": "CheckpointError: safetensors: a tensor cannot be named "__metadata__"",
        "size against shape": "CheckpointError: safetensors: "w": F32 [3] takes 12 bytes and has 8",
        "too large for BF16": "CheckpointError: safetensors: "w" has 3.3999999521443642e+38 at index 1, too large for BF16",
        "too large for F16": "CheckpointError: safetensors: "w" has -65520 at index 1, too large for F16",
      }
    `);
    expect(() => encodeSafetensors({}, { key: '\udc00' })).toThrowErrorMatchingInlineSnapshot(
      `[CheckpointError: safetensors: "\\udc00" is not well-formed Unicode]`,
    );
  });
});

/** A file with this header and data bytes that are all `fill`. */
function fileOf(
  header: string | Uint8Array,
  { dataBytes = 4, headerBytes, fill = 0 }: FileOptions = {},
): Uint8Array {
  const bytes = typeof header === 'string' ? new TextEncoder().encode(header) : header;
  const file = new Uint8Array(8 + bytes.length + dataBytes).fill(fill);
  new DataView(file.buffer).setBigUint64(0, headerBytes ?? BigInt(bytes.length), true);
  file.set(bytes, 8);
  return file;
}

interface FileOptions {
  dataBytes?: number;
  headerBytes?: bigint;
  fill?: number;
}

function decodingError(file: Uint8Array): string {
  return messageOf(() => decodeSafetensors(file));
}

function messageOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return String(error);
  }
  return 'accepted';
}
