import { ShapeError } from '../errors.ts';
import { defineOp, type Op } from '../op.ts';
import { formatShape, resolveAxis, type Shape } from '../shape.ts';
import { full, uniformValue, type Tensor } from '../tensor.ts';
import { only } from './elementwise.ts';

/** Which elements of an axis to keep. */
export interface SliceOptions {
  readonly axis: number;
  /** First index; negative counts from the end. Default the first one, or the last of a negative step. */
  readonly start?: number;
  /**
   * Index behind the last; negative counts from the end. Default the size of the axis, or what lies
   * before the first one for a negative step.
   */
  readonly end?: number;
  /** From one index to the next; negative goes backwards. Not 0. Default 1. */
  readonly step?: number;
}

/**
 * A part of an axis: every `step`-th element from `start` on.
 *
 * @param x - Any shape.
 * @throws {ShapeError} If `axis` is out of range, `step` is 0 or the part is empty or reaches outside.
 */
export function slice(x: Tensor, options: SliceOptions): Tensor {
  const axis = resolveAxis('slice', options.axis, x.shape);
  const size = x.shape[axis] ?? 0;
  const { step = 1 } = options;
  if (!Number.isInteger(step) || step === 0) {
    throw new ShapeError(`slice: step = ${step} is not an integer other than 0`);
  }
  const [first, behind] = step > 0 ? [0, size] : [size - 1, -1];
  const fromEnd = (index: number) => (index < 0 ? index + size : index);
  const start = options.start === undefined ? first : fromEnd(options.start);
  const end = options.end === undefined ? behind : fromEnd(options.end);
  const count = Math.ceil((end - start) / step);
  const isInside =
    start >= 0 && start < size && (step > 0 ? end <= size : options.end === undefined || end >= 0);
  if (!Number.isInteger(start) || !Number.isInteger(end) || !isInside || count < 1) {
    const stepped = step === 1 ? '' : ` in steps of ${step}`;
    throw new ShapeError(
      `slice: ${options.start ?? first} to ${options.end ?? (step > 0 ? size : 'the first')}${stepped} is not a part of axis ${axis} of ${formatShape(x.shape)}, which has size ${size}`,
    );
  }
  return isWhole({ start, step, count }, size) ? x : sliceOp([x], { axis, start, step, count });
}

/** The entries of an axis that are kept. */
export interface Part extends Readonly<Record<string, unknown>> {
  readonly start: number;
  readonly step: number;
  readonly count: number;
}

/** The operation behind {@link slice}. */
export const sliceOp: Op<Part & { readonly axis: number }> = defineOp<
  Part & { readonly axis: number }
>({
  name: 'slice',
  accepts: 'any',
  shape: ([x = []], { axis, count }) => x.with(axis, count),
  lower: (graph, [x = ''], { axis, start, step, count }, { inputs: [spec] }) => {
    if (!graph.supports('Slice', spec?.dtype)) {
      const indices = Array.from({ length: count }, (_, i) => start + step * i);
      return graph.node('Gather', [x, graph.int64s(indices)], { axis });
    }
    const size = spec?.shape[axis] ?? 0;
    // ONNX counts a negative end from the end of the axis: this one lies before its beginning.
    const end = Math.max(start + step * count, -size - 1);
    const inputs = [[start], [end < 0 ? -size - 1 : end], [axis], [step]];
    return graph.node('Slice', [x, ...inputs.map((values) => graph.int64s(values))]);
  },
  // The cotangents go back to their places, with zeros between and around them.
  vjp: ({ inputs: [x], dy }, { axis, start, step, count }) => {
    const last = start + step * (count - 1);
    const reversed = { axis, start: count - 1, step: -1, count };
    const spaced = space(step < 0 ? sliceOp([dy], reversed) : dy, axis, Math.abs(step));
    const size = only(x, 'slice').shape[axis] ?? 0;
    return [
      spaced.pad({ axis, before: Math.min(start, last), after: size - 1 - Math.max(start, last) }),
    ];
  },
  simplify: ([x], { axis, start, step, count }) => {
    if (x === undefined) return null;
    if (isWhole({ start, step, count }, x.shape[axis] ?? 0)) return x;
    const uniform = uniformValue(x);
    if (uniform !== null) return full(x.shape.with(axis, count), uniform, x.dtype);
    const inner = sliceOp.match(x);
    if (!inner?.inputs[0] || inner.params.axis !== axis) return null;
    return sliceOp([inner.inputs[0]], {
      axis,
      start: inner.params.start + inner.params.step * start,
      step: inner.params.step * step,
      count,
    });
  },
  samples: [
    { shapes: [[4, 3]], params: { axis: 0, start: 1, step: 1, count: 2 } },
    { shapes: [[2, 5]], params: { axis: 1, start: 4, step: 1, count: 1 } },
    { shapes: [[2, 7]], params: { axis: 1, start: 1, step: 3, count: 2 } },
    { shapes: [[6, 2]], params: { axis: 0, start: 5, step: -2, count: 3 } },
    { shapes: [[3]], params: { axis: 0, start: 2, step: -1, count: 3 } },
  ],
});

function isWhole({ start, step, count }: Part, size: number): boolean {
  return start === 0 && step === 1 && count === size;
}

/** Puts step - 1 zeros between the elements of an axis. */
function space(x: Tensor, axis: number, step: number): Tensor {
  const count = x.shape[axis] ?? 1;
  if (step === 1 || count === 1) return x;
  const split = (...sizes: Shape) => [
    ...x.shape.slice(0, axis),
    ...sizes,
    ...x.shape.slice(axis + 1),
  ];
  return x
    .reshape(split(count, 1))
    .pad({ axis: axis + 1, after: step - 1 })
    .reshape(split(count * step))
    .slice({ axis, end: (count - 1) * step + 1 });
}
