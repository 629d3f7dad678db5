// Where the walk of conformance.slow.test.ts asks less of an operation, and why. All lists are alphabetical.
// What concerns a single sample stands at the sample: `differentiable` and `slack`.

/** No gradient flows: the result counts, compares or jumps, or is cut off on purpose. */
export const withoutGradient: readonly string[] = [
  'all',
  'any',
  'argMaxPool',
  'argmax',
  'argmin',
  'ceil',
  'equal',
  'floor',
  'greater',
  'greaterEqual',
  'isNaN',
  'less',
  'lessEqual',
  'logicalAnd',
  'logicalNot',
  'logicalOr',
  'logicalXor',
  'oneHot',
  'round',
  'sign',
  'stopGradient',
];

/** ONNX Runtime has no float64 kernel of an operator that the value or the gradients need. */
export const withoutFloat64: ReadonlySet<string> = new Set([
  'acos',
  'asin',
  'atan',
  'atan2',
  'erf',
  'gelu',
]);

/**
 * What inputs may be that their samples do not type, of operations whose own rule decides (`accepts:
 * 'any'`): anything unless named here.
 */
export const inputTypes: Readonly<Record<string, 'float' | 'number'>> = {
  addAlongAxis: 'number',
  crossEntropy: 'float',
  ctcLoss: 'float',
  ctcOccupancy: 'float',
  embedding: 'float',
  sampledMatmul: 'float',
  scatterAdd: 'number',
  sparseMatmul: 'float',
  sparseTransposeMatmul: 'float',
};
