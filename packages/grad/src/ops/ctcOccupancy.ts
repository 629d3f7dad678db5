import { defineOp, type Op } from '../op.ts';
import { arange } from '../sequences.ts';
import { full, ones, type Tensor } from '../tensor.ts';
import { vjp } from '../trace/gradient.ts';
import { concat } from './concat.ts';
import {
  checkCtc,
  checkCtcTypes,
  ctcSamples,
  lowerBackward,
  lowerForward,
  lowerOneHot,
  lowerStates,
  never,
  type CtcParams,
} from './ctcLattice.ts';
import { only } from './elementwise.ts';

/**
 * The operation behind the gradient of `ctcLoss`: how often each class is expected to be emitted at each
 * frame, given the target, [batch, frames, classes]; 0 where no alignment exists. Its own gradient
 * differentiates the recursion written out frame by frame.
 */
export const ctcOccupancyOp: Op<CtcParams> = defineOp<CtcParams>({
  name: 'ctcOccupancy',
  accepts: 'any',
  shape: (shapes, params) => {
    checkCtc('ctcOccupancy', shapes, params);
    return shapes[0] ?? [];
  },
  dtype: (dtypes) => checkCtcTypes('ctcOccupancy', dtypes),
  lower: (graph, inputs, { blank }, context) => {
    const ctc = lowerStates(graph, inputs, { blank, context });
    const forward = lowerForward(graph, ctc);
    const backward = lowerBackward(graph, ctc);
    const { likelihood } = forward;
    const joint = graph.node('Add', [forward.columns, backward]);
    const share = graph.node('Exp', [graph.node('Sub', [joint, likelihood])]);
    const isPossible = graph.node('Greater', [likelihood, ctc.scalar(never / 10)]);
    const counts = graph.node('And', [ctc.isValid, isPossible]);
    const occupancy = graph.node('Where', [counts, share, ctc.scalar(0)]);
    const byFrame = graph.node('Transpose', [occupancy], { perm: [0, 2, 1] });
    return graph.node('MatMul', [byFrame, lowerOneHot(graph, ctc)]);
  },
  vjp: ({ inputs: [logProbs, ...rest], dy }, params) => {
    const x = only(logProbs, 'ctcOccupancy');
    const score = (leaf: Tensor) => logLikelihood([leaf, ...rest], params);
    const [, pull] = vjp((leaf: Tensor) => {
      const [value, pullScore] = vjp(score, leaf);
      return pullScore(ones(value.shape, value.dtype));
    }, x);
    return [pull(dy), null, null, null];
  },
  samples: ctcSamples,
});

/** The log-likelihoods of the targets, [batch], by differentiable operations frame by frame. */
function logLikelihood(inputs: readonly (Tensor | undefined)[], params: CtcParams): Tensor {
  const logProbs = only(inputs[0], 'ctcOccupancy');
  const inputLengths = only(inputs[2], 'ctcOccupancy').cast('int32');
  const ends = only(inputs[3], 'ctcOccupancy').cast('int32').reshape([-1, 1]);
  const [batch = 1, frames = 1, classes = 1] = logProbs.shape;
  const labels = stateLabels(only(inputs[1], 'ctcOccupancy').cast('int32'), ends, params.blank);
  const states = labels.shape[1] ?? 1;
  const { dtype } = logProbs;
  const scalar = (value: number) => full([], value, dtype);
  const column = (value: number, width: number) => full([batch, width], value, dtype);

  const byState = labels.oneHot(classes).cast(dtype);
  const emissions = logProbs.maximum(never).matmul(byState, { transposeB: true });
  const isRepeated = labels
    .slice({ axis: 1, start: 2 })
    .equal(labels.slice({ axis: 1, end: states - 2 }));
  const barred = isRepeated.where(scalar(never), scalar(0));
  const skip = concat([column(never, 2), barred], 1);
  const shifted = (x: Tensor) =>
    concat([column(never, 1), x.slice({ axis: 1, end: states - 1 })], 1);
  const sumOf = (terms: readonly Tensor[]) =>
    concat(
      terms.map((term) => term.reshape([batch, states, 1])),
      2,
    ).logSumExp(2);

  let path = concat([column(0, 1), column(never, states - 1)], 1);
  for (let t = 0; t < frames; t++) {
    const one = shifted(path);
    const reached = sumOf([path, one, shifted(one).add(skip)]);
    const moved = reached.add(
      emissions.slice({ axis: 1, start: t, end: t + 1 }).reshape([batch, states]),
    );
    path = inputLengths.greater(t).reshape([batch, 1]).where(moved, path);
  }
  const state = arange(states);
  const end = ends.add(ends);
  const isFinal = state.lessEqual(end).where(scalar(0), scalar(never));
  const isLate = state.greaterEqual(end.sub(1)).where(scalar(0), scalar(never));
  return path.add(isFinal).add(isLate).logSumExp(1);
}

/** The class of each state, [batch, states]: labels with blanks before, between and behind them. */
function stateLabels(targets: Tensor, ends: Tensor, blank: number): Tensor {
  const [batch = 1, count = 1] = targets.shape;
  const blanks = (shape: readonly number[]) => full(shape, blank, 'int32');
  const known = arange(count)
    .less(ends)
    .where(targets, blanks([batch, count]));
  const pairs = concat([blanks([batch, count, 1]), known.reshape([batch, count, 1])], 2);
  return concat([pairs.reshape([batch, 2 * count]), blanks([batch, 1])], 1);
}
