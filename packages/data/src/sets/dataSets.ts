import type { DatasetName } from '../dataset.ts';
import type { DataSet } from './dataSet.ts';
import { imageSets } from './imageSets.ts';
import { textSets } from './textSets.ts';
import { vectorSets } from './vectorSets.ts';

/** Every data set by name. docs/adding-data.md says how to add one. */
export const dataSets: Readonly<Record<DatasetName, DataSet>> = {
  ...imageSets,
  ...textSets,
  ...vectorSets,
};
