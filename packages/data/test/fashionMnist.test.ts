import { expect, test } from 'vitest';
import { fashionMnistFormat, parseClassRows } from '../src/sources/fashionMnist.ts';
import { imageSets } from '../src/sets/imageSets.ts';
import type { SourceFiles } from '../src/sources/sourceFormat.ts';

test('reads rows as images and drops those of another length', () => {
  const json = '{"data":[[1,2],[],[3,255],[4],[5,6,7]]}';
  expect(parseClassRows(json, 'f', 2)).toEqual([Uint8Array.of(1, 2), Uint8Array.of(3, 255)]);
});

test('refuses what has not the form of the files', () => {
  const message = (json: string) => {
    try {
      return parseClassRows(json, 'fashion-mnist: 0.json', 2);
    } catch (error) {
      return String(error);
    }
  };
  expect({
    torn: message('{"data":[[1,2],[3'),
    'a list': message('[[1,2]]'),
    null: message('null'),
    'data that are no list': message('{"data":{"0":[1,2]}}'),
    'a row that is no list': message('{"data":[[1,2],7]}'),
    'a value above 255': message('{"data":[[0,256]]}'),
    'a negative value': message('{"data":[[-1,0]]}'),
    'a fraction, as if scaled to 1': message('{"data":[[0.5,1]]}'),
    'a value as text': message('{"data":[["1",0]]}'),
    'a missing value': message('{"data":[[null,0]]}'),
  }).toMatchInlineSnapshot(`
    {
      "a fraction, as if scaled to 1": "DataError: fashion-mnist: 0.json: row 0 has the pixel 0.5 at index 0; expected an integer from 0 to 255",
      "a list": "DataError: fashion-mnist: 0.json: has no list "data"",
      "a missing value": "DataError: fashion-mnist: 0.json: row 0 has the pixel null at index 0; expected an integer from 0 to 255",
      "a negative value": "DataError: fashion-mnist: 0.json: row 0 has the pixel -1 at index 0; expected an integer from 0 to 255",
      "a row that is no list": "DataError: fashion-mnist: 0.json: row 1 is not a list of pixels",
      "a value above 255": "DataError: fashion-mnist: 0.json: row 0 has the pixel 256 at index 1; expected an integer from 0 to 255",
      "a value as text": "DataError: fashion-mnist: 0.json: row 0 has the pixel "1" at index 0; expected an integer from 0 to 255",
      "data that are no list": "DataError: fashion-mnist: 0.json: has no list "data"",
      "null": "DataError: fashion-mnist: 0.json: has no list "data"",
      "torn": "DataError: fashion-mnist: 0.json: is not JSON",
    }
  `);
});

const tiny = { ...imageSets['fashion-mnist'], height: 1, width: 1, trainCount: 20, testCount: 10 };

/** Class c holds the pixels 10c, 10c + 1 and 10c + 2. */
const files: SourceFiles = {
  paths: [],
  read: (path) => {
    const label = Number(/(\d)\.json$/.exec(path)?.[1]);
    const data = [[10 * label], [], [10 * label + 1], [10 * label + 2]];
    return new TextEncoder().encode(JSON.stringify({ data }));
  },
};

test('the first images of each class train, the last test, and classes alternate', async () => {
  const { train, test: heldOut } = await fashionMnistFormat.convert(tiny, files);
  const classes = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
  expect([...train.labels]).toEqual([...classes, ...classes]);
  expect([...train.pixels]).toEqual([
    ...classes.map((c) => 10 * c),
    ...classes.map((c) => 10 * c + 1),
  ]);
  expect([...heldOut.labels]).toEqual(classes);
  expect([...heldOut.pixels]).toEqual(classes.map((c) => 10 * c + 2));
});

test('refuses a class with another number of images', async () => {
  const set = { ...tiny, testCount: 20 };
  await expect(fashionMnistFormat.convert(set, files)).rejects.toThrowErrorMatchingInlineSnapshot(
    `[DataError: fashion-mnist: src/clothes/0.json: has 3 images; expected 4]`,
  );
});

test('stops between two classes', async () => {
  const controller = new AbortController();
  const asked: string[] = [];
  const converting = fashionMnistFormat.convert(
    tiny,
    {
      ...files,
      read: (path) => {
        asked.push(path);
        controller.abort(new Error('stopped'));
        return files.read(path);
      },
    },
    controller.signal,
  );
  await expect(converting).rejects.toThrow('stopped');
  expect(asked).toEqual(['src/clothes/0.json']);
});
