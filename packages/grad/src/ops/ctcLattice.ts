import { isFloat, type DType } from '../dtype.ts';
import { ShapeError } from '../errors.ts';
import type { LowerContext, OpSample } from '../op.ts';
import type { GraphBuilder } from '../onnx/graphBuilder.ts';
import { onnxDTypes } from '../onnx/model.ts';
import { lowerRounds } from '../onnx/rounds.ts';
import { formatShape, sizeOf, type Shape } from '../shape.ts';

// Connectionist temporal classification (Graves et al. 2006). The labels of a target with a blank
// before, between and behind them are the states s = 0 ... 2 L; a path starts before state 0 and at each
// frame stays, moves on by one, or by two past a blank between different labels, and emits the label of
// the state it is then in. Logarithms of zero are `never`, so that no infinity meets another.

/** What the operations on alignments take beside tensors. */
export interface CtcParams extends Readonly<Record<string, unknown>> {
  readonly blank: number;
}

/** The logarithm of zero: far below what is possible, and as often added as there are frames. */
export const never = -1e30;

/**
 * Checks the shapes of log-probabilities, targets and both lengths.
 *
 * @throws {ShapeError} If they do not fit, or `blank` is no class.
 */
export function checkCtc(name: string, shapes: readonly Shape[], { blank }: CtcParams): void {
  const [logProbs = [], targets = [], inputLengths = [], targetLengths = []] = shapes;
  const [batch, , classes = 0] = logProbs;
  const fits =
    logProbs.length === 3 &&
    targets.length === 2 &&
    inputLengths.length === 1 &&
    targetLengths.length === 1 &&
    [targets, inputLengths, targetLengths].every(([size]) => size === batch);
  if (!fits) {
    throw new ShapeError(
      `${name}: got ${shapes.map(formatShape).join(', ')}; expected log-probabilities [batch, frames, classes], targets [batch, labels], and lengths [batch] of both`,
    );
  }
  if (!Number.isInteger(blank) || blank < 0 || blank >= classes) {
    throw new ShapeError(`${name}: blank = ${blank} is not a class from 0 to ${classes - 1}`);
  }
}

/** The element type of the output; throws {@link ShapeError} unless it is float, integer, integer, integer. */
export function checkCtcTypes(name: string, dtypes: readonly DType[]): DType {
  const [first = 'float32', ...rest] = dtypes;
  if (!isFloat(first) || !rest.every((dtype) => dtype === 'int32' || dtype === 'int64')) {
    throw new ShapeError(
      `${name}: element types are ${dtypes.join(', ')}; expected floating-point log-probabilities, and int32 or int64 targets and lengths`,
    );
  }
  return first;
}

/** Names of what the recursions share; all are [batch, states, frames] but for size-1 axes. */
export interface States {
  readonly shape: { readonly batch: number; readonly states: number; readonly frames: number };
  readonly classes: number;
  readonly dtype: DType;
  readonly scalar: (value: number) => string;
  /** Class of each state, [batch, states, 1], int32. */
  readonly labels: string;
  /** Log-probability of each state's class at each frame. */
  readonly emissions: string;
  /** 0 where a state can be entered from two before, else `never`; [batch, states, 1]. */
  readonly skip: string;
  /** Whether a frame is before the end of its sequence, [batch, 1, frames]. */
  readonly isValid: string;
  /** Whether a path may end in a state, [batch, states, 1]. */
  readonly isFinal: string;
}

/** Labels, emissions and masks. */
export function lowerStates(
  graph: GraphBuilder,
  [logProbs = '', targets = '', inputLengths = '', targetLengths = '']: readonly string[],
  { blank, context }: { readonly blank: number; readonly context: LowerContext },
): States {
  const [batch = 1, frames = 1, classes = 1] = context.inputs[0]?.shape ?? [];
  const labelCount = context.inputs[1]?.shape[1] ?? 1;
  const states = 2 * labelCount + 1;
  const dtype = context.inputs[0]?.dtype ?? 'float32';
  const scalar = (value: number) => graph.scalar(value, dtype);
  const int32 = (x: string, count: number) =>
    graph.node('Reshape', [
      graph.node('Cast', [x], { to: onnxDTypes.int32 }),
      graph.int64s([batch, count, 1]),
    ]);
  const lengths = int32(targetLengths, 1);
  const labels = lowerLabels(graph, int32(targets, labelCount), {
    lengths,
    blank,
    batch,
    count: labelCount,
  });

  const part = (start: number, end: number) =>
    graph.node('Slice', [labels, graph.int64s([start]), graph.int64s([end]), graph.int64s([1])]);
  // A blank equals the blank two before.
  const isRepeated = graph.node('Equal', [part(2, states), part(0, states - 2)]);
  const isBarred = graph.node('Where', [isRepeated, scalar(never), scalar(0)]);
  const first = graph.node('Expand', [scalar(never), graph.int64s([batch, 2, 1])]);
  const spread = graph.node('Expand', [labels, graph.int64s([batch, states, frames])]);
  const byClass = graph.node('Transpose', [logProbs], { perm: [0, 2, 1] });
  const gathered = graph.node('GatherElements', [byClass, spread], { axis: 1 });
  return {
    shape: { batch, states, frames },
    classes,
    dtype,
    scalar,
    labels,
    emissions: graph.node('Max', [gathered, scalar(never)]),
    skip: graph.node('Concat', [first, isBarred], { axis: 1 }),
    isValid: graph.node('Less', [lowerRange(graph, [1, 1, frames]), int32(inputLengths, 1)]),
    isFinal: lowerIsFinal(graph, lengths, states),
  };
}

/** The class of each state: the targets' labels with blanks before, between and behind them. */
function lowerLabels(
  graph: GraphBuilder,
  targets: string,
  context: {
    readonly lengths: string;
    readonly blank: number;
    readonly batch: number;
    readonly count: number;
  },
): string {
  const { lengths, blank, batch, count } = context;
  const isLabel = graph.node('Less', [lowerRange(graph, [1, count, 1]), lengths]);
  const none = graph.scalar(blank, 'int32');
  // What is behind the end of a target may be any number.
  const known = graph.node('Where', [isLabel, targets, none]);
  const blanks = (n: number) => graph.node('Expand', [none, graph.int64s([batch, n, 1])]);
  const pairs = graph.node('Concat', [blanks(count), known], { axis: 2 });
  const flat = graph.node('Reshape', [pairs, graph.int64s([batch, 2 * count, 1])]);
  return graph.node('Concat', [flat, blanks(1)], { axis: 1 });
}

/** Whether a state is the last label or the blank behind it. */
function lowerIsFinal(graph: GraphBuilder, lengths: string, states: number): string {
  const end = graph.node('Add', [lengths, lengths]);
  const state = lowerRange(graph, [1, states, 1]);
  const next = graph.node('Add', [state, graph.scalar(1, 'int32')]);
  return graph.node('Or', [graph.node('Equal', [state, end]), graph.node('Equal', [next, end])]);
}

/** 0, 1, 2 ... as int32 of this shape. */
function lowerRange(graph: GraphBuilder, shape: Shape): string {
  const values = Array.from({ length: sizeOf(shape) }, (_, i) => i);
  return graph.constant(values, shape, 'int32');
}

/**
 * Frame after frame, the log-probability of what was emitted so far and of being in each state:
 * a'(s) = log(e^a(s) + e^a(s-1) + e^(a(s-2) + skip(s))) + emission(s).
 *
 * @returns All frames' as `columns`, and the log-likelihood of the target, [batch, 1, 1].
 */
export function lowerForward(
  graph: GraphBuilder,
  { shape: { batch, states, frames }, ...ctc }: States,
): { readonly columns: string; readonly likelihood: string } {
  const columnShape = [batch, states, 1];
  const before = graph.node('Expand', [
    graph.constant([0, ...Array<number>(states - 1).fill(never)], [1, states, 1], ctc.dtype),
    graph.int64s(columnShape),
  ]);
  const gap = graph.node('Expand', [ctc.scalar(never), graph.int64s([batch, 1, 1])]);
  const [start, end, axis] = [graph.int64s([0]), graph.int64s([states - 1]), graph.int64s([1])];
  const shifted = (x: string) =>
    graph.node('Concat', [gap, graph.node('Slice', [x, start, end, axis])], { axis: 1 });
  const { columns, values } = lowerRounds(
    graph,
    {
      count: frames,
      carried: [{ name: before, shape: columnShape, dtype: ctc.dtype }],
      columnShape,
    },
    ({ index, values: [last = ''] }) => {
      const at = (x: string) => graph.node('Gather', [x, index], { axis: 2 });
      const one = shifted(last);
      const two = graph.node('Add', [shifted(one), ctc.skip]);
      const reached = lowerLogSum(graph, [last, one, two]);
      const moved = graph.node('Add', [reached, at(ctc.emissions)]);
      const next = graph.node('Where', [at(ctc.isValid), moved, last]);
      return { values: [next], column: next };
    },
  );
  const ends = graph.node('Where', [ctc.isFinal, values[0] ?? '', ctc.scalar(never)]);
  return { columns, likelihood: graph.node('ReduceLogSumExp', [ends, graph.int64s([1])]) };
}

/** From the last frame to the first, the log-probability of what is emitted after each frame, by state. */
export function lowerBackward(
  graph: GraphBuilder,
  { shape: { batch, states, frames }, ...ctc }: States,
): string {
  const columnShape = [batch, states, 1];
  const reversed = graph.constant(
    Array.from({ length: frames }, (_, i) => frames - 1 - i),
    [frames],
    'int32',
  );
  const backwards = (x: string) => graph.node('Gather', [x, reversed], { axis: 2 });
  const emissions = backwards(ctc.emissions);
  const isValid = backwards(ctc.isValid);
  const gap = graph.node('Expand', [ctc.scalar(never), graph.int64s([batch, 1, 1])]);
  const [one, end] = [graph.int64s([1]), graph.int64s([states])];
  const shifted = (x: string) =>
    graph.node('Concat', [graph.node('Slice', [x, one, end, one]), gap], { axis: 1 });
  const atEnd = graph.node('Where', [ctc.isFinal, ctc.scalar(0), ctc.scalar(never)]);
  const { columns } = lowerRounds(
    graph,
    {
      count: frames,
      carried: [{ name: atEnd, shape: columnShape, dtype: ctc.dtype }],
      columnShape,
    },
    ({ index, values: [after = ''] }) => {
      const at = (x: string) => graph.node('Gather', [x, index], { axis: 2 });
      const emitted = graph.node('Add', [after, at(emissions)]);
      const two = shifted(shifted(graph.node('Add', [emitted, ctc.skip])));
      const before = lowerLogSum(graph, [emitted, shifted(emitted), two]);
      return {
        values: [graph.node('Where', [at(isValid), before, after])],
        column: graph.node('Identity', [after]),
      };
    },
  );
  return backwards(columns);
}

function lowerLogSum(graph: GraphBuilder, terms: readonly string[]): string {
  const joined = graph.node('Concat', terms, { axis: 2 });
  return graph.node('ReduceLogSumExp', [joined, graph.int64s([2])]);
}

/** Which class each state emits, [batch, states, classes]. */
export function lowerOneHot(graph: GraphBuilder, { labels, classes, scalar }: States): string {
  const all = lowerRange(graph, [1, 1, classes]);
  return graph.node('Where', [graph.node('Equal', [labels, all]), scalar(1), scalar(0)]);
}

/** Calls for the operations on alignments: log-probabilities need not be normalised. */
export const ctcSamples: readonly OpSample<CtcParams>[] = [
  // Two sequences, of which the second and its target end early; a repeated label needs a blank.
  {
    shapes: [[2, 4, 3], [2, 2], [2], [2]],
    params: { blank: 0 },
    values: { 1: [1, 1, 2, -1], 2: [4, 3], 3: [2, 1] },
    dtypes: { 1: 'int64', 2: 'int64', 3: 'int64' },
  },
  // Nothing but blanks, and as many frames as labels.
  {
    shapes: [[2, 3, 3], [2, 3], [2], [2]],
    params: { blank: 2 },
    values: { 1: [0, 0, 0, 1, 0, 1], 2: [2, 3], 3: [0, 3] },
    dtypes: { 1: 'int32', 2: 'int32', 3: 'int32' },
  },
  // More frames than are written out where Loop exists.
  {
    shapes: [[1, 10, 2], [1, 2], [1], [1]],
    params: { blank: 0 },
    values: { 1: [1, 1], 2: [10], 3: [2] },
    dtypes: { 1: 'int32', 2: 'int32', 3: 'int32' },
  },
];
