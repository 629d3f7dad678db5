import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeModel, type OnnxGraph } from '../src/onnx/model.ts';
import { ProtobufWriter } from '../src/onnx/protobuf.ts';

type Field = [field: number, value: bigint | number | Uint8Array];

/** The fields of a message, by the wire format (protobuf.dev/programming-guides/encoding). */
function read(bytes: Uint8Array): Field[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fields: Field[] = [];
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = view.getUint8(at++);
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const field = tag >> 3;
    if ((tag & 7) === 0) {
      fields.push([field, BigInt.asIntN(64, varint())]);
    } else if ((tag & 7) === 5) {
      fields.push([field, view.getFloat32(at, true)]);
      at += 4;
    } else if ((tag & 7) === 2) {
      const end = Number(varint()) + at;
      if (end > bytes.length) throw new Error(`field ${field} ends behind the message`);
      fields.push([field, bytes.subarray(at, end)]);
      at = end;
    } else {
      throw new Error(`wire type ${tag & 7}`);
    }
  }
  return fields;
}

function written(write: (writer: ProtobufWriter) => void): Uint8Array {
  const writer = new ProtobufWriter();
  write(writer);
  return writer.finish();
}

const text = (value: unknown) =>
  value instanceof Uint8Array ? new TextDecoder().decode(value) : String(value);

describe('varints', () => {
  test.each<[number | bigint, readonly number[]]>([
    [0, [0]],
    [1, [1]],
    [127, [127]],
    [128, [0x80, 0x01]],
    [150, [0x96, 0x01]],
    [2 ** 31 - 1, [0xff, 0xff, 0xff, 0xff, 0x07]],
    [2 ** 31, [0x80, 0x80, 0x80, 0x80, 0x08]],
    [2 ** 53 - 1, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f]],
    [-1, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]],
    [-(2 ** 31), [0x80, 0x80, 0x80, 0x80, 0xf8, 0xff, 0xff, 0xff, 0xff, 0x01]],
    [-(2n ** 63n), [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01]],
  ])('%d is written as %j', (value, expected) => {
    expect([...written((writer) => writer.int(1, value))]).toEqual([8, ...expected]);
  });

  test('every 64-bit integer is read back, with every field number', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5000 }),
        fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
        (field, value) => {
          expect(read(written((writer) => writer.int(field, value)))).toEqual([[field, value]]);
        },
      ),
      { seed: 1, numRuns: 500 },
    );
  });
});

test('floats and strings are read back', () => {
  const bytes = written((writer) => {
    writer.float(2, -1.5);
    writer.string(3, 'größer 数');
    writer.string(4, '');
    writer.float(5, Infinity);
  });
  expect(
    read(bytes).map(([field, value]) => [field, typeof value === 'number' ? value : text(value)]),
  ).toEqual([
    [2, -1.5],
    [3, 'größer 数'],
    [4, ''],
    [5, Infinity],
  ]);
});

describe('nested messages', () => {
  // Both sides of the length from which byte strings are kept by reference.
  test.each([0, 1, 4095, 4096, 4097, 100_000])('hold %d bytes at three depths', (size) => {
    const payload = Uint8Array.from({ length: size }, (_, i) => i % 251);
    const bytes = written((writer) => {
      writer.bytes(1, payload);
      writer.message(2, () => {
        writer.int(1, 5);
        writer.message(3, () => writer.bytes(4, payload));
        writer.bytes(5, payload);
        writer.int(6, 7);
      });
      writer.message(7, () => undefined);
      writer.int(8, 9);
    });
    const [first, outer, empty, last, ...rest] = read(bytes);
    expect(rest).toEqual([]);
    expect([first, empty, last]).toEqual([
      [1, payload],
      [7, new Uint8Array(0)],
      [8, 9n],
    ]);
    const [five, inner, second, seven] = read(
      outer?.[1] instanceof Uint8Array ? outer[1] : payload,
    );
    expect([outer?.[0], five, second, seven]).toEqual([2, [1, 5n], [5, payload], [6, 7n]]);
    expect(inner?.[0]).toBe(3);
    expect(read(inner?.[1] instanceof Uint8Array ? inner[1] : payload)).toEqual([[4, payload]]);
  });

  test('many small fields outgrow the first buffer', () => {
    const bytes = written((writer) => {
      writer.message(1, () => {
        for (let i = 0; i < 20_000; i++) writer.int(2, i);
      });
    });
    const [message] = read(bytes);
    const fields = message?.[1] instanceof Uint8Array ? read(message[1]) : [];
    expect(fields.map(([, value]) => Number(value))).toEqual(
      Array.from({ length: 20_000 }, (_, i) => i),
    );
  });

  test('the bytes are those of the view, not of its buffer', () => {
    const view = Uint8Array.of(1, 2, 3, 4, 5).subarray(1, 4);
    expect(read(written((writer) => writer.bytes(1, view)))).toEqual([[1, Uint8Array.of(2, 3, 4)]]);
  });
});

test('a model has the fields that onnx.proto gives them', () => {
  const graph: OnnxGraph = {
    nodes: [
      {
        type: 'FusedMatMul',
        domain: 'com.microsoft',
        inputs: ['x', 'c'],
        outputs: ['y'],
        attributes: { transA: 1, alpha: { float: 0.5 }, mode: 'linear', perm: [0, -1] },
      },
    ],
    initializers: [{ name: 'c', dtype: 'int64', shape: [2], data: BigInt64Array.of(1n, -1n) }],
    inputs: [{ name: 'x', dtype: 'float32', shape: [3, 2] }],
    outputs: [{ name: 'y', dtype: 'bool', shape: [] }],
  };
  const nested = (fields: Field[], number: number): Field[][] =>
    fields.flatMap(([field, value]) =>
      field === number && value instanceof Uint8Array ? [read(value)] : [],
    );
  const model = read(encodeModel(graph));
  const [body = []] = nested(model, 7);
  const [node = []] = nested(body, 1);
  expect(
    node.filter(([field]) => field !== 5).map(([field, value]) => [field, text(value)]),
  ).toEqual([
    [1, 'x'],
    [1, 'c'],
    [2, 'y'],
    [4, 'FusedMatMul'],
    [7, 'com.microsoft'],
  ]);
  const attributes = nested(node, 5).map((fields) => fields.map(([f, v]) => [f, text(v)]));
  expect(attributes).toEqual([
    [
      [1, 'transA'],
      [3, '1'],
      [20, '2'],
    ],
    [
      [1, 'alpha'],
      [2, '0.5'],
      [20, '1'],
    ],
    [
      [1, 'mode'],
      [4, 'linear'],
      [20, '3'],
    ],
    [
      [1, 'perm'],
      [8, '0'],
      [8, '-1'],
      [20, '7'],
    ],
  ]);
  const [constant = []] = nested(body, 5);
  expect(constant).toEqual([
    [1, 2n],
    [2, 7n],
    [8, new TextEncoder().encode('c')],
    [9, Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255)],
  ]);
  const typeOf = (field: number) => {
    const [type = []] = nested(nested(body, field)[0] ?? [], 2);
    const [tensorType = []] = nested(type, 1);
    const [shape = []] = nested(tensorType, 2);
    const sizes = nested(shape, 1).map(([size]) => size?.[1]);
    return { dtype: tensorType[0]?.[1], sizes };
  };
  expect([typeOf(11), typeOf(12)]).toEqual([
    { dtype: 1n, sizes: [3n, 2n] },
    { dtype: 9n, sizes: [] },
  ]);
  const opsets = nested(model, 8).map((fields) => fields.map(([, value]) => text(value)));
  expect(opsets).toEqual([
    ['', '21'],
    ['com.microsoft', '1'],
  ]);
});
