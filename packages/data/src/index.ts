export type { DataSource, ImageDataset, ImageDatasetName, ImageSplit } from './dataset.ts';
