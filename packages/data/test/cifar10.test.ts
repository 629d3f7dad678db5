import { describe, expect, test } from 'vitest';
import { cifar10BinaryFormat, cifar10Format } from '../src/sources/cifar10.ts';
import {
  sourceOf,
  tinyCifarBinary,
  tinyCifarPackage,
  tinyCifarSet,
  tinyCifarSplits,
} from './tinyCifar.ts';

const packed = await tinyCifarPackage();
const binary = tinyCifarBinary();

test('the pictures of the package and the author’s files give the same images and classes', async () => {
  expect(await cifar10Format.convert(tinyCifarSet, sourceOf(packed))).toEqual(tinyCifarSplits);
  expect(await cifar10BinaryFormat.convert(tinyCifarSet, sourceOf(binary))).toEqual(
    tinyCifarSplits,
  );
});

test('stops between two pictures', async () => {
  const reason = new Error('stopped');
  await expect(
    cifar10Format.convert(tinyCifarSet, sourceOf(packed), AbortSignal.abort(reason)),
  ).rejects.toBe(reason);
});

describe('refuses', () => {
  const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
  const failure = (path: string, content: Uint8Array) =>
    Promise.resolve(
      cifar10Format.convert(tinyCifarSet, sourceOf(new Map([...packed, [path, content]]))),
    ).then(() => 'converted', String);

  test('a torn picture', async () => {
    const torn = packed.get('data_batch_2.png')!.subarray(0, 50);
    expect(await failure('data_batch_2.png', torn)).toMatch(
      /^DataError: cifar-10: data_batch_2\.png: cannot be read as a picture: /,
    );
  });

  test('a picture of another size', async () => {
    expect(await failure('data_batch_3.png', packed.get('test_batch.png')!)).toMatchInlineSnapshot(
      `"DataError: cifar-10: data_batch_3.png: is [2, 4, 3]; expected [1, 4, 3]"`,
    );
  });

  test('labels that do not fit', async () => {
    expect({
      torn: await failure('train_lables.json', new TextEncoder().encode('[1,2')),
      'no list': await failure('train_lables.json', json({ 0: 1 })),
      'too few': await failure('train_lables.json', json([1, 2])),
      'no class': await failure('test_lables.json', json([3, 10])),
      'a fraction': await failure('test_lables.json', json([0.5, 1])),
      'a string': await failure('test_lables.json', json(['3', 1])),
    }).toMatchInlineSnapshot(`
      {
        "a fraction": "DataError: cifar-10: test_lables.json has the label 0.5 at index 0; the classes are 0 to 9",
        "a string": "DataError: cifar-10: test_lables.json has the label "3" at index 0; the classes are 0 to 9",
        "no class": "DataError: cifar-10: test_lables.json has the label 10 at index 1; the classes are 0 to 9",
        "no list": "DataError: cifar-10: train_lables.json: is not a list",
        "too few": "DataError: cifar-10: train_lables.json: has 2 labels; expected 5",
        "torn": "DataError: cifar-10: train_lables.json: is not JSON",
      }
    `);
  });

  test('a binary file of another length, or with a label without a class', () => {
    const convert = (content: Uint8Array) => () =>
      cifar10BinaryFormat.convert(
        tinyCifarSet,
        sourceOf(new Map([...binary, ['test_batch.bin', content]])),
      );
    const file = binary.get('test_batch.bin')!;
    expect(convert(file.subarray(1))).toThrowErrorMatchingInlineSnapshot(
      `[DataError: cifar-10: test_batch.bin has 25 bytes, expected 26]`,
    );
    expect(convert(file.with(13, 10))).toThrowErrorMatchingInlineSnapshot(
      `[DataError: cifar-10: test_batch.bin has the label 10 at index 1; the classes are 0 to 9]`,
    );
  });
});
