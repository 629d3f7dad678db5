import { compile, vjp, type Tensor } from '@working-papers/grad';
import { describe, expect, test } from 'vitest';
import { backends } from './backends.ts';
import fixture from './fixtures/layers.json' with { type: 'json' };
import { largestError } from './largestError.ts';
import { computeLayer, stored, type LayerCase, type Named, type Stored } from './layerCases.ts';

const cases: readonly LayerCase[] = fixture.cases;

function tensors(values: Readonly<Record<string, Stored>>): Named {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, stored(value)]));
}

/** The entries of `values` that `names` has too. */
function only(values: Named, names: object): Named {
  return Object.fromEntries(Object.entries(values).filter(([name]) => name in names));
}

async function expectNamed(actual: Named, expected: Readonly<Record<string, Stored>>) {
  expect(Object.keys(actual).toSorted()).toEqual(Object.keys(expected).toSorted());
  for (const [name, { shape, data }] of Object.entries(expected)) {
    const value: Tensor | undefined = actual[name];
    expect(value?.shape, `shape of ${name}`).toEqual(shape);
    if (value) expect(await largestError(value, data, 1), name).toBeLessThan(1e-5);
  }
}

describe.each(backends)('against PyTorch on $name', (backend) => {
  const rows = cases.map((reference, i) => {
    const settings = Object.entries(reference).flatMap(([name, value]) =>
      ['kind', 'inputs', 'outputs', 'dys', 'grads'].includes(name)
        ? []
        : [`${name} ${JSON.stringify(value).slice(0, 60)}`],
    );
    return { title: [`${i}: ${reference.kind}`, ...settings].join(', '), reference };
  });

  test.each(rows)('agrees in every output and every gradient: $title', async ({ reference }) => {
    const run = compile(
      (x: Named, dys: Named) => {
        const of = (leaves: Named) => computeLayer({ ...x, ...leaves }, reference);
        const [, pull] = vjp((leaves: Named) => only(of(leaves), dys), only(x, reference.grads));
        return { outputs: of({}), grads: pull(dys) };
      },
      { backend },
    );
    const { outputs, grads } = await run(tensors(reference.inputs), tensors(reference.dys));
    await run.dispose();
    await expectNamed(outputs, reference.outputs);
    await expectNamed(grads, reference.grads);
  });
});
