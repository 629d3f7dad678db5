import { expect, test } from 'vitest';
import { parseIdx } from '../src/sources/idx.ts';

// Two images of 2 x 3 pixels, as the original files have it: big-endian sizes, then bytes.
const header = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3];
const pixels = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 255];
const file = Uint8Array.of(...header, ...pixels);

test('reads sizes and bytes', () => {
  expect(parseIdx(file, 'f')).toEqual({ shape: [2, 2, 3], data: Uint8Array.from(pixels) });
});

test('reads a file that lies within another array', () => {
  const outer = Buffer.concat([Buffer.from('xyz'), file]);
  expect(parseIdx(outer.subarray(3), 'f').shape).toEqual([2, 2, 3]);
});

test('reads sizes above 65,535', () => {
  const large = new Uint8Array(8 + 65_537);
  large.set([0, 0, 8, 1, 0, 1, 0, 1]);
  expect(parseIdx(large, 'f').shape).toEqual([65_537]);
});

test('refuses what is no idx file of bytes, or torn', () => {
  const message = (bytes: Uint8Array) => {
    try {
      return parseIdx(bytes, 'mnist: labels');
    } catch (error) {
      return String(error);
    }
  };
  expect({
    empty: message(new Uint8Array(0)),
    'three bytes': message(file.subarray(0, 3)),
    'other magic': message(Uint8Array.of(31, 139, 8, 0)),
    'float elements': message(Uint8Array.of(0, 0, 13, 1, 0, 0, 0, 0)),
    'header torn': message(file.subarray(0, 15)),
    'data torn': message(file.subarray(0, -1)),
    'data too long': message(Uint8Array.of(...file, 0)),
    'huge sizes': message(Uint8Array.of(0, 0, 8, 2, 255, 255, 255, 255, 255, 255, 255, 255)),
  }).toMatchInlineSnapshot(`
    {
      "data too long": "DataError: mnist: labels: has 29 bytes; [2, 2, 3] takes 28 with the header",
      "data torn": "DataError: mnist: labels: has 27 bytes; [2, 2, 3] takes 28 with the header",
      "empty": "DataError: mnist: labels: begins with the bytes []; expected [0, 0, 8, rank]",
      "float elements": "DataError: mnist: labels: begins with the bytes [0, 0, 13, 1]; expected [0, 0, 8, rank]",
      "header torn": "DataError: mnist: labels: has 15 bytes; the header alone takes 16",
      "huge sizes": "DataError: mnist: labels: has 12 bytes; [4294967295, 4294967295] takes 18446744065119617000 with the header",
      "other magic": "DataError: mnist: labels: begins with the bytes [31, 139, 8, 0]; expected [0, 0, 8, rank]",
      "three bytes": "DataError: mnist: labels: begins with the bytes [0, 0, 8]; expected [0, 0, 8, rank]",
    }
  `);
});
