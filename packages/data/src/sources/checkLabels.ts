import { DataError } from '@working-papers/grad';
import type { ImageSet } from '../sets/dataSet.ts';

/**
 * Checks that each label is a class of the set.
 *
 * @throws {DataError} If one is not.
 */
export function checkLabels(set: ImageSet, labels: ArrayLike<number>, path: string): void {
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!;
    if (!Number.isInteger(label) || label < 0 || label >= set.classNames.length) {
      throw new DataError(
        `${set.name}: ${path} has the label ${JSON.stringify(label)} at index ${i}; the classes are 0 to ${set.classNames.length - 1}`,
      );
    }
  }
}
