import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { Header } from 'tar';
import { sha256 } from '../src/checkFile.ts';
import { encodeImageFile, type RawSplits } from '../src/files/imageFile.ts';
import type { ImageSet } from '../src/sets/dataSet.ts';

/** Three training images and two test images of 2 x 2 pixels. */
export const tinySplits: RawSplits = {
  train: {
    pixels: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12),
    labels: Uint8Array.of(2, 0, 1),
  },
  test: { pixels: Uint8Array.of(250, 251, 252, 253, 0, 0, 0, 255), labels: Uint8Array.of(1, 1) },
};

/** An idx file of bytes. */
export function idxFile(shape: readonly number[], data: Uint8Array): Uint8Array {
  const file = new Uint8Array(4 + 4 * shape.length + data.length);
  file.set([0, 0, 8, shape.length]);
  shape.forEach((size, axis) => new DataView(file.buffer).setUint32(4 + 4 * axis, size));
  file.set(data, 4 + 4 * shape.length);
  return file;
}

/** The files of the package that holds {@link tinySplits}. */
export const tinyFiles: Readonly<Record<string, Uint8Array>> = {
  'package.json': new TextEncoder().encode('{"name":"tiny-mnist","version":"1.0.0"}'),
  'data/train-images-idx3-ubyte': idxFile([3, 2, 2], tinySplits.train.pixels),
  'data/train-labels-idx1-ubyte': idxFile([3], tinySplits.train.labels),
  'data/t10k-images-idx3-ubyte': idxFile([2, 2, 2], tinySplits.test.pixels),
  'data/t10k-labels-idx1-ubyte': idxFile([2], tinySplits.test.labels),
};

/** A package as npm packs it. */
export function tarballOf(files: Readonly<Record<string, Uint8Array>>): Buffer {
  const blocks = Object.entries(files).map(([path, content]) => {
    const size = content.length;
    const entry = Buffer.alloc(512 + Math.ceil(size / 512) * 512);
    new Header({ path: `package/${path}`, size, type: 'File', mode: 0o644 }).encode(entry);
    entry.set(content, 512);
    return entry;
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}

/** Subresource integrity of some bytes. */
export function integrityOf(bytes: Uint8Array): string {
  return `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
}

/** The data set that comes out of a tarball of {@link tinyFiles}. */
export async function tinySet(tarball: Uint8Array): Promise<ImageSet> {
  const set: ImageSet = {
    kind: 'image',
    name: 'mnist',
    title: 'Tiny MNIST',
    package: 'tiny-mnist',
    version: '1.0.0',
    integrity: integrityOf(tarball),
    tarballBytes: tarball.length,
    height: 2,
    width: 2,
    channels: 1,
    classNames: ['a', 'b', 'c'],
    trainCount: 3,
    testCount: 2,
    split: 'made up',
    faults: 'none',
    credit: 'nobody',
    licence: 'none',
    file: { bytes: 0, sha256: '', gzipBytes: 0 },
  };
  const bytes = encodeImageFile(set, tinySplits);
  return { ...set, file: { bytes: bytes.length, sha256: await sha256(bytes), gzipBytes: 0 } };
}
