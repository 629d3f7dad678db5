import { createServer } from 'node:http';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readParquetImages, type ParquetImageOptions } from '../src/own/parquetImages.ts';
import { readParquetText } from '../src/own/parquetText.ts';
import type { ParquetPlace } from '../src/own/parquetFiles.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wp-parquet-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

type Options = Parameters<typeof parquetWriteBuffer>[0];

async function put(path: string, options: Options): Promise<string> {
  const place = join(folder, path);
  await mkdir(dirname(place), { recursive: true });
  await writeFile(place, new Uint8Array(parquetWriteBuffer(options)));
  return place;
}

const grey = (value: number) =>
  sharp(new Uint8Array(4).fill(value), { raw: { width: 2, height: 2, channels: 1 } })
    .png()
    .toBuffer();

/** A table as `datasets` writes it: a group of bytes and path, and a number with names in the metadata. */
async function hubTable(values: readonly number[], labels: readonly number[]): Promise<Options> {
  const pictures = await Promise.all(values.map(grey));
  const features = {
    image: { _type: 'Image' },
    label: { names: ['cat', 'dog'], _type: 'ClassLabel' },
  };
  return {
    schema: [
      { name: 'root', num_children: 2 },
      { name: 'image', num_children: 2, repetition_type: 'OPTIONAL' },
      { name: 'bytes', type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL' },
      { name: 'path', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
      { name: 'label', type: 'INT64', repetition_type: 'OPTIONAL' },
    ],
    columnData: [
      {
        name: 'image',
        data: pictures.map((bytes, i) => ({ bytes: new Uint8Array(bytes), path: `${i}.png` })),
      },
      { name: 'label', data: labels.map(BigInt) },
    ],
    kvMetadata: [{ key: 'huggingface', value: JSON.stringify({ info: { features } }) }],
    rowGroupSize: 2,
  };
}

const size = { height: 2, width: 2, channels: 1 } as const;
const read = (place: ParquetPlace = folder, options: Partial<ParquetImageOptions> = {}) =>
  readParquetImages(place, { ...size, ...options });
const message = (reading: Promise<unknown>) =>
  reading.then(
    () => 'read',
    (error: unknown) =>
      String(error)
        .replaceAll(folder, '<folder>')
        .replaceAll(/127\.0\.0\.1:\d+/g, '<server>'),
  );

describe('pictures', () => {
  test('of a data set of the hub come with its parts, classes and order', async () => {
    await put('data/train-00000-of-00002.parquet', await hubTable([1, 2, 3], [0, 1, 1]));
    await put('data/train-00001-of-00002.parquet', await hubTable([4], [0]));
    await put('data/test-00000-of-00001.parquet', await hubTable([5], [1]));
    const { train, test: heldOut, classNames } = await read();
    expect(classNames).toEqual(['cat', 'dog']);
    expect([...train.labels]).toEqual([0, 1, 1, 0]);
    expect([...train.pixels]).toEqual([1, 2, 3, 4].flatMap((v) => [v, v, v, v]));
    expect([...heldOut.pixels]).toEqual([5, 5, 5, 5]);
  });

  test('of train and validation test on validation; with test, validation is left out', async () => {
    await put('train/0000.parquet', await hubTable([1], [0]));
    await put('validation/0000.parquet', await hubTable([2], [0]));
    expect([...(await read()).test.pixels]).toEqual([2, 2, 2, 2]);
    await put('test/0000.parquet', await hubTable([3], [0]));
    expect([...(await read()).test.pixels]).toEqual([3, 3, 3, 3]);
    expect((await read()).train.count).toBe(1);
  });

  test('of one file are cut by the hash of its rows', async () => {
    const values = Array.from({ length: 20 }, (_, i) => i);
    const place = await put(
      'train-00000-of-00001.parquet',
      await hubTable(
        values,
        values.map((v) => v % 2),
      ),
    );
    const { train, test: heldOut } = await read(place, { testFraction: 0.3 });
    const own = (pixels: Uint8Array) => [...pixels].filter((_, i) => i % 4 === 0);
    expect([...own(train.pixels), ...own(heldOut.pixels)].toSorted((a, b) => a - b)).toEqual(
      values,
    );
    expect(own(heldOut.pixels)).toHaveLength(heldOut.count);
    expect(await read(folder, { testFraction: 0.3 })).toEqual(
      await read(place, { testFraction: 0.3, name: 'parquet' }),
    );
  });

  test('may be a column of bytes, with classes in words', async () => {
    const pictures = await Promise.all([7, 8].map(grey));
    for (const part of ['train', 'test']) {
      await put(`${part}.parquet`, {
        columnData: [
          { name: 'png', type: 'BYTE_ARRAY', data: pictures.map((bytes) => new Uint8Array(bytes)) },
          { name: 'animal', type: 'STRING', data: ['whale', 'ant'] },
        ],
      });
    }
    const columns = { imageColumn: 'png', labelColumn: 'animal' };
    const { train, classNames } = await read(folder, columns);
    expect([classNames, ...train.labels]).toEqual([['ant', 'whale'], 1, 0]);
    const named = await read(folder, { ...columns, classNames: ['whale', 'ant', 'cow'] });
    expect([named.classNames.length, ...named.train.labels]).toEqual([3, 0, 1]);
  });
});

describe('an address', () => {
  test('is read by ranges', async () => {
    const file = new Uint8Array(parquetWriteBuffer(await hubTable([1, 2], [0, 1])));
    const server = createServer((request, response) => {
      const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
      if (request.method === 'HEAD') response.setHeader('content-length', file.length).end();
      else if (request.url !== '/data/train/0000.parquet') response.writeHead(404).end();
      else response.writeHead(206).end(file.subarray(Number(from), Number(to) + 1));
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const address = server.address();
    const base = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    try {
      const local = await put('test/0000.parquet', await hubTable([9], [0]));
      const images = await read([`${base}/data/train/0000.parquet`, local]);
      expect([...images.train.pixels]).toEqual([1, 1, 1, 1, 2, 2, 2, 2]);
      expect([...images.test.pixels]).toEqual([9, 9, 9, 9]);
      expect(await message(read(`${base}/none.parquet`))).toMatchInlineSnapshot(
        `"DataError: readParquetImages: http://<server>/none.parquet: cannot read what it holds: fetch failed 404"`,
      );
    } finally {
      server.closeAllConnections();
      server.close();
    }
    expect(await message(read(`${base}/none.parquet`))).toMatchInlineSnapshot(
      `"DataError: readParquetImages: http://<server>/none.parquet: cannot read what it holds: fetch failed: connect ECONNREFUSED <server>"`,
    );
  });
});

describe('refuses, and names file and row,', () => {
  test('what is no picture', async () => {
    await put('train.parquet', await hubTable([1], [0]));
    await put('test.parquet', {
      columnData: [
        {
          name: 'image',
          type: 'BYTE_ARRAY',
          data: [new Uint8Array(await grey(1)), Uint8Array.of(1, 2, 3)],
        },
        { name: 'label', type: 'INT32', data: [0, 1] },
      ],
    });
    expect(await message(read())).toMatchInlineSnapshot(
      `"DataError: readParquetImages: <folder>/test.parquet, row 1: cannot be read as a picture: Input buffer contains unsupported image format"`,
    );
    await put('test.parquet', {
      columnData: [
        { name: 'image', type: 'STRING', data: ['a.png'] },
        { name: 'label', type: 'INT32', data: [0] },
      ],
    });
    expect(await message(read())).toMatchInlineSnapshot(
      `"DataError: readParquetImages: <folder>/test.parquet, row 0: the column "image" holds no bytes of a picture"`,
    );
  });

  test('a class that has no name, or none at all', async () => {
    await put('train.parquet', await hubTable([1, 1, 1], [0, 1, 2]));
    expect(await message(read())).toMatchInlineSnapshot(
      `"DataError: readParquetImages: <folder>/train.parquet, row 2: is of the class 2; the classes are 0 to 1"`,
    );
    await put('train.parquet', {
      columnData: [
        { name: 'image', type: 'BYTE_ARRAY', data: [new Uint8Array(await grey(1))] },
        { name: 'label', type: 'DOUBLE', data: [null] },
      ],
    });
    expect(await message(read())).toMatchInlineSnapshot(
      `"DataError: readParquetImages: <folder>/train.parquet, row 0: the column "label" holds neither a number nor a string"`,
    );
  });

  test('files that are torn, empty, or not there', async () => {
    const whole = new Uint8Array(parquetWriteBuffer(await hubTable([1, 2, 3], [0, 0, 1])));
    const place = join(folder, 'train.parquet');
    const torn = async (bytes: Uint8Array) => {
      await writeFile(place, bytes);
      return message(read(place));
    };
    expect({
      'end missing': await torn(whole.subarray(0, -20)),
      'one byte': await torn(whole.subarray(0, 1)),
      empty: await torn(new Uint8Array(0)),
      'rows overwritten': await torn(whole.map((byte, i) => (i > 4 && i < 150 ? 255 : byte))),
      'not there': await message(read(join(folder, 'none.parquet'))),
      'no file': await message(read([])),
    }).toMatchInlineSnapshot(`
      {
        "empty": "DataError: readParquetImages: <folder>/train.parquet: cannot read what it holds: it has only 0 bytes",
        "end missing": "DataError: readParquetImages: <folder>/train.parquet: cannot read what it holds: parquet file invalid (footer != PAR1)",
        "no file": "DataError: readParquetImages: the list holds no .parquet file",
        "not there": "DataError: readParquetImages: cannot read <folder>/none.parquet: ENOENT: no such file or directory, stat '<folder>/none.parquet'",
        "one byte": "DataError: readParquetImages: <folder>/train.parquet: cannot read what it holds: it has only 1 bytes",
        "rows overwritten": "DataError: readParquetImages: <folder>/train.parquet: cannot read rows 0 to 1: thrift unhandled type: 14",
      }
    `);
  });

  test('columns that are not there, names that clash, options without effect', async () => {
    await put('train/0000.parquet', await hubTable([1], [0]));
    await put('test/0000.parquet', await hubTable([1], [0]));
    const [train, heldOut] = [
      join(folder, 'train/0000.parquet'),
      join(folder, 'test/0000.parquet'),
    ];
    expect({
      column: await message(read(folder, { imageColumn: 'img' })),
      fraction: await message(read(folder, { testFraction: 0.5 })),
      twins: await message(read([train, heldOut])),
    }).toMatchInlineSnapshot(`
      {
        "column": "DataError: readParquetImages: <folder>/test/0000.parquet has no column "img"; it has image, label",
        "fraction": "ConfigError: readParquetImages: testFraction = 0.5 has no effect: the names of the files say what they are for; leave it out",
        "twins": "DataError: readParquetImages: two files are called 0000.parquet, and rows are named by it; give the folder above them",
      }
    `);
    await put('more.parquet', await hubTable([1], [0]));
    expect(await message(read())).toMatchInlineSnapshot(
      `"DataError: readParquetImages: the name of <folder>/more.parquet says no part (train, validation, test), unlike others; rename it"`,
    );
  });
});

describe('texts', () => {
  const table = (texts: readonly (string | null)[]): Options => ({
    columnData: [
      { name: 'text', type: 'STRING', data: [...texts] },
      { name: 'stars', type: 'INT32', data: texts.map((_, i) => i) },
    ],
    rowGroupSize: 2,
  });
  const decode = ({ bytes }: { readonly bytes: Uint8Array }) => new TextDecoder().decode(bytes);

  test('come with the parts that the names of files say, and with labels', async () => {
    await put('train.parquet', table(['eins', 'zwei', 'drei']));
    await put('validation.parquet', table(['vier']));
    await put('test.parquet', table(['fünf']));
    const text = await readParquetText(folder, { labelColumns: ['stars'] });
    expect([decode(text.validation), decode(text.test)]).toEqual(['vier\n', 'fünf\n']);
    expect(decode(text.train).split('\n').toSorted()).toEqual(['', 'drei', 'eins', 'zwei']);
    expect(text.test.documents).toEqual([
      { name: 'test.parquet:0', start: 0, end: 6, labels: { stars: '0' } },
    ]);
  });

  test('without such names fall into parts by the hash of file and row', async () => {
    const place = await put(
      'reviews.parquet',
      table(Array.from({ length: 50 }, (_, i) => `text ${i}`)),
    );
    const text = await readParquetText(place);
    const count = (['generator', 'judge', 'validation', 'test'] as const).map(
      (part) => text[part].documents.length,
    );
    expect(count).toEqual([30, 14, 1, 5]); // by the same rule in Python's hashlib
  });

  test('are refused with file and row if one is missing or not UTF-8', async () => {
    const place = await put('reviews.parquet', table(['a', 'b', null]));
    expect(await message(readParquetText(place))).toMatchInlineSnapshot(
      `"DataError: readParquetText: <folder>/reviews.parquet, row 2: the column "text" holds no text"`,
    );
    await put('reviews.parquet', {
      columnData: [
        { name: 'text', type: 'BYTE_ARRAY', data: [Uint8Array.of(0x61), Uint8Array.of(0xff)] },
      ],
    });
    expect(await message(readParquetText(place))).toMatchInlineSnapshot(
      `"DataError: readParquetText: <folder>/reviews.parquet, row 1: the column "text" is not UTF-8"`,
    );
  });
});
