export type {
  DatasetName,
  DataSource,
  ImageDataset,
  ImageDatasetName,
  ImageSize,
  ImageSplit,
  LoadProgress,
  TextDataset,
  TextDatasetName,
  TextDocument,
  TextSplit,
  WordVectors,
  WordVectorsName,
} from './dataset.ts';
export { toModelImages } from './modelImages.ts';
export type { ModelImageOptions } from './modelImages.ts';
export type { DataSet, ImageSet, TextPart, TextSet, VectorSet } from './sets/dataSet.ts';
export { dataSets } from './sets/dataSets.ts';
export { byteLevelBpe } from './tokenizers/byteLevelBpe.ts';
export { characterTokenizer, trainCharacters } from './tokenizers/characters.ts';
export type { CharacterTrainingOptions } from './tokenizers/characters.ts';
export type {
  AddedToken,
  BpeDefinition,
  CharacterDefinition,
  DecodeOptions,
  Tokenizer,
} from './tokenizers/tokenizer.ts';
export { loadTokenizer, saveTokenizer } from './tokenizers/tokenizerFile.ts';
export { trainBpe } from './tokenizers/trainBpe.ts';
export type { BpeTrainingOptions } from './tokenizers/trainBpe.ts';
