export { minimumCostAssignment } from './assignment.ts';
export { bootstrapInterval } from './bootstrap.ts';
export type { BootstrapOptions } from './bootstrap.ts';
export { clusteringAccuracy } from './clustering.ts';
export { pairedCorrelation, pearsonCorrelation } from './correlation.ts';
export type { PairedCorrelation } from './correlation.ts';
export { intrinsicDimension } from './intrinsicDimension.ts';
export type { IntrinsicDimensionOptions } from './intrinsicDimension.ts';
export {
  matrix,
  multiply,
  orthonormalBasis,
  svd,
  symmetricEigen,
  transpose,
} from './linearAlgebra.ts';
export type { Matrix, SingularValues, SymmetricEigen } from './linearAlgebra.ts';
export { mean, meanInterval } from './meanInterval.ts';
export { memorisation } from './memorisation.ts';
export type { Memorisation } from './memorisation.ts';
export { nearestNeighbours, nearestOthers } from './nearestNeighbours.ts';
export type { Neighbours } from './nearestNeighbours.ts';
export { pca } from './pca.ts';
export { points } from './points.ts';
export type { Points } from './points.ts';
export { quantile } from './quantile.ts';
