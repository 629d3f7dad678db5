import { DataError, ShapeError } from '@working-papers/grad';
import { minimumCostAssignment } from './assignment.ts';
import { matrix } from './linearAlgebra.ts';

/**
 * Share of the items that a clustering puts right, the names of its clusters matched with the classes
 * as well as possible:
 *
 *     accuracy = max over one-to-one m of (1/n) #{ i : m(cluster_i) = class_i }.
 *
 * If there are more clusters than classes, the items of the clusters left over count as wrong.
 * Source: Yang et al. 2010, "Image Clustering Using Local Discriminant Models and Global Integration".
 *
 * @param clusters - Cluster of each item, integers from 0, [n], n ≥ 1.
 * @param classes - True class of each item, integers from 0, [n].
 * @returns A fraction from 0 to 1.
 * @throws {ShapeError} If the lengths differ.
 * @throws {DataError} If there are no items or a label is not an integer from 0.
 */
export function clusteringAccuracy(
  clusters: ArrayLike<number>,
  classes: ArrayLike<number>,
): number {
  const n = clusters.length;
  if (n !== classes.length) {
    throw new ShapeError(`clusteringAccuracy: ${n} clusters for ${classes.length} classes`);
  }
  if (n === 0) throw new DataError('clusteringAccuracy: no items; expected one or more');
  const size = 1 + Math.max(largestLabel('cluster', clusters), largestLabel('class', classes));
  const loss = new Float64Array(size * size);
  for (let i = 0; i < n; i++) loss[clusters[i]! * size + classes[i]!]! -= 1;
  const matched = minimumCostAssignment(matrix(size, size, loss));
  const lost = matched.reduce((sum, klass, cluster) => sum + loss[cluster * size + klass]!, 0);
  return -lost / n;
}

function largestLabel(kind: string, labels: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!;
    if (!Number.isInteger(label) || label < 0) {
      throw new DataError(
        `clusteringAccuracy: the ${kind} of item ${i} is ${label}; expected an integer from 0`,
      );
    }
    largest = Math.max(largest, label);
  }
  return largest;
}
