import { compile, grad, tensor, type Tensor } from '@working-papers/grad';
import { describe, expect, test } from 'vitest';
import {
  applyConv2d,
  applyLinear,
  groupLasso,
  importance,
  keptRank,
  rankMask,
  type LowRank,
} from '../method.ts';
import fixture from './fixtures/layers.json' with { type: 'json' };
import { backend, expectClose, numbersOf } from './numbers.ts';

type Case = (typeof fixture.cases)[number];
type Stored = Case['u'];

const stored = ({ data, shape }: Stored) => tensor(Float32Array.from(data), { shape });
const layerOf = ({ u, v, b }: Case): LowRank => ({ u: stored(u), v: stored(v), b: stored(b) });

function forward(reference: Case, layer: LowRank, x: Tensor): Tensor {
  const mask = rankMask(layer.u.shape[1] ?? 0, reference.rank);
  const { kernel, stride, padding } = reference;
  return kernel === undefined || stride === undefined || padding === undefined
    ? applyLinear(layer, x, mask)
    : applyConv2d(layer, x, { kernel, stride, padding }, mask);
}

describe.each(fixture.cases)('$name against PyTorch', (reference) => {
  test('output and gradients are the same', async () => {
    const run = compile(
      (at: LowRank & { x: Tensor }) => {
        const y = ({ x, ...layer }: typeof at) => forward(reference, layer, x);
        const gradients = grad((each: typeof at) => y(each).mul(stored(reference.dy)).sum())(at);
        return { y: y(at), gradients };
      },
      { backend },
    );
    const { y, gradients } = await run({ ...layerOf(reference), x: stored(reference.x) });
    expectClose(await numbersOf(y), reference.y.data, 2e-5);
    for (const name of ['u', 'v', 'b', 'x'] as const) {
      expectClose(await numbersOf(gradients[name]), reference.gradients[name].data, 5e-5);
    }
  });

  test.each(['hierarchical', 'plain'] as const)(
    'the %s lasso, its gradient and importance are the same',
    async (kind) => {
      const isHierarchical = kind === 'hierarchical';
      const layer = layerOf(reference);
      const [lasso = NaN] = await numbersOf(groupLasso(layer, { isHierarchical }));
      expect(lasso / reference[kind].lasso).toBeCloseTo(1, 6);
      const { u, v } = grad((each: LowRank) => groupLasso(each, { isHierarchical }))(layer);
      expectClose(await numbersOf(u), reference[kind].du.data, 1e-5);
      expectClose(await numbersOf(v), reference[kind].dv.data, 1e-5);
      expectClose(importance(layer, { isHierarchical }), reference[kind].importance, 1e-4);
    },
  );

  test('pruning keeps as many ranks', () => {
    expect(keptRank(layerOf(reference), reference.threshold)).toBe(reference.kept);
  });
});
