import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readImageFolder, type ImageFolderOptions } from '../src/own/imageFolder.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wp-images-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

type Colour = readonly [red: number, green: number, blue: number];
const red: Colour = [255, 0, 0];
const green: Colour = [0, 255, 0];
const blue: Colour = [0, 0, 255];
const black: Colour = [0, 0, 0];

/** A picture of columns of one colour each. */
const columns = (height: number, ...colours: readonly Colour[]) => {
  const rows = Array.from({ length: height }, () => colours.flat());
  const raw = { width: colours.length, height, channels: 3 } as const;
  return sharp(Uint8Array.from(rows.flat()), { raw });
};

async function put(path: string, content: Uint8Array | string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), content);
}

const size = { height: 2, width: 2 };
const read = (options: Partial<ImageFolderOptions> = {}) =>
  readImageFolder(folder, { ...size, ...options });
const message = async (reading: Promise<unknown>) =>
  (await reading.then(() => 'read', String)).replaceAll(folder, '<folder>');
const failure = (options: Partial<ImageFolderOptions> = {}) => message(read(options));

/** One picture for each part, the second of which is to be looked at. */
async function putPair(content: Uint8Array, name = 'b.png'): Promise<void> {
  await put('train/a/a.png', await columns(2, red, red).png().toBuffer());
  await put(`test/a/${name}`, content);
}

const looked = async (options: Partial<ImageFolderOptions> = {}) => [
  ...(await read(options)).test.pixels,
];

describe('parts and classes', () => {
  test('come from the folders train and test, in the order of paths', async () => {
    const [r, g, b] = await Promise.all(
      [red, green, blue].map((colour) => columns(2, colour, colour).png().toBuffer()),
    );
    await put('train/dogs/1.png', r!);
    await put('train/cats/deep/2.PNG', g!);
    await put('test/dogs/3.png', b!);
    await put('.DS_Store', 'hidden');
    const images = await read();
    expect(images).toMatchObject({ classNames: ['cats', 'dogs'], ...size, channels: 3 });
    expect([...images.train.labels]).toEqual([0, 1]);
    expect([...images.train.pixels.subarray(0, 3)]).toEqual(green);
    expect([...images.train.pixels.subarray(12, 15)]).toEqual(red);
    expect([...images.test.labels]).toEqual([1]);
    expect([...images.test.pixels]).toEqual([blue, blue, blue, blue].flat());
  });

  test('come from the hash of the path where there are no such folders, and stay when files are added', async () => {
    const picture = await columns(2, red, red).png().toBuffer();
    for (let i = 0; i < 40; i++) await put(`${i % 2 ? 'odd' : 'even'}/${i}.png`, picture);
    const before = await read({ testFraction: 0.25 });
    expect(before.train.count + before.test.count).toBe(40);
    expect(before.test.count).toBe(9); // by the same rule in Python's hashlib
    for (let i = 40; i < 60; i++) await put(`odd/${i}.png`, picture);
    const after = await read({ testFraction: 0.25 });
    const even = (labels: Uint8Array) => labels.filter((label) => label === 0).length;
    expect(even(after.test.labels)).toBe(even(before.test.labels));
  });
});

describe('a picture', () => {
  test('that is wider than wanted is cut on both sides', async () => {
    await putPair(await columns(2, red, green, blue, red).png().toBuffer());
    expect(await looked()).toEqual([green, blue, green, blue].flat());
  });

  test('is padded with black or stretched if that is asked for', async () => {
    await putPair(await columns(1, green, green).png().toBuffer());
    expect(await looked({ height: 3, fit: 'pad' })).toEqual(
      [black, black, green, green, black, black].flat(),
    );
    expect(await looked({ fit: 'stretch' })).toEqual([green, green, green, green].flat());
  });

  test('is shrunk by averaging', async () => {
    await putPair(await columns(4, red, red, red, blue, blue, blue).png().toBuffer());
    const [first, last] = [
      (await looked({ fit: 'stretch' })).slice(0, 3),
      (await looked({ fit: 'stretch' })).slice(3, 6),
    ];
    expect(first[0]! > 200 && last[2]! > 200).toBe(true);
  });

  test('in grey becomes three equal channels, and one in colour its luma', async () => {
    await putPair(await columns(2, [9, 9, 9], [77, 77, 77]).toColourspace('b-w').png().toBuffer());
    expect(await looked()).toEqual(
      [
        [9, 9, 9],
        [77, 77, 77],
        [9, 9, 9],
        [77, 77, 77],
      ].flat(),
    );
    expect(await looked({ channels: 1 })).toEqual([9, 77, 9, 77]);
  });

  test('that is transparent lies on white', async () => {
    const raw = { width: 2, height: 2, channels: 4 } as const;
    await putPair(await sharp(new Uint8Array(16), { raw }).png().toBuffer());
    expect(new Set(await looked())).toEqual(new Set([255]));
  });

  test('by a turned camera is turned back', async () => {
    const turned = await columns(
      8,
      ...Array.from({ length: 4 }, () => red),
      ...Array.from({ length: 4 }, () => blue),
    )
      .withMetadata({ orientation: 6 }) // the first row of what is stored is the right side of what was seen
      .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
      .toBuffer();
    await putPair(turned, 'b.jpeg');
    const [upper, lower] = [(await looked()).slice(0, 3), (await looked()).slice(6, 9)];
    expect(upper[0]! > 200 && upper[2]! < 50 && lower[2]! > 200 && lower[0]! < 50).toBe(true);
  });

  test('with 16 bits per channel keeps the upper 8, and one in CMYK or with a palette becomes RGB', async () => {
    const deep = await columns(2, [10, 20, 30], [40, 50, 60])
      .toColourspace('rgb16')
      .png()
      .toBuffer();
    await putPair(deep);
    expect(await looked()).toEqual([10, 20, 30, 40, 50, 60, 10, 20, 30, 40, 50, 60]);
    await putPair(await columns(2, red, blue).png({ palette: true }).toBuffer());
    expect(await looked()).toEqual([red, blue, red, blue].flat());
    await putPair(
      await columns(8, ...Array.from({ length: 8 }, () => green))
        .toColourspace('cmyk')
        .jpeg()
        .toBuffer(),
    );
    expect(await looked()).toHaveLength(12);
  });
});

describe('refuses', () => {
  test('a torn picture and a text with the name of one', async () => {
    const whole = await columns(64, ...Array.from({ length: 64 }, (_, i): Colour => [i, 3 * i, 7]))
      .png()
      .toBuffer();
    await putPair(whole.subarray(0, whole.length - 60));
    expect(await failure()).toMatch(
      /^DataError: readImageFolder: <folder>\/test\/a\/b\.png: cannot be read as a picture: /,
    );
    await putPair(Buffer.from('no picture'));
    expect(await failure()).toMatchInlineSnapshot(
      `"DataError: readImageFolder: <folder>/test/a/b.png: cannot be read as a picture: Input buffer contains unsupported image format"`,
    );
  });

  test('what is neither picture nor in its place', async () => {
    await putPair(await columns(2, red, red).png().toBuffer());
    await put('train/a/notes.txt', '');
    const text = await failure();
    await rename(join(folder, 'train/a/notes.txt'), join(folder, 'train/c.png'));
    const classless = await failure();
    await rename(join(folder, 'train/c.png'), join(folder, 'c.png'));
    expect([text, classless, await failure()]).toMatchInlineSnapshot(`
      [
        "DataError: readImageFolder: <folder>/train/a/notes.txt is no PNG, JPEG or WebP file; move it away",
        "DataError: readImageFolder: <folder>/train/c.png is in no folder of a class; put it into one",
        "DataError: readImageFolder: <folder>/c.png is neither in train nor in test, which <folder> has; move it away",
      ]
    `);
  });

  test('a folder that is empty or not there', async () => {
    const empty = await failure();
    const none = await message(readImageFolder(join(folder, 'none'), size));
    expect([empty, none]).toMatchInlineSnapshot(`
      [
        "DataError: readImageFolder: <folder> holds no file",
        "DataError: readImageFolder: cannot read the folder <folder>/none: ENOENT: no such file or directory, scandir '<folder>/none'",
      ]
    `);
  });

  test('options that are out of range or without effect', async () => {
    await putPair(await columns(2, red, red).png().toBuffer());
    const fraction = await failure({ testFraction: 0.5 });
    const height = await failure({ height: 0 });
    await rm(join(folder, 'test'), { recursive: true });
    expect([fraction, height, await failure({ testFraction: 1 })]).toMatchInlineSnapshot(`
      [
        "ConfigError: readImageFolder: testFraction = 0.5 has no effect: <folder> has train and test; leave it out",
        "ConfigError: readImageFolder: height = 0 is not a positive integer",
        "ConfigError: readImageFolder: testFraction = 1 is not between 0 and 1",
      ]
    `);
  });

  test('a part without pictures', async () => {
    await put('a/a.png', await columns(2, red, red).png().toBuffer());
    expect(await failure({ testFraction: 1e-9 })).toMatchInlineSnapshot(
      `"DataError: readImageFolder: no picture belongs to test; add some, or change testFraction"`,
    );
  });
});

test('ends with the reason of its signal', async () => {
  await putPair(await columns(2, red, red).png().toBuffer());
  const reason = new Error('stopped');
  await expect(readImageFolder(folder, size, AbortSignal.abort(reason))).rejects.toBe(reason);
});
