export { minimumCostAssignment } from './assignment.ts';
export { bootstrapInterval, pairedDifference } from './bootstrap.ts';
export type { BootstrapOptions, PairedDifference, PairedDifferenceOptions } from './bootstrap.ts';
export {
  brierScore,
  expectedCalibrationError,
  negativeLogLikelihood,
  reliabilityCurve,
} from './calibration.ts';
export type { CalibrationOptions, ReliabilityBin } from './calibration.ts';
export {
  accuracy,
  auroc,
  averagePrecision,
  balancedAccuracy,
  detection,
  falsePositiveRateAt,
  rocCurve,
} from './classification.ts';
export type { Detection, RocPoint } from './classification.ts';
export { clusteringAccuracy } from './clustering.ts';
export { pairedCorrelation, pearsonCorrelation } from './correlation.ts';
export type { PairedCorrelation } from './correlation.ts';
export { kendallTest, pearsonTest, spearmanTest } from './correlationTests.ts';
export type { CorrelationTest, PearsonTest } from './correlationTests.ts';
export { studentBound } from './distributions.ts';
export { characterErrorRate, editDistance, wordErrorRate } from './editDistance.ts';
export type { Edits } from './editDistance.ts';
export { explainedVariance, keptEnergyFraction, nmse } from './explainedVariance.ts';
export { intrinsicDimension } from './intrinsicDimension.ts';
export type { IntrinsicDimensionOptions } from './intrinsicDimension.ts';
export { kMeans, lloyd } from './kMeans.ts';
export type { Clustering, KMeansOptions } from './kMeans.ts';
export {
  matrix,
  multiply,
  orthonormalBasis,
  svd,
  symmetricEigen,
  transpose,
} from './linearAlgebra.ts';
export type { Matrix, SingularValues, SymmetricEigen } from './linearAlgebra.ts';
export { argmaxOfRows, linearProbe, softmaxOfRows } from './linearProbe.ts';
export type { LabelledFeatures, ProbeOptions, ProbeResult } from './linearProbe.ts';
export { logisticRegression } from './logisticRegression.ts';
export type { LogisticOptions } from './logisticRegression.ts';
export { mannWhitney } from './mannWhitney.ts';
export type { MannWhitney } from './mannWhitney.ts';
export { mean, meanInterval } from './meanInterval.ts';
export { memorisation } from './memorisation.ts';
export type { Memorisation } from './memorisation.ts';
export { nearestNeighbours, nearestOthers } from './nearestNeighbours.ts';
export type { Neighbours } from './nearestNeighbours.ts';
export { pca } from './pca.ts';
export { points } from './points.ts';
export type { Points } from './points.ts';
export { principalAngles } from './principalAngles.ts';
export { integrateOnLogGrid } from './quadrature.ts';
export type { QuadratureOptions } from './quadrature.ts';
export { quantile } from './quantile.ts';
export { kendallTau, ranks, spearmanCorrelation } from './rankCorrelation.ts';
export { applyLinear, ridge } from './ridge.ts';
export type { LinearMap, RidgeFit } from './ridge.ts';
export { rougeL, rougeN, rougeWords } from './rouge.ts';
export type { RougeScore } from './rouge.ts';
export { solveOde } from './solveOde.ts';
export type { Derivative, OdeOptions } from './solveOde.ts';
export { standardisationOf, standardise } from './standardisation.ts';
export type { Standardisation } from './standardisation.ts';
export { bitsPerByte, bitsPerCharacter, distinctN, perplexity } from './textLikelihood.ts';
