import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { RuntimeUnavailableError, ShapeError } from '../src/errors.ts';
import { operations } from '../src/ops/registry.ts';
import type { Backend } from '../src/runtime/backend.ts';
import { nodeBackend } from '../src/runtime/node.ts';
import { webBackend } from '../src/runtime/web.ts';
import { inputTypes, withoutFloat64, withoutGradient } from './exceptions.ts';
import {
  expectedOf,
  expectResults,
  outputByOutput,
  prepareCall,
  runCall,
  type AnyOp,
} from './walk.ts';

const walked: readonly AnyOp[] = operations;
const node = await nodeBackend({ threads: 2 });
const wasm = await webBackend({ threads: 2 });
/** Lacks every operator that a backend may lack, so that operations are composed of others. */
const composing: Backend = {
  ...node,
  name: 'composed',
  capabilities: { ...node.capabilities, supports: () => false },
};

describe('the registry', () => {
  test('lists every operation that a file of src/ops exports', async () => {
    const folder = new URL('../src/ops/', import.meta.url);
    const names = await Promise.all(
      readdirSync(folder).map(async (file) => {
        const module: unknown = await import(new URL(file, folder).href);
        return Object.values(module ?? {})
          .filter(isOp)
          .map((op) => op.definition.name);
      }),
    );
    const listed = walked.map((op) => op.definition.name);
    expect(names.flat().toSorted()).toEqual(listed.toSorted());
  });

  test('stops gradients at the operations that have none, and at no others', () => {
    const stopping = walked.filter((op) => op.definition.vjp === null);
    expect(stopping.map((op) => op.definition.name).toSorted()).toEqual(withoutGradient);
  });
});

describe.each(walked.map((op) => [op.definition.name, op] as const))('%s', (name, op) => {
  const { accepts = 'float', samples } = op.definition;
  const types = accepts === 'any' ? inputTypes[name] : accepts;

  for (const sample of samples) {
    const title = `${JSON.stringify(sample.shapes)} ${JSON.stringify(sample.params)}`;
    const { differentiable: order = 2, slack = 1 } = sample;
    const within = (value: number, gradient: number) => ({
      value: slack * value,
      gradient: slack * gradient,
    });

    test(`follows its definition in float32, ${title}`, async () => {
      const call = prepareCall(op, sample, 'float32');
      const expected = expectedOf(call, order);
      const native = await runCall({ backend: node }, call, order);
      const plain = await runCall({ backend: node, isCleaned: false }, call, order);
      const web = await runCall({ backend: wasm }, call, order);
      const composed = await runCall({ backend: composing }, call, order);
      const exact = within(2e-6, 2e-5);
      expectResults(native, expected, { call, tolerance: exact, what: 'node' });
      expectResults(web, expected, { call, tolerance: exact, what: 'wasm' });
      expectResults(composed, expected, { call, tolerance: exact, what: 'composed' });
      const same = within(1e-6, 1e-6);
      expectResults(plain, native, { call, tolerance: same, what: 'without clean-up' });
      const close = within(1e-5, 1e-5);
      expectResults(web, native, { call, tolerance: close, what: 'wasm against node' });
    });

    const apart = order === 0 ? [] : outputByOutput(prepareCall(op, sample, 'float32'));
    for (const call of apart) {
      const alone = call.dys.findIndex((dy) => dy !== null);
      test(`has the gradient of output ${alone} alone, ${title}`, async () => {
        const actual = await runCall({ backend: node }, call, 1);
        const tolerance = within(2e-6, 2e-5);
        expectResults(actual, expectedOf(call, 1), { call, tolerance, what: 'node' });
      });
    }

    // What the sample types itself has been checked above.
    const isTyped = sample.shapes.every((_, i) => sample.dtypes?.[i] !== undefined);
    if (isTyped) continue;

    if (withoutFloat64.has(name)) {
      test(`has no kernel in float64, ${title}`, async () => {
        const run = runCall({ backend: node }, prepareCall(op, sample, 'float64'), order);
        await expect(run).rejects.toThrow(RuntimeUnavailableError);
      });
    } else {
      test(`follows its definition in float64, ${title}`, async () => {
        const call = prepareCall(op, sample, 'float64');
        const actual = await runCall({ backend: node }, call, order);
        const tolerance = within(1e-12, 1e-6);
        expectResults(actual, expectedOf(call, order), { call, tolerance, what: 'node' });
      });
    }

    if (types === 'float') continue;
    for (const dtype of ['int32', 'int64', 'bool'] as const) {
      if (dtype === 'bool' && types === 'number') {
        test(`refuses bool, ${title}`, () => {
          expect(() => prepareCall(op, sample, dtype)).toThrow(ShapeError);
        });
        continue;
      }
      test(`follows its definition in ${dtype}, ${title}`, async () => {
        const call = prepareCall(op, sample, dtype);
        for (const backend of [node, wasm, composing]) {
          const actual = await runCall({ backend }, call, 0);
          const tolerance = within(2e-6, 0);
          expectResults(actual, expectedOf(call, 0), { call, tolerance, what: backend.name });
        }
      });
    }
  }
});

function isOp(value: unknown): value is AnyOp {
  return typeof value === 'function' && 'definition' in value && 'all' in value;
}
