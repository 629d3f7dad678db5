export type {
  DataSource,
  ImageDataset,
  ImageDatasetName,
  ImageSize,
  ImageSplit,
  LoadProgress,
} from './dataset.ts';
export { imageSets } from './imageSets.ts';
export type { ImageSet } from './imageSets.ts';
export { toModelImages } from './modelImages.ts';
export type { ModelImageOptions } from './modelImages.ts';
