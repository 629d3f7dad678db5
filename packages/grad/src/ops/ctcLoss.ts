import { defineOp, type Op } from '../op.ts';
import type { Tensor } from '../tensor.ts';
import {
  checkCtc,
  checkCtcTypes,
  ctcSamples,
  lowerForward,
  lowerStates,
  never,
  type CtcParams,
} from './ctcLattice.ts';
import { ctcOccupancyOp } from './ctcOccupancy.ts';
import { only } from './elementwise.ts';

/** What {@link ctcLoss} needs beside log-probabilities. */
export interface CtcTargets {
  /** Classes without blanks, [batch, labels], int32 or int64; what is behind a target's end is ignored. */
  readonly targets: Tensor;
  /** Frames of each sequence, [batch], int32 or int64. */
  readonly inputLengths: Tensor;
  /** Labels of each target, [batch], int32 or int64; 0 is allowed. */
  readonly targetLengths: Tensor;
}

/** Options of {@link ctcLoss}. */
export interface CtcOptions {
  /** The class that stands for no label. Default 0. */
  readonly blank?: number;
  /** What the loss is where the frames are too few for the target: Infinity (default) or 0. */
  readonly impossible?: 'infinite' | 'zero';
}

/**
 * Connectionist temporal classification: -log of the probability that the frames' classes, with
 * repetitions merged and then blanks removed, spell the target (Graves et al. 2006). Where that is
 * impossible the gradient is 0 (PyTorch: NaN unless `zero_infinity`, our `impossible: 'zero'`).
 *
 * Neither averaged over the batch nor divided by the length of the target, as `reduction='none'` of
 * PyTorch. The gradient is the true one, -(expected number of emissions); PyTorch's assumes a log-softmax
 * in front and agrees after it.
 *
 * @param logProbs - Natural logarithms, usually of `logSoftmax`, [batch, frames, classes] (PyTorch:
 * [frames, batch, classes]).
 * @returns Loss in nats, [batch].
 * @throws {ShapeError} If shapes or element types do not fit, or `blank` is no class.
 */
export function ctcLoss(
  logProbs: Tensor,
  { targets, inputLengths, targetLengths }: CtcTargets,
  options: CtcOptions = {},
): Tensor {
  const { blank = 0, impossible = 'infinite' } = options;
  const loss = ctcLossOp([logProbs, targets, inputLengths, targetLengths], { blank });
  return impossible === 'zero' ? loss.equal(Infinity).where(0, loss) : loss;
}

/** The operation behind {@link ctcLoss}. */
export const ctcLossOp: Op<CtcParams> = defineOp<CtcParams>({
  name: 'ctcLoss',
  accepts: 'any',
  shape: (shapes, params) => {
    checkCtc('ctcLoss', shapes, params);
    return shapes[0]?.slice(0, 1) ?? [];
  },
  dtype: (dtypes) => checkCtcTypes('ctcLoss', dtypes),
  lower: (graph, inputs, { blank }, context) => {
    const ctc = lowerStates(graph, inputs, { blank, context });
    const { likelihood } = lowerForward(graph, ctc);
    const isPossible = graph.node('Greater', [likelihood, ctc.scalar(never / 10)]);
    const loss = graph.node('Where', [
      isPossible,
      graph.node('Neg', [likelihood]),
      ctc.scalar(Infinity),
    ]);
    return graph.node('Reshape', [loss, graph.int64s([ctc.shape.batch])]);
  },
  vjp: ({ inputs, dy }, params) => {
    const expected = ctcOccupancyOp(inputs, params);
    const factor = dy.neg().reshape([only(dy.shape[0], 'ctcLoss'), 1, 1]);
    return [expected.mul(factor), null, null, null];
  },
  samples: [
    ...ctcSamples,
    // Two equal labels need three frames; there is nothing to differentiate.
    {
      shapes: [[2, 2, 3], [2, 2], [2], [2]],
      params: { blank: 0 },
      values: { 1: [1, 1, 1, 2], 2: [2, 1], 3: [2, 2] },
      dtypes: { 1: 'int64', 2: 'int64', 3: 'int64' },
      differentiable: 0,
    },
  ],
});
