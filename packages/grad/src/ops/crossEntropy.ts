import { isFloat } from '../dtype.ts';
import { ShapeError } from '../errors.ts';
import { defineOp } from '../op.ts';
import { formatShape, sameShape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { only, type NoParams } from './elementwise.ts';

/**
 * Cross-entropy of each row of logits with its class: -log softmax(logits)[label].
 *
 * @param logits - [..., classes].
 * @param labels - int32 or int64, [...]; each from 0 to classes - 1.
 * @returns Losses in nats, [...]; take their mean for PyTorch's default.
 * @throws {ShapeError} If the leading axes differ, `logits` is not of a floating-point type or `labels`
 * not of an integer type.
 */
export function crossEntropy(logits: Tensor, labels: Tensor): Tensor {
  return crossEntropyOp([logits, labels], {});
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
  lower: (graph, [logits = '', labels = '']) => {
    const logProbs = graph.node('LogSoftmax', [logits], { axis: -1 });
    const column = graph.node('Unsqueeze', [labels, graph.int64s([-1])]);
    const picked = graph.node('GatherElements', [logProbs, column], { axis: -1 });
    return graph.node('Neg', [graph.node('Squeeze', [picked, graph.int64s([-1])])]);
  },
  // dL/dlogits = dy * (softmax(logits) - oneHot(labels)).
  vjp: ({ inputs, dy }) => {
    const logits = only(inputs[0], 'crossEntropy');
    const labels = only(inputs[1], 'crossEntropy');
    const classes = logits.shape.at(-1) ?? 1;
    const error = logits.softmax().sub(labels.oneHot(classes).cast(logits.dtype));
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
