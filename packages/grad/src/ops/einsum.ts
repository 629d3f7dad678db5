import { isFloat } from '../dtype.ts';
import { ShapeError } from '../errors.ts';
import { sizeOf } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { diagonal } from './diagonal.ts';
import { parseEquation } from './einsumEquation.ts';
import { matmul } from './matmul.ts';
import { mul } from './mul.ts';
import { squeeze } from './reshape.ts';

/**
 * Products of tensors, summed over the indices that the result does not have (Einstein's convention in
 * NumPy's notation): `bij,bjk->bik` multiplies matrices in batches, `ii->` is the trace, `i,j->ij` the
 * outer product.
 *
 * One letter stands for each axis; twice in one operand it takes the diagonal. `...` stands for any
 * number of axes, which broadcast between operands; named axes do not. Without `->` the result has the
 * axes of `...`, then the letters that occur once, in order of the alphabet, capitals first. Operands are
 * multiplied from left to right, two at a time: put those first whose product is small.
 *
 * @param equation - Letters for each operand, commas between them, `->` and the result's letters; what
 * these leave out is summed. Spaces do not matter.
 * @param operands - One or more of one floating-point type.
 * @throws {ShapeError} If the equation is malformed or does not fit the operands.
 */
export function einsum(equation: string, ...operands: readonly Tensor[]): Tensor {
  const { inputs, output, sizes } = parseEquation(
    equation,
    operands.map(({ shape }) => shape),
  );
  checkTypes(operands);
  const [first, ...others] = operands.map((x, i) =>
    withoutRepeats(withoutBroadcast({ x, labels: inputs[i] ?? [] }, sizes)),
  );
  if (first === undefined) throw new Error('internal: an equation without operands');
  const product = others.reduce((left, right, i) => {
    const later = others.slice(i + 1).flatMap(({ labels }) => labels);
    return multiply(left, right, [...output, ...later]);
  }, first);
  return arranged(summed(product, output), output);
}

/** A tensor with names for its axes. */
interface Term {
  readonly x: Tensor;
  readonly labels: readonly string[];
}

function checkTypes(operands: readonly Tensor[]): void {
  const dtypes = operands.map(({ dtype }) => dtype);
  if (!dtypes.every((dtype) => isFloat(dtype) && dtype === dtypes[0])) {
    throw new ShapeError(
      `einsum: operands are ${dtypes.join(' and ')}; expected one floating-point type, convert with cast`,
    );
  }
}

/** Leaves out axes of size 1 that others broadcast. */
function withoutBroadcast({ x, labels }: Term, sizes: ReadonlyMap<string, number>): Term {
  const isSpread = (label: string, axis: number) => x.shape[axis] !== sizes.get(label);
  return {
    x: squeeze(
      x,
      labels.flatMap((label, axis) => (isSpread(label, axis) ? [axis] : [])),
    ),
    labels: labels.filter((label, axis) => !isSpread(label, axis)),
  };
}

/** Takes the diagonal of axes of one name. */
function withoutRepeats({ x, labels }: Term): Term {
  const second = labels.findIndex((label, axis) => labels.indexOf(label) < axis);
  const label = labels[second];
  if (label === undefined) return { x, labels };
  const axes = [labels.indexOf(label), second] as const;
  const others = labels.filter((_, axis) => !axes.includes(axis));
  return withoutRepeats({ x: diagonal(x, { axes }), labels: [...others, label] });
}

/** Sums over the axes that are not named. */
function summed({ x, labels }: Term, kept: readonly string[]): Term {
  const axes = labels.flatMap((label, axis) => (kept.includes(label) ? [] : [axis]));
  if (axes.length === 0) return { x, labels };
  return { x: x.sum(axes), labels: labels.filter((label) => kept.includes(label)) };
}

/** The product of two terms, summed over all axes but those named. */
function multiply(a: Term, b: Term, kept: readonly string[]): Term {
  const left = summed(a, [...kept, ...b.labels]);
  const right = summed(b, [...kept, ...a.labels]);
  const shared = left.labels.filter((label) => right.labels.includes(label));
  const inner = shared.filter((label) => !kept.includes(label));
  const batch = shared.filter((label) => kept.includes(label));
  const rows = left.labels.filter((label) => !shared.includes(label));
  const columns = right.labels.filter((label) => !shared.includes(label));
  const labels = [...batch, ...rows, ...columns];
  if (inner.length === 0) {
    const x = arranged(left, [...batch, ...rows]);
    const y = arranged(right, [...batch, ...columns]);
    const spread = x.reshape([...x.shape, ...columns.map(() => 1)]);
    return {
      x: mul(spread, y.reshape(y.shape.toSpliced(batch.length, 0, ...rows.map(() => 1)))),
      labels,
    };
  }
  const x = asMatrices(left, { batch, rows, columns: inner });
  const y = asMatrices(right, { batch, rows: inner, columns });
  const product = matmul(x.matrices, y.matrices, {
    transposeA: x.isTransposed,
    transposeB: y.isTransposed,
  });
  const sizes = new Map([...sizesOf(left), ...sizesOf(right)]);
  return { x: product.reshape(labels.map((label) => sizes.get(label) ?? 1)), labels };
}

/** The axes of a term in three groups: [batch, rows, columns], the last two in the order that is there. */
function asMatrices(
  term: Term,
  { batch, rows, columns }: Readonly<Record<'batch' | 'rows' | 'columns', readonly string[]>>,
): { readonly matrices: Tensor; readonly isTransposed: boolean } {
  const turned = [...batch, ...columns, ...rows];
  const isTransposed =
    rows.length > 0 && columns.length > 0 && turned.join() === term.labels.join();
  const sizes = sizesOf(term);
  const total = (labels: readonly string[]) => sizeOf(labels.map((label) => sizes.get(label) ?? 1));
  const [first, last] = isTransposed ? [columns, rows] : [rows, columns];
  const x = arranged(term, [...batch, ...first, ...last]);
  const leading = batch.length > 0 ? [total(batch)] : [];
  return { matrices: x.reshape([...leading, total(first), total(last)]), isTransposed };
}

/** The tensor with its axes in the given order. */
function arranged({ x, labels }: Term, order: readonly string[]): Tensor {
  const isArranged = order.every((label, axis) => label === labels[axis]);
  return isArranged ? x : x.transpose(order.map((label) => labels.indexOf(label)));
}

function sizesOf({ x, labels }: Term): ReadonlyMap<string, number> {
  return new Map(labels.map((label, axis) => [label, x.shape[axis] ?? 1]));
}
