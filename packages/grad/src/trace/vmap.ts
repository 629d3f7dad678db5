import { ConfigError, ShapeError } from '../errors.ts';
import { addOp } from '../ops/add.ts';
import { concat } from '../ops/concat.ts';
import { matmulOp } from '../ops/matmul.ts';
import { formatShape } from '../shape.ts';
import { inputTensor, type GraphNode, type Tensor } from '../tensor.ts';
import { flattenTensors, mapTensors } from '../tree.ts';
import { ownGradientOf, withOwnGradient } from './custom.ts';
import { topologicalOrder } from './order.ts';

/**
 * A function over a leading axis of all its tensors (JAX's `vmap`): many seeds, many tasks or many
 * directions in one call. It is worth it where a single one is bound by the number of operations and
 * not by their size.
 *
 * Elementwise operations, reductions, matrix products, layers and reshapes become one operation for
 * all; any other is applied to each part in turn, which is right but not faster.
 *
 * @param fn - Written for one. Tensors that it captures are shared by all.
 * @returns A function of the same arguments whose tensors have an additional first axis, of one size;
 * so have its results. Settings are shared.
 * @throws {ShapeError} If first axes differ in size.
 * @throws {ConfigError} If no argument is a tensor.
 */
export function vmap<Args extends readonly unknown[], Result>(
  fn: (...args: Args) => Result,
): (...args: Args) => Result {
  return (...args) => {
    const size = commonSize(args);
    const done = new Map<GraphNode, readonly Tensor[]>();
    const places = mapTensors(args, (value) => {
      const place = inputTensor('vmap', { shape: value.shape.slice(1), dtype: value.dtype });
      done.set(place.node, [value]);
      return place;
    });
    const result = fn(...places);
    const roots = flattenTensors(result).map(({ value }) => value);
    for (const node of topologicalOrder(roots, (known) => done.has(known))) {
      if (!node.inputs.some((input) => done.has(input.node))) continue;
      const inputs = node.inputs.map((input): Operand => {
        const all = done.get(input.node)?.[input.index];
        return all ? { value: all, isBatched: true } : { value: input, isBatched: false };
      });
      done.set(node, applyToAll(node, inputs, size));
    }
    return mapTensors(
      result,
      (value) => done.get(value.node)?.[value.index] ?? spread(value, size),
    );
  };
}

/** An input of an operation: for each part its own, or one for all. */
interface Operand {
  readonly value: Tensor;
  readonly isBatched: boolean;
}

function commonSize(args: readonly unknown[]): number {
  const leaves = flattenTensors(args);
  const [first] = leaves;
  if (first === undefined) throw new ConfigError('vmap: no argument holds a tensor');
  const size = first.value.shape[0];
  for (const { path, value } of leaves) {
    if (value.shape[0] === undefined || value.shape[0] !== size) {
      throw new ShapeError(
        `vmap: argument ${path} has shape ${formatShape(value.shape)} and argument ${first.path} ${formatShape(first.value.shape)}; their first axes must be alike`,
      );
    }
  }
  return size ?? 1;
}

function spread(value: Tensor, size: number): Tensor {
  return value.reshape([1, ...value.shape]).expand([size, ...value.shape]);
}

type Rule = (node: GraphNode, inputs: readonly Operand[], size: number) => readonly Tensor[];

function applyToAll(node: GraphNode, inputs: readonly Operand[], size: number): readonly Tensor[] {
  const own = ownGradientOf(node);
  if (own) return applyOwn(node, own, toAll(inputs, size));
  return (rules.get(node.name) ?? oneByOne)(node, inputs, size);
}

/** Gives every operand the first axis. */
function toAll(inputs: readonly Operand[], size: number): readonly Tensor[] {
  return inputs.map(({ value, isBatched }) => (isBatched ? value : spread(value, size)));
}

function applyOwn(
  node: GraphNode,
  { gradient, nValues }: NonNullable<ReturnType<typeof ownGradientOf>>,
  all: readonly Tensor[],
): readonly Tensor[] {
  const forAll = vmap(
    (inputs: readonly Tensor[], outputs: readonly Tensor[], dys: readonly Tensor[]) =>
      gradient({ inputs, outputs, dys }),
  );
  return withOwnGradient(
    node.name,
    { values: all.slice(0, nValues), inputs: all.slice(nValues) },
    ({ inputs, outputs, dys }) => forAll(inputs, outputs, dys),
  );
}

const oneByOne: Rule = (node, inputs, size) => {
  const parts = Array.from({ length: size }, (_, i) => {
    const own = inputs.map(({ value, isBatched }) =>
      isBatched
        ? value.slice({ axis: 0, start: i, end: i + 1 }).reshape(value.shape.slice(1))
        : value,
    );
    return node.withInputs?.(own) ?? [];
  });
  return node.outputs.map(({ shape }, index) =>
    concat(
      parts.flatMap((part) => part[index]?.reshape([1, ...shape]) ?? []),
      0,
    ),
  );
};

/** Broadcasting aligns axes at the end: new ones of size 1 keep the first axis first. */
const broadcasting: Rule = (node, inputs) => {
  const rank = node.outputs[0]?.shape.length ?? 0;
  return again(node, alignTo(rank, inputs));
};

function alignTo(rank: number, inputs: readonly Operand[]): readonly Tensor[] {
  return inputs.map(({ value, isBatched }) => {
    const missing = rank - (value.rank - 1);
    if (!isBatched || missing <= 0) return value;
    const [size = 1, ...rest] = value.shape;
    return value.reshape([size, ...Array<number>(missing).fill(1), ...rest]);
  });
}

function again(
  node: GraphNode,
  inputs: readonly Tensor[],
  changed?: Readonly<Record<string, unknown>>,
): readonly Tensor[] {
  if (!node.withInputs) throw new Error(`internal: ${node.name} cannot be applied again`);
  return node.withInputs(inputs, changed);
}

const alongAxis: Rule = (node, inputs, size) =>
  again(node, toAll(inputs, size), { axis: Number(node.params['axis']) + 1 });

const reducing: Rule = (node, inputs, size) =>
  again(node, toAll(inputs, size), { axes: axesOf(node, 'axes').map((axis) => axis + 1) });

function axesOf(node: GraphNode, key: string): readonly number[] {
  const axes = node.params[key];
  if (!Array.isArray(axes)) throw new Error(`internal: ${node.name} has no ${key}`);
  return axes.map(Number);
}

/** Both operands of a product as batches of matrices. */
const multiplying: Rule = (node, inputs) => {
  const rank = node.outputs[0]?.shape.length ?? 2;
  return again(node, alignTo(rank, inputs));
};

const rules = new Map<string, Rule>([
  ...'abs acos add asin atan atan2 cast ceil clip cos div elu equal erf exp expm1 floor gelu greater greaterEqual isFinite isInf isNaN leakyRelu less lessEqual log log1p logicalAnd logicalNot logicalOr logicalXor maximum minimum mod mul neg notEqual oneHot pow reciprocal relu round rsqrt sigmoid sign silu sin softplus sqrt square stopGradient alias sub tan tanh where'
    .split(' ')
    .map((name): [string, Rule] => [name, broadcasting]),
  ...'all any logSumExp max mean min prod sum'
    .split(' ')
    .map((name): [string, Rule] => [name, reducing]),
  ...'concat cumsum logSoftmax softmax'.split(' ').map((name): [string, Rule] => [name, alongAxis]),
  ['matmul', multiplying],
  ['crossEntropy', (node, inputs, size) => again(node, toAll(inputs, size))],
  ['linear', (_, inputs) => linearForAll(inputs)],
  [
    'reshape',
    (node, inputs, size) =>
      again(node, toAll(inputs, size), { shape: [size, ...axesOf(node, 'shape')] }),
  ],
  [
    'expand',
    (node, inputs, size) => {
      const shape = axesOf(node, 'shape');
      return again(node, alignTo(shape.length, inputs), { shape: [size, ...shape] });
    },
  ],
  [
    'transpose',
    (node, inputs, size) => {
      const permutation = axesOf(node, 'permutation').map((axis) => axis + 1);
      return again(node, toAll(inputs, size), { permutation: [0, ...permutation] });
    },
  ],
]);

function linearForAll(inputs: readonly Operand[]): readonly Tensor[] {
  const [x, w, b] = inputs;
  if (!x || !w || !b) throw new Error('internal: linear lacks an input');
  const product = matmulOp([x.value, w.value], { transposeA: false, transposeB: false, scale: 1 });
  const [bias = b.value] = alignTo(2, [b]);
  return [addOp([product, bias], {})];
}
