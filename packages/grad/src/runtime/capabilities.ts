import type { DType } from '../dtype.ts';
import { adaptGraph } from './adaptGraph.ts';
import type { Capabilities } from './backend.ts';

// Which operators of ONNX Runtime 1.30 run with which element types. Each entry, and each absence of an
// operator that test/operatorCases.ts has, is tried by test/capabilities.test.ts and
// test/browser/capabilities.browser.test.ts.

type Table = Readonly<Record<string, readonly DType[]>>;

/** The native kernels and those of WebAssembly are the same; what is not listed takes every type. */
const cpu: Table = table([
  [
    ['float32'],
    `Acos Acosh Asin Asinh Atan Atanh AveragePool Celu Conv ConvTranspose Cosh Det Elu Erf Gelu
     GlobalAveragePool Hardmax HardSigmoid HardSwish InstanceNormalization LRN LeakyRelu
     MeanVarianceNormalization Mish PRelu Selu Sinh Softplus Softsign Tan`,
  ],
  [
    ['float32', 'float64'],
    `Ceil Cos DepthToSpace Exp Floor Gemm GridSample GroupNormalization IsInf IsNaN LayerNormalization Log LogSoftmax MaxPool
     Reciprocal Round Sigmoid SimplifiedLayerNormalization Sin Softmax SpaceToDepth Sqrt Tanh com.microsoft.FastGelu
     com.microsoft.FusedMatMul com.microsoft.QuickGelu`,
  ],
  [['float32', 'float64', 'int32'], 'Relu'],
  [['float32', 'int32'], 'Resize'],
  [
    ['float32', 'float64', 'int32', 'int64'],
    `Abs Add ArgMax ArgMin Clip CumSum Div Einsum Greater GreaterOrEqual Less LessOrEqual MatMul Max Min
     Mod Mul Neg Pow ReduceL1 ReduceL2 ReduceLogSumExp ReduceMean ReduceProd ReduceSum
     ReduceSumSquare Sign Sub TopK Where`,
  ],
  [['int64'], 'OneHot'],
  [['bool'], 'And Not Or Xor'],
  // In none of the packages, or only in those for training.
  [[], 'com.microsoft.BiasSoftmax com.microsoft.BiasSplitGelu com.microsoft.GroupNorm'],
]);

/**
 * What WebGPU runs, and no more: the rest would run on the CPU. The fused attention operators do run
 * and are left out, as their numbers differ from those of the CPU.
 */
const webgpu: Table = table([
  [
    ['float32'],
    `Abs Acos Acosh Asin Asinh Atan Atanh AveragePool Ceil Conv ConvTranspose Cos Cosh DepthToSpace
     Einsum Elu Erf Exp Floor GatherElements Gelu GlobalAveragePool HardSigmoid HardSwish
     InstanceNormalization LayerNormalization LeakyRelu Log MatMul MaxPool Mish Neg PRelu Reciprocal
     Relu Sigmoid SimplifiedLayerNormalization Sin Sinh Slice Softmax Softplus Sqrt Tan Tanh com.microsoft.FastGelu
     com.microsoft.QuickGelu`,
  ],
  [
    ['float32', 'int32'],
    `Add ArgMax ArgMin Clip Concat CumSum Div Equal GatherND Gemm Greater GreaterOrEqual Identity Less
     LessOrEqual Max Min Mul Pad Pow ReduceL1 ReduceL2 ReduceLogSumExp ReduceMax ReduceMean
     ReduceMin ReduceProd ReduceSum ReduceSumSquare Resize ScatterElements ScatterND Split Squeeze
     Sub Tile Transpose Trilu Where`,
  ],
  [['float32'], 'TopK'],
  [['float32', 'int32', 'bool'], 'Cast Expand Flatten Gather Reshape Unsqueeze'],
  [['bool'], 'And Not'],
]);

/**
 * What WebGPU runs but not as operations need it, so that they are told that it does not: TopK orders
 * equal elements as it likes, ReduceLogSumExp overflows, LayerNormalization takes the variance as
 * E[x^2] - E[x]^2, and the second output of SimplifiedLayerNormalization is wrong.
 */
const webgpuCareful = new Set([
  'LayerNormalization',
  'ReduceLogSumExp',
  'SimplifiedLayerNormalization',
  'TopK',
]);

/** Of the native kernels and of those of WebAssembly. */
export const cpuCapabilities: Capabilities = {
  supports: (operator, dtype = 'float32') => cpu[operator]?.includes(dtype) ?? true,
};

/**
 * Of WebGPU, which has neither int64 nor float64: see {@link adaptGraph}.
 *
 * @param options - `backend`: its name, for messages. `allowFallback`: whether operators that it lacks
 * may run on the CPU.
 */
export function webgpuCapabilities(options: {
  readonly backend: string;
  readonly allowFallback: boolean;
}): Capabilities {
  return {
    supports: (operator, dtype = 'float32') =>
      webgpuRuns(operator, dtype) && !webgpuCareful.has(operator),
    adapt: (graph) => adaptGraph(graph, { ...options, runs: webgpuRuns }),
  };
}

/** Whether WebGPU runs an operator, rightly or not. */
export function webgpuRuns(operator: string, dtype: DType): boolean {
  return webgpu[operator]?.includes(dtype) ?? false;
}

/** Every operator that a table names. */
export const knownOperators: readonly string[] = [
  ...new Set([...Object.keys(cpu), ...Object.keys(webgpu)]),
].toSorted();

function table(rows: readonly (readonly [readonly DType[], string])[]): Table {
  return Object.fromEntries(
    rows.flatMap(([types, operators]) =>
      operators.split(/\s+/).map((operator) => [operator, types]),
    ),
  );
}
