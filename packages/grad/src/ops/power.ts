import type { Tensor } from '../tensor.ts';
import { defineBinary, only } from './elementwise.ts';
import { logicalAnd } from './logicalAnd.ts';

/** The operation behind `pow` with an exponent for each element. */
export const powerOp = defineBinary({
  name: 'power',
  accepts: 'float',
  lower: 'Pow',
  vjp: ({ inputs, y, dy }) => {
    const base = only(inputs[0], 'power');
    const exponent = only(inputs[1], 'power');
    return [dy.mul(slopeInBase(base, exponent)), dy.mul(y).mul(logOfBase(base, exponent))];
  },
  samples: [
    {
      shapes: [
        [2, 3],
        [2, 3],
      ],
      params: {},
      domain: 'positive',
    },
    {
      shapes: [
        [2, 1, 3],
        [4, 1],
      ],
      params: {},
      domain: 'positive',
    },
    { shapes: [[3], []], params: {}, domain: 'positive', values: { 1: [-1.5] } },
    // At base 0, where 0 * log(0) and 0 * 0^-1 would be NaN.
    {
      shapes: [[4], [4]],
      params: {},
      values: { 0: [0, 0, 0, 2], 1: [1, 2, 3, 0] },
      differentiable: 1,
    },
    {
      shapes: [[5], [5]],
      params: {},
      values: { 0: [0, -2, 1e4, 0, -8], 1: [0, 3, -2, -1, 0.5] },
      differentiable: 0,
    },
  ],
});

/** exponent * base^(exponent - 1), and 0 for exponent 0 at every base. */
function slopeInBase(base: Tensor, exponent: Tensor): Tensor {
  const isConstant = exponent.equal(0);
  const safe = isConstant.where(1, exponent);
  return isConstant.where(0, safe.mul(powerOp([base, safe.sub(1)], {})));
}

/** log(base), and 0 at base 0 where the power is 0 or 1 and does not change with the exponent. */
function logOfBase(base: Tensor, exponent: Tensor): Tensor {
  const isFlat = logicalAnd(base.equal(0), exponent.greaterEqual(0));
  return isFlat.where(1, base).log();
}
