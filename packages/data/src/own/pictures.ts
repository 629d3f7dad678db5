import { ConfigError, DataError } from '@working-papers/grad';
import type { ImageDataset, ImageSize } from '../dataset.ts';

/** What pictures of any size become. */
export interface PictureOptions {
  readonly height: number;
  readonly width: number;
  /** 1: luma; 3: red, green, blue of sRGB. Default 3. */
  readonly channels?: 1 | 3;
  /**
   * How another shape is made to fit: `crop` scales the shorter side and cuts the rest off on both sides,
   * `pad` scales the longer side and fills up with black, `stretch` scales both. Default `crop`.
   */
  readonly fit?: 'crop' | 'pad' | 'stretch';
}

/** A picture that is still a file, with its class and its part. */
export interface PictureFile {
  /** What messages call it. */
  readonly name: string;
  readonly className: string;
  readonly part: 'train' | 'test';
  readonly read: () => Promise<Uint8Array>;
}

/** How pictures are decoded, and for whom. */
export interface DecodeOptions extends PictureOptions {
  /** What messages call the one who asks. */
  readonly operation: string;
  /** Fixes the order of classes. Default: sorted by code unit. */
  readonly classNames?: readonly string[] | undefined;
}

/** Pictures decoded at the same time; the decoder has its own threads. */
const concurrency = 16;

/**
 * Decodes pictures: turned as their camera says, transparency on white, resampled by Lanczos where the
 * size differs.
 *
 * @param name - Of the data set.
 * @param files - In the order that the images of each part shall have.
 * @param options - Size, classes, and who asks.
 * @param signal - Ends the work with its reason.
 * @throws {DataError} If a picture cannot be read, a part is empty, or a class is unknown.
 * @throws {ConfigError} If a size is not a positive integer, or there are more than 256 classes.
 */
export async function decodePictures(
  name: string,
  files: readonly PictureFile[],
  { operation, ...options }: DecodeOptions,
  signal?: AbortSignal,
): Promise<ImageDataset> {
  const size = sizeOf(operation, options);
  const classNames =
    options.classNames ?? [...new Set(files.map(({ className }) => className))].toSorted();
  if (classNames.length > 256) {
    throw new ConfigError(
      `${operation}: there are ${classNames.length} classes; at most 256 are supported`,
    );
  }
  const part = async (wanted: 'train' | 'test') => {
    const own = files.filter((file) => file.part === wanted);
    if (own.length === 0)
      throw new DataError(
        `${operation}: no picture belongs to ${wanted}; add some, or change testFraction`,
      );
    const labels = Uint8Array.from(own, (file) => labelOf(file, classNames));
    const pixels = await decodeAll(own, { size, fit: options.fit ?? 'crop' }, signal);
    return { pixels, labels, count: own.length, ...size };
  };
  return { name, classNames, ...size, train: await part('train'), test: await part('test') };
}

function sizeOf(operation: string, { height, width, channels = 3 }: PictureOptions): ImageSize {
  for (const [key, value] of Object.entries({ height, width })) {
    if (!Number.isInteger(value) || value < 1) {
      throw new ConfigError(`${operation}: ${key} = ${value} is not a positive integer`);
    }
  }
  return { height, width, channels };
}

function labelOf({ name, className }: PictureFile, classNames: readonly string[]): number {
  const label = classNames.indexOf(className);
  if (label >= 0) return label;
  throw new DataError(
    `${name}: is of the class ${JSON.stringify(className)}; the classes are ${classNames.join(', ')}`,
  );
}

interface Target {
  readonly size: ImageSize;
  readonly fit: 'crop' | 'pad' | 'stretch';
}

async function decodeAll(files: readonly PictureFile[], target: Target, signal?: AbortSignal) {
  const { height, width, channels } = target.size;
  const bytes = height * width * channels;
  const pixels = new Uint8Array(files.length * bytes);
  for (let first = 0; first < files.length; first += concurrency) {
    signal?.throwIfAborted();
    const batch = files.slice(first, first + concurrency);
    const decoded = await Promise.all(batch.map((file) => decode(file, target)));
    decoded.forEach((image, i) => {
      pixels.set(image, (first + i) * bytes);
    });
  }
  return pixels;
}

const sharpFit = { crop: 'cover', pad: 'contain', stretch: 'fill' } as const;

async function decode({ name, read }: PictureFile, { size, fit }: Target): Promise<Uint8Array> {
  const { height, width, channels } = size;
  const file = await read();
  const { default: sharp } = await import('sharp'); // native; loaded only by those who need it
  try {
    return await sharp(file, { autoOrient: true })
      .flatten({ background: 'white' })
      .resize({ height, width, fit: sharpFit[fit], background: 'black' })
      .toColourspace(channels === 1 ? 'b-w' : 'srgb')
      .raw()
      .toBuffer();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DataError(`${name}: cannot be read as a picture: ${reason}`, { cause });
  }
}
