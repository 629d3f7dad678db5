import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { dataSets, type DatasetName } from '@working-papers/data';

/** What a data set costs a visitor to load. */
export interface DownloadSize {
  readonly title: string;
  /** Compressed; exact once the file was asked for, else near it. */
  readonly bytes: number;
}

/** A data set as it goes over the wire. */
export interface DataFile {
  readonly body: ReadableStream;
  readonly headers: Readonly<Record<string, string>>;
}

/** The data set that a file name means, for example `mnist.safetensors`. */
export function dataSetOfFile(file: string): DatasetName | undefined {
  return Object.values(dataSets).find(({ name }) => file === `${name}.safetensors`)?.name;
}

/** The entity tag of a data set: its file never differs without its hash. */
export function tagOf(name: DatasetName): string {
  return `"${dataSets[name].file.sha256.slice(0, 32)}"`;
}

/**
 * Gives a data set's file, fetched and converted on first use and compressed once.
 *
 * @param dataFolder - Keeps the compressed file.
 * @param acceptsGzip - Whether the receiver can read it compressed.
 * @throws {DataError} If it cannot be had.
 */
export async function openDataFile(
  name: DatasetName,
  dataFolder: string,
  acceptsGzip: boolean,
): Promise<DataFile> {
  // Loaded late: it brings npm's client, which no other page needs.
  const { dataFilePath } = await import('@working-papers/data/node');
  const plain = await dataFilePath(name);
  const path = acceptsGzip ? await compressed(plain, dataFolder) : plain;
  const { size } = await stat(path);
  return {
    // The boundary between Node's streams and those of the web, whose types differ in name only.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    body: Readable.toWeb(createReadStream(path)) as ReadableStream,
    headers: {
      'Content-Type': 'application/octet-stream',
      'Content-Length': String(size),
      // The size is what the client counts against; the coding is undone before.
      ...(acceptsGzip ? { 'Content-Encoding': 'gzip' } : {}),
    },
  };
}

/** What a data set costs to load. */
export async function downloadSize(name: DatasetName, dataFolder: string): Promise<DownloadSize> {
  const { title, file } = dataSets[name];
  const known = await stat(compressedPath(`${name}-${file.sha256.slice(0, 12)}`, dataFolder)).catch(
    () => undefined,
  );
  return { title, bytes: known?.size ?? file.gzipBytes };
}

const compressing = new Map<string, Promise<void>>();

async function compressed(plain: string, dataFolder: string): Promise<string> {
  const path = compressedPath(basename(plain, '.safetensors'), dataFolder);
  const isThere = await stat(path).then(
    () => true,
    () => false,
  );
  if (isThere) return path;
  const work = compressing.get(path) ?? compress(plain, path);
  compressing.set(path, work);
  try {
    await work;
  } finally {
    compressing.delete(path);
  }
  return path;
}

async function compress(plain: string, path: string): Promise<void> {
  const temporary = `${path}.tmp`;
  const { makeFolder } = await import('@working-papers/data/node');
  await makeFolder(dirname(path));
  try {
    await pipeline(createReadStream(plain), createGzip(), createWriteStream(temporary));
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

function compressedPath(stem: string, dataFolder: string): string {
  return join(dataFolder, 'wire', `${stem}.safetensors.gz`);
}
