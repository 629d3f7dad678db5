import { describe, expect, test } from 'vitest';
import { isFloat } from '../src/dtype.ts';
import {
  atan2,
  binaryCrossEntropy,
  compile,
  crossEntropy,
  elu,
  gumbelSoftmax,
  hardSigmoid,
  hardSwish,
  hardTanh,
  huber,
  isInf,
  klDivergence,
  leakyRelu,
  lerp,
  logSigmoid,
  meanAbsoluteError,
  meanSquaredError,
  mish,
  selu,
  smoothL1,
  tensor,
  vjp,
  type Backend,
  type DType,
  type Tensor,
} from '../src/index.ts';
import { nodeBackend } from '../src/runtime/node.ts';
import { webBackend } from '../src/runtime/web.ts';
import { expectClose } from './closeness.ts';
import fixture from './fixtures/elementwise.json' with { type: 'json' };
import { withoutOperators } from './withoutOperators.ts';

interface Stored {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: readonly (number | boolean | string)[];
}

/** The parameters of all operations; each reads its own. */
interface Params {
  readonly alpha: number;
  readonly axes: readonly number[];
  readonly axis: number;
  readonly correction: number;
  readonly ignoreIndex: number;
  readonly keepDims: boolean;
  readonly labelSmoothing: number;
  readonly max: number;
  readonly min: number;
  readonly size: number;
  readonly slope: number;
  readonly temperature: number;
}

interface Case {
  readonly op: string;
  readonly params: Partial<Params>;
  readonly inputs: readonly Stored[];
  readonly output: Stored;
  readonly dy?: Stored;
  readonly grads?: readonly (Stored | null)[];
}

const cases: readonly Case[] = fixture.cases;

type Call = (inputs: readonly [Tensor, Tensor, Tensor], params: Params) => Tensor;

/** Our call for each operation of scripts/reference/elementwise.py, as a user writes it. */
const calls: Readonly<Record<string, Call>> = {
  acos: ([x]) => x.acos(),
  all: ([x], { axes }) => x.all(axes),
  any: ([x], { axes }) => x.any(axes),
  argmin: ([x], { axis }) => x.argmin(axis),
  asin: ([x]) => x.asin(),
  atan: ([x]) => x.atan(),
  atan2: ([y, x]) => atan2(y, x),
  binaryCrossEntropy: ([x, targets]) => binaryCrossEntropy(x, targets),
  ceil: ([x]) => x.ceil(),
  clip: ([x], bounds) => x.clip(bounds),
  crossEntropy: ([logits, targets], options) => crossEntropy(logits, targets, options),
  cumprod: ([x], { axis }) => x.cumprod(axis),
  elu: ([x], { alpha }) => elu(x, alpha),
  expm1: ([x]) => x.expm1(),
  floor: ([x]) => x.floor(),
  gumbelSoftmax: ([logits, noise], options) => gumbelSoftmax(logits, noise, options),
  hardSigmoid: ([x]) => hardSigmoid(x),
  hardSwish: ([x]) => hardSwish(x),
  hardTanh: ([x]) => hardTanh(x),
  huber: ([a, b], { size }) => huber(a, b, size),
  isFinite: ([x]) => x.isFinite(),
  isInf: ([x]) => isInf(x),
  isNaN: ([x]) => x.isNaN(),
  klDivergence: ([logP, logQ]) => klDivergence(logP, logQ),
  leakyRelu: ([x], { slope }) => leakyRelu(x, slope),
  lerp: ([a, b, weight]) => lerp(a, b, weight),
  log1p: ([x]) => x.log1p(),
  logSigmoid: ([x]) => logSigmoid(x),
  logSumExp: ([x], { axes, keepDims }) => x.logSumExp(axes, { keepDims }),
  logicalAnd: ([a, b]) => a.logicalAnd(b),
  logicalNot: ([x]) => x.logicalNot(),
  logicalOr: ([a, b]) => a.logicalOr(b),
  logicalXor: ([a, b]) => a.logicalXor(b),
  meanAbsoluteError: ([a, b]) => meanAbsoluteError(a, b),
  meanSquaredError: ([a, b]) => meanSquaredError(a, b),
  mish: ([x]) => mish(x),
  mod: ([a, b]) => a.mod(b),
  norm: ([x], { axes, keepDims }) => x.norm(axes, { keepDims }),
  norm1: ([x], { axes, keepDims }) => x.norm(axes, { keepDims, order: 1 }),
  notEqual: ([a, b]) => a.notEqual(b),
  pow: ([x, exponent]) => x.pow(exponent),
  prod: ([x], { axes, keepDims }) => x.prod(axes, { keepDims }),
  reciprocal: ([x]) => x.reciprocal(),
  round: ([x]) => x.round(),
  rsqrt: ([x]) => x.rsqrt(),
  selu: ([x]) => selu(x),
  smoothL1: ([a, b], { size }) => smoothL1(a, b, size),
  standardDeviation: ([x], { axes, ...options }) => x.standardDeviation(axes, options),
  tan: ([x]) => x.tan(),
  variance: ([x], { axes, ...options }) => x.variance(axes, options),
};

const node = await nodeBackend({ threads: 2 });
const lacking = 'And Elu IsNaN LeakyRelu LogSoftmax Mod Not Or Round Sign Tan Xor'.split(' ');
const backends: readonly Backend[] = [
  node,
  await webBackend({ threads: 2 }),
  withoutOperators(node, lacking),
];

test('every operation of the fixture is called', () => {
  const names = new Set(cases.map(({ op }) => op));
  expect([...names].toSorted()).toEqual(Object.keys(calls));
});

describe.each(backends.map((backend) => [backend.name, backend] as const))('%s', (_, backend) => {
  test.each(cases.map((c, i) => [`${c.op} ${i} ${JSON.stringify(c.params)}`, c] as const))(
    "%s has PyTorch's value and gradient",
    async (title, { op, params, inputs, output, dy, grads = [] }) => {
      const call = calls[op];
      if (call === undefined) throw new Error(`no call for ${op}`);
      const run = compile(
        (places: readonly Tensor[], cotangent: Tensor | null) => {
          const floats = places.filter((x) => isFloat(x.dtype));
          const apply = (leaves: readonly Tensor[]): Tensor => {
            let next = 0;
            const all = places.map((x) => (isFloat(x.dtype) ? leaves[next++] : x));
            const [a = all[0], b = a, c = b] = all;
            if (a === undefined || b === undefined || c === undefined) throw new Error('no input');
            // The fixture gives each call the parameters that it reads.
            return call([a, b, c], params as Params);
          };
          if (cotangent === null) return { y: apply(floats), grads: [] };
          const [y, pull] = vjp(apply, floats);
          return { y, grads: pull(cotangent) };
        },
        { backend, name: op },
      );
      const actual = await run(inputs.map(stored), dy ? stored(dy) : null);
      await run.dispose();
      expect(actual.y.shape).toEqual(output.shape);
      expectClose(await actual.y.data(), output.data.map(Number), 3e-6, title);
      const expected = grads.filter((grad) => grad !== null);
      expect(actual.grads.map((grad) => grad.shape)).toEqual(expected.map(({ shape }) => shape));
      for (const [i, grad] of actual.grads.entries()) {
        expectClose(await grad.data(), expected[i]?.data.map(Number) ?? [], 1e-5, `gradient ${i}`);
      }
    },
  );
});

function stored({ dtype, shape, data }: Stored): Tensor {
  const types: Readonly<Record<string, DType>> = { int64: 'int64', bool: 'bool' };
  return tensor(data.map(Number), { shape, dtype: types[dtype] ?? 'float32' });
}
