import type { DType } from '../dtype.ts';
import { add } from '../ops/add.ts';
import { castOp } from '../ops/cast.ts';
import { expandOp } from '../ops/expand.ts';
import { mul } from '../ops/mul.ts';
import { negOp } from '../ops/neg.ts';
import { sub } from '../ops/sub.ts';
import { sumOp } from '../ops/sum.ts';
import { outputsOf, type GraphNode, type Tensor } from '../tensor.ts';

/** A simpler form of an operation on the result of a different one, or null; like `simplify`. */
export function simplifyPair(node: GraphNode): Tensor | null {
  const [output] = outputsOf(node);
  const rule = rules.get(node.name);
  return (output && rule?.(output)) ?? null;
}

const rules = new Map<string, (output: Tensor) => Tensor | null>([
  ['add', withoutNegation],
  ['sub', (y) => negatedIn(y, 1, (a, b) => add(a, b))],
  ['cast', withoutDetour],
  ['sum', withoutCopies],
]);

// a + (-b) = a - b, and (-a) + b = b - a.
function withoutNegation(sum: Tensor): Tensor | null {
  return negatedIn(sum, 1, (a, b) => sub(a, b)) ?? negatedIn(sum, 0, (b, a) => sub(b, a));
}

/** `combine` of the other operand and of what operand `at` is the negative of, if it is one. */
function negatedIn(
  y: Tensor,
  at: 0 | 1,
  combine: (other: Tensor, positive: Tensor) => Tensor,
): Tensor | null {
  const [operand, other] = [y.node.inputs[at], y.node.inputs[1 - at]];
  const [positive] = (operand && negOp.match(operand)?.inputs) ?? [];
  return positive && other ? combine(other, positive) : null;
}

/** Types whose every value the others can hold. */
const wider: Readonly<Record<DType, readonly DType[]>> = {
  bool: ['int32', 'int64', 'float32', 'float64'],
  int32: ['int64', 'float64'],
  int64: [],
  float32: ['float64'],
  float64: [],
};

// A cast to a type that holds every value changes nothing for the next one.
function withoutDetour(y: Tensor): Tensor | null {
  const [middle] = y.node.inputs;
  const [x] = (middle && castOp.match(middle)?.inputs) ?? [];
  if (!x || !middle || !wider[x.dtype].includes(middle.dtype)) return null;
  return x.dtype === y.dtype ? x : castOp([x], { dtype: y.dtype });
}

// The sum of n copies is n times one of them.
function withoutCopies(y: Tensor): Tensor | null {
  const [copies] = y.node.inputs;
  const params = sumOp.match(y)?.params;
  const [x] = (copies && expandOp.match(copies)?.inputs) ?? [];
  if (!x || !copies || !params) return null;
  const added = copies.rank - x.rank;
  const isCopied = (axis: number) => (x.shape[axis - added] ?? 1) === 1;
  const copied = params.axes.filter((axis) => isCopied(axis));
  const count = copied.reduce((product, axis) => product * (copies.shape[axis] ?? 1), 1);
  if (count === 1) return null;
  // What stays is expanded along the other axes only, and summed along those that are no copies.
  const kept = copies.shape.map((size, axis) => (copied.includes(axis) ? 1 : size));
  const single = x.reshape([...Array<number>(added).fill(1), ...x.shape]).expand(kept);
  const axes = params.axes.filter((axis) => !isCopied(axis));
  const summed = axes.length === 0 ? single : sumOp([single], { axes, keepDims: true });
  return mul(summed.reshape(y.shape), count);
}
