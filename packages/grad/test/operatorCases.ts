import { dtypes, type DType } from '../src/dtype.ts';
import { GraphBuilder, type Attributes } from '../src/onnx/graphBuilder.ts';
import { encodeModel } from '../src/onnx/model.ts';
import type { Backend, RuntimeTensor } from '../src/runtime/backend.ts';
import { sizeOf, type Shape } from '../src/shape.ts';
import { toTypedArray } from '../src/tensor.ts';

/** A call of one ONNX operator. */
export interface OperatorCase {
  readonly operator: string;
  /** Shapes of the inputs of the element type under test; none is `[4]`. */
  readonly shapes?: readonly Shape[];
  /** Inputs of fixed types, by position; numbers are a one-dimensional int64 constant. */
  readonly fixed?: Readonly<Record<number, readonly number[] | FixedInput>>;
  readonly attributes?: Attributes;
  /** Shape of the output. Default that of the first input. */
  readonly shape?: Shape;
  /** Element type of the output. Default that under test. */
  readonly dtype?: DType;
  /** Outputs, of which the first is looked at. Default 1. */
  readonly outputCount?: number;
}

interface FixedInput {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly values: readonly number[];
}

const unary = (operator: string): OperatorCase => ({ operator });
const binary = (operator: string): OperatorCase => ({ operator, shapes: [[4], [4]] });
const comparison = (operator: string): OperatorCase => ({ ...binary(operator), dtype: 'bool' });
const reduction = (operator: string): OperatorCase => ({ operator, fixed: { 1: [0] }, shape: [1] });
const image: Shape = [1, 2, 4, 4];
const indices = (dtype: DType): FixedInput => ({ dtype, shape: [4], values: [3, 0, 1, 2] });
const mask: FixedInput = { dtype: 'bool', shape: [4], values: [1, 0, 0, 1] };

/** What lowerings use or would like to use; {@link typesThatRun} tries each with every element type. */
export const operatorCases: readonly OperatorCase[] = [
  ...'Abs Neg Sign Exp Log Sqrt Reciprocal Floor Ceil Round Sin Cos Tan Asin Acos Atan Sinh Cosh Tanh'
    .split(' ')
    .map(unary),
  ...'Asinh Acosh Atanh Erf Sigmoid Relu LeakyRelu Elu Selu Celu Softplus Softsign HardSigmoid'
    .split(' ')
    .map(unary),
  ...'HardSwish Mish Gelu Identity Not Softmax LogSoftmax Clip com.microsoft.FastGelu com.microsoft.QuickGelu'
    .split(' ')
    .map(unary),
  ...'Add Sub Mul Div Pow Max Min And Or Xor PRelu'.split(' ').map(binary),
  ...'Equal Less Greater LessOrEqual GreaterOrEqual'.split(' ').map(comparison),
  ...'ReduceSum ReduceMean ReduceMax ReduceMin ReduceProd ReduceL1 ReduceL2 ReduceSumSquare ReduceLogSumExp'
    .split(' ')
    .map(reduction),
  { ...binary('Mod'), attributes: { fmod: 1 } },
  { operator: 'IsNaN', dtype: 'bool' },
  { operator: 'IsInf', dtype: 'bool' },
  { operator: 'Cast', attributes: { to: 1 }, dtype: 'float32' },
  { operator: 'Where', fixed: { 0: mask }, shapes: [[], [4]], shape: [4] },
  { operator: 'Reshape', fixed: { 1: [2, 2] }, shape: [2, 2] },
  { operator: 'Flatten', attributes: { axis: 0 }, shape: [1, 4] },
  { operator: 'Unsqueeze', fixed: { 1: [0] }, shape: [1, 4] },
  { operator: 'Squeeze', shapes: [[1, 4]], fixed: { 1: [0] }, shape: [4] },
  { operator: 'Expand', fixed: { 1: [2, 4] }, shape: [2, 4] },
  { operator: 'Tile', fixed: { 1: [2] }, shape: [8] },
  { operator: 'Transpose', shapes: [[2, 3]], attributes: { perm: [1, 0] }, shape: [3, 2] },
  { operator: 'Concat', shapes: [[4], [4]], attributes: { axis: 0 }, shape: [8] },
  { operator: 'Split', fixed: { 1: [4] }, attributes: { axis: 0 } },
  { operator: 'Slice', fixed: { 1: [1], 2: [3], 3: [0] }, shape: [2] },
  { operator: 'Pad', fixed: { 1: [1, 1] }, shape: [6] },
  { operator: 'Gather', fixed: { 1: indices('int64') } },
  { operator: 'GatherElements', fixed: { 1: indices('int64') }, attributes: { axis: 0 } },
  { operator: 'GatherND', fixed: { 1: { ...indices('int64'), shape: [4, 1] } } },
  {
    operator: 'ScatterElements',
    shapes: [[4], [4]],
    fixed: { 1: indices('int64') },
    attributes: { axis: 0, reduction: 'add' },
  },
  {
    operator: 'ScatterND',
    shapes: [[4], [4]],
    fixed: { 1: { ...indices('int64'), shape: [4, 1] } },
  },
  { operator: 'CumSum', fixed: { 1: { dtype: 'int64', shape: [], values: [0] } } },
  { operator: 'ArgMax', attributes: { axis: 0 }, shape: [1], dtype: 'int64' },
  { operator: 'ArgMin', attributes: { axis: 0 }, shape: [1], dtype: 'int64' },
  { operator: 'TopK', fixed: { 1: [2] }, shape: [2], outputCount: 2 },
  { operator: 'Trilu', shapes: [[3, 3]] },
  { operator: 'Hardmax' },
  { operator: 'Det', shapes: [[3, 3]], shape: [] },
  ...['com.microsoft.BiasSoftmax', 'com.microsoft.BiasSplitGelu'].map(binary),
  {
    operator: 'MatMul',
    shapes: [
      [2, 3],
      [3, 2],
    ],
    shape: [2, 2],
  },
  {
    operator: 'Gemm',
    shapes: [
      [2, 3],
      [3, 2],
    ],
    shape: [2, 2],
  },
  {
    operator: 'com.microsoft.FusedMatMul',
    shapes: [
      [2, 3],
      [3, 2],
    ],
    shape: [2, 2],
  },
  {
    operator: 'Einsum',
    shapes: [
      [2, 3],
      [3, 2],
    ],
    attributes: { equation: 'ij,jk->ik' },
    shape: [2, 2],
  },
  { operator: 'LayerNormalization', shapes: [[2, 3], [3]] },
  { operator: 'SimplifiedLayerNormalization', shapes: [[2, 3], [3]] },
  { operator: 'InstanceNormalization', shapes: [image, [2], [2]] },
  { operator: 'Conv', shapes: [image, [2, 2, 3, 3]], shape: [1, 2, 2, 2] },
  { operator: 'ConvTranspose', shapes: [image, [2, 2, 3, 3]], shape: [1, 2, 6, 6] },
  {
    operator: 'MaxPool',
    shapes: [image],
    attributes: { kernel_shape: [2, 2] },
    shape: [1, 2, 3, 3],
  },
  {
    operator: 'AveragePool',
    shapes: [image],
    attributes: { kernel_shape: [2, 2] },
    shape: [1, 2, 3, 3],
  },
  { operator: 'GlobalAveragePool', shapes: [image], shape: [1, 2, 1, 1] },
  {
    operator: 'DepthToSpace',
    shapes: [[1, 4, 2, 2]],
    attributes: { blocksize: 2 },
    shape: [1, 1, 4, 4],
  },
  { operator: 'SpaceToDepth', shapes: [image], attributes: { blocksize: 2 }, shape: [1, 8, 2, 2] },
  {
    operator: 'Resize',
    shapes: [image],
    fixed: {
      1: { dtype: 'float32', shape: [0], values: [] },
      2: { dtype: 'float32', shape: [4], values: [1, 1, 2, 2] },
    },
    shape: [1, 2, 8, 8],
  },
  { operator: 'MeanVarianceNormalization', shapes: [image] },
  { operator: 'LRN', shapes: [image], attributes: { size: 3 } },
  { operator: 'GroupNormalization', shapes: [image, [2], [2]], attributes: { num_groups: 2 } },
  { operator: 'com.microsoft.GroupNorm', shapes: [image, [4], [4]], attributes: { groups: 2 } },
  { operator: 'GridSample', shapes: [image, [1, 3, 3, 2]], shape: [1, 2, 3, 3] },
  {
    operator: 'OneHot',
    fixed: {
      1: { dtype: 'int64', shape: [], values: [5] },
      2: { dtype: 'float32', shape: [2], values: [0, 1] },
    },
    shape: [4, 5],
    dtype: 'float32',
  },
];

/** The element types with which a case runs, each in a session of its own. */
export async function typesThatRun(
  backend: Backend,
  testCase: OperatorCase,
): Promise<readonly DType[]> {
  const types: DType[] = [];
  for (const dtype of dtypes) {
    if (await runs(backend, testCase, dtype)) types.push(dtype);
  }
  return types;
}

async function runs(backend: Backend, testCase: OperatorCase, dtype: DType): Promise<boolean> {
  const { model, inputs } = modelOf(testCase, dtype);
  try {
    const session = await backend.createSession(model, { optimization: 'disabled' });
    await session.run(inputs);
    await session.release();
    return true;
  } catch {
    return false;
  }
}

function modelOf(testCase: OperatorCase, dtype: DType) {
  const { operator, shapes = [[4]], fixed = {}, attributes = {} } = testCase;
  const graph = new GraphBuilder({ supports: () => true });
  const names: string[] = [];
  const inputs: Record<string, RuntimeTensor> = {};
  const open = [...shapes];
  while (open.length > 0 || fixed[names.length] !== undefined) {
    const given = fixed[names.length];
    if (given !== undefined) {
      const constant =
        'dtype' in given
          ? given
          : { dtype: 'int64' as const, shape: [given.length], values: given };
      names.push(
        graph.initializer(
          toTypedArray(constant.values, constant.dtype),
          constant.shape,
          constant.dtype,
        ),
      );
      continue;
    }
    const shape = open.shift() ?? [];
    const name = `x${names.length}`;
    const values = Array.from({ length: sizeOf(shape) }, (_, i) =>
      dtype === 'bool' ? i % 2 : 1 + (i % 3),
    );
    inputs[name] = { dtype, shape, data: toTypedArray(values, dtype) };
    names.push(name);
  }
  const [output = ''] = graph.multi(operator, names, testCase.outputCount ?? 1, attributes);
  const model = encodeModel({
    nodes: graph.nodes,
    initializers: graph.initializers,
    inputs: Object.entries(inputs).map(([name, { shape, dtype: type }]) => ({
      name,
      shape,
      dtype: type,
    })),
    outputs: [
      { name: output, shape: testCase.shape ?? shapes[0] ?? [4], dtype: testCase.dtype ?? dtype },
    ],
  });
  return { model, inputs };
}
