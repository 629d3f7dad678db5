import { binary, none, reduce, unary, type Values } from './values.ts';

/** The parameters of the operations here; each reads its own. */
interface Params {
  readonly alpha: number;
  readonly axes: readonly number[];
  readonly axis: number;
  readonly keepDims: boolean;
  readonly max: number | null;
  readonly min: number | null;
  readonly slope: number;
}

/** More functions of single elements, logic, reductions, and what losses need. */
export const elementwise = {
  acos: unary(Math.acos),
  all: ([x = none], params) => reduce(x, params, (values) => Number(values.every(Boolean))),
  any: ([x = none], params) => reduce(x, params, (values) => Number(values.some(Boolean))),
  argmin: ([x = none], { axis }) =>
    reduce(x, { axes: [axis], keepDims: false }, (line) => line.indexOf(Math.min(...line))),
  asin: unary(Math.asin),
  atan: unary(Math.atan),
  atan2: binary(Math.atan2),
  ceil: unary(Math.ceil),
  clip: ([x = none], { min, max }) =>
    unary((v) => Math.min(Math.max(v, min ?? -Infinity), max ?? Infinity))([x]),
  elu: ([x = none], { alpha }) => unary((v) => (v > 0 ? v : alpha * Math.expm1(v)))([x]),
  expm1: unary(Math.expm1),
  floor: unary(Math.floor),
  isNaN: unary((x) => Number(Number.isNaN(x))),
  leakyRelu: ([x = none], { slope }) => unary((v) => (v > 0 ? v : slope * v))([x]),
  log1p: unary(Math.log1p),
  logicalAnd: binary((a, b) => a && b),
  logicalNot: unary((x) => Number(!x)),
  logicalOr: binary((a, b) => a || b),
  logicalXor: binary((a, b) => Number(a !== b)),
  mod: binary((a, b) => a - b * Math.floor(a / b)),
  norm: ([x = none], params) => reduce(x, params, (values) => Math.hypot(...values)),
  power: binary((a, b) => a ** b),
  prod: ([x = none], params) => reduce(x, params, (values) => values.reduce((p, v) => p * v, 1)),
  reciprocal: unary((x) => 1 / x),
  round: unary((x) => {
    const below = Math.floor(x);
    const isAbove = x - below > 0.5 || (x - below === 0.5 && below % 2 !== 0);
    return isAbove ? below + 1 : below;
  }),
  rsqrt: unary((x) => 1 / Math.sqrt(x)),
  subtractOneHot: ([x = none, labels = none]) => {
    const classes = x.shape.at(-1) ?? 1;
    const isLabel = (i: number) => labels.data[Math.floor(i / classes)] === i % classes;
    return { shape: x.shape, data: x.data.map((v, i) => v - Number(isLabel(i))) };
  },
  tan: unary(Math.tan),
} satisfies Readonly<Record<string, (inputs: readonly Values[], params: Params) => Values>>;
