import { isFloat } from '../dtype.ts';
import { ConfigError, ShapeError } from '../errors.ts';
import { defineOp } from '../op.ts';
import { formatShape, sameShape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { only, type NoParams } from './elementwise.ts';
import { lowerLogSoftmax } from './logSoftmax.ts';
import { subtractOneHot } from './subtractOneHot.ts';

/** Options of {@link crossEntropy}. */
export interface CrossEntropyOptions {
  /** Share of each target that is spread evenly over all classes, from 0 to 1. Default 0. */
  readonly labelSmoothing?: number;
  /** Rows with this label have loss and gradient 0; it need not be a class. Default none. */
  readonly ignoreIndex?: number;
}

/**
 * Cross-entropy of each row of logits with its target: -sum_c target_c log softmax(logits)_c.
 *
 * The losses are not reduced: take their mean for PyTorch's default. With `ignoreIndex` divide their sum
 * by the number of rows that count; for class weights multiply by `weights.gather(labels)`.
 *
 * @param logits - [..., classes].
 * @param targets - Labels, int32 or int64, [...], each from 0 to classes - 1; or probabilities, [..., classes].
 * @returns Losses in nats, [...].
 * @throws {ShapeError} If the leading axes differ, `logits` is not of a floating-point type or `targets`
 * neither of its nor of an integer type.
 * @throws {ConfigError} If `labelSmoothing` is not from 0 to 1, or `ignoreIndex` is given without labels.
 */
export function crossEntropy(
  logits: Tensor,
  targets: Tensor,
  { labelSmoothing = 0, ignoreIndex }: CrossEntropyOptions = {},
): Tensor {
  if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
    throw new ConfigError(`crossEntropy: labelSmoothing = ${labelSmoothing} is not from 0 to 1`);
  }
  const hard = (labels: Tensor) => smoothed(logits, labels, labelSmoothing);
  if (ignoreIndex === undefined) {
    const isSoft = isFloat(targets.dtype) && targets.rank === logits.rank;
    return isSoft ? soft(logits, targets, labelSmoothing) : hard(targets);
  }
  if (isFloat(targets.dtype)) {
    throw new ConfigError(
      `crossEntropy: ignoreIndex = ${ignoreIndex} has no meaning for probabilities; multiply the losses by a mask`,
    );
  }
  const isIgnored = targets.equal(ignoreIndex);
  return isIgnored.where(0, hard(isIgnored.where(0, targets)));
}

function soft(logits: Tensor, targets: Tensor, labelSmoothing: number): Tensor {
  if (!sameShape(logits.shape, targets.shape)) {
    throw new ShapeError(
      `crossEntropy: probabilities ${formatShape(targets.shape)} do not fit logits ${formatShape(logits.shape)}; expected the same shape`,
    );
  }
  const classes = logits.shape.at(-1) ?? 1;
  const smooth =
    labelSmoothing === 0 ? targets : targets.mul(1 - labelSmoothing).add(labelSmoothing / classes);
  return smooth.mul(logits.logSoftmax()).sum(-1).neg();
}

function smoothed(logits: Tensor, labels: Tensor, labelSmoothing: number): Tensor {
  const losses = crossEntropyOp([logits, labels], {});
  if (labelSmoothing === 0) return losses;
  const uniform = logits.logSoftmax().mean(-1).neg();
  return losses.mul(1 - labelSmoothing).add(uniform.mul(labelSmoothing));
}

/** The operation behind {@link crossEntropy}. */
export const crossEntropyOp = defineOp<NoParams>({
  name: 'crossEntropy',
  accepts: 'any',
  shape: ([logits = [], labels = []]) => {
    if (logits.length === 0 || !sameShape(logits.slice(0, -1), labels)) {
      throw new ShapeError(
        `crossEntropy: labels ${formatShape(labels)} do not fit logits ${formatShape(logits)}; expected ${formatShape(logits.slice(0, -1))}`,
      );
    }
    return labels;
  },
  dtype: ([logits = 'float32', labels]) => {
    if (!isFloat(logits)) {
      throw new ShapeError(
        `crossEntropy: logits are ${logits}; convert with cast(logits, 'float32')`,
      );
    }
    if (labels !== 'int32' && labels !== 'int64') {
      throw new ShapeError(`crossEntropy: labels are ${labels}; expected int32 or int64`);
    }
    return logits;
  },
  lower: (graph, [logits = '', labels = ''], _, { inputs: [spec] }) => {
    const logProbs = lowerLogSoftmax(graph, logits, (spec?.shape.length ?? 1) - 1);
    const column = graph.node('Unsqueeze', [labels, graph.int64s([-1])]);
    const picked = graph.node('GatherElements', [logProbs, column], { axis: -1 });
    return graph.node('Neg', [graph.node('Squeeze', [picked, graph.int64s([-1])])]);
  },
  // dL/dlogits = dy * (softmax(logits) - oneHot(labels)); the log-softmax is that of the value, which the
  // runtime merges, and its exponential costs less than a softmax.
  vjp: ({ inputs, dy }) => {
    const logits = only(inputs[0], 'crossEntropy');
    const labels = only(inputs[1], 'crossEntropy');
    const error = subtractOneHot(logits.logSoftmax().exp(), labels);
    return [error.mul(dy.reshape([...dy.shape, 1])), null];
  },
  samples: [
    { shapes: [[3, 4], [3]], params: {}, values: { 1: [0, 3, 3] }, dtypes: { 1: 'int64' } },
    {
      shapes: [
        [2, 2, 3],
        [2, 2],
      ],
      params: {},
      values: { 1: [2, 1, 0, 2] },
      dtypes: { 1: 'int32' },
    },
    {
      shapes: [[1, 2], [1]],
      params: {},
      values: { 0: [1e4, -1e4], 1: [1] },
      dtypes: { 1: 'int64' },
    },
  ],
});
