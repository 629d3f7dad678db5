import {
  at,
  broadcast,
  build,
  count,
  erf,
  logSumExp,
  none,
  sum,
  unary,
  type Reference,
  type Values,
} from './values.ts';

interface Params {
  readonly epsilon: number;
  readonly nHeads: readonly number[];
  readonly scale: number;
}

/** Attention and what stands around it in a transformer's block. */
export const attention = {
  attention: ([q = none, k = none, v = none, bias], { scale }: Params) => {
    const [ofQ = [], ofK = [], ofV = []] = [q, k, v].map(({ shape }) => shape.slice(0, -2));
    const outer = broadcast(broadcast(ofQ, ofK), ofV);
    const [queries = 0, dHead = 0] = q.shape.slice(-2);
    const keys = k.shape.at(-2) ?? 0;
    const probabilities = build([...outer, queries, keys], (index) => {
      const [query = 0, chosen = 0] = index.slice(-2);
      const head = index.slice(0, -2);
      const scores = count(keys).map((key) => {
        const products = count(dHead).map(
          (d) => at(q, [...head, query, d]) * at(k, [...head, key, d]),
        );
        return scale * sum(products) + (bias ? at(bias, [...head, query, key]) : 0);
      });
      return Math.exp((scores[chosen] ?? NaN) - logSumExp(scores));
    });
    const y = build([...outer, queries, v.shape.at(-1) ?? 0], (index) => {
      const [query = 0, d = 0] = index.slice(-2);
      const head = index.slice(0, -2);
      return sum(
        count(keys).map(
          (key) => at(probabilities, [...head, query, key]) * at(v, [...head, key, d]),
        ),
      );
    });
    return [y, probabilities];
  },
  gelu: unary((x) => (x * (1 + erf(x / Math.SQRT2))) / 2),
  geluTanh: unary(
    (x) => (x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)))) / 2,
  ),
  layerNorm: ([x = none, scale = none, shift = none], { epsilon }: Params) => {
    const mean = rows(x, average);
    const inverse = rows(
      x,
      (row) => 1 / Math.sqrt(average(row.map((v) => (v - average(row)) ** 2)) + epsilon),
    );
    const y = build(x.shape, (index) => {
      const normal = (at(x, index) - at(mean, index)) * at(inverse, index);
      return normal * at(scale, index.slice(-1)) + at(shift, index.slice(-1));
    });
    return [y, mean, inverse];
  },
  rmsNorm: ([x = none, scale = none], { epsilon }: Params) => {
    const inverse = rows(x, (row) => 1 / Math.sqrt(average(row.map((v) => v ** 2)) + epsilon));
    const y = build(
      x.shape,
      (index) => at(x, index) * at(inverse, index) * at(scale, index.slice(-1)),
    );
    return [y, inverse];
  },
  splitHeads: ([x = none], { nHeads }: Params) => {
    const [batch = 0, seq = 0, width = 0] = x.shape;
    const dHead = width / sum(nHeads);
    return nHeads.map((heads, part) => {
      const before = sum(nHeads.slice(0, part));
      return build([batch, heads, seq, dHead], ([b = 0, head = 0, t = 0, d = 0]) =>
        at(x, [b, t, (before + head) * dHead + d]),
      );
    });
  },
} satisfies Record<string, Reference>;

/** Each row along the last axis as one number, with size 1. */
function rows(x: Values, f: (row: readonly number[]) => number): Values {
  return build(x.shape.with(-1, 1), (index) =>
    f(count(x.shape.at(-1) ?? 0).map((i) => at(x, [...index.slice(0, -1), i]))),
  );
}

function average(values: readonly number[]): number {
  return sum(values) / values.length;
}
