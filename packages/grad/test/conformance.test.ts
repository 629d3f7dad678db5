import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { RuntimeUnavailableError, ShapeError } from '../src/errors.ts';
import { operations } from '../src/ops/registry.ts';
import { nodeBackend } from '../src/runtime/node.ts';
import { webBackend } from '../src/runtime/web.ts';
import { expectedOf, expectResults, prepareCall, runCall, type AnyOp } from './walk.ts';

const walked: readonly AnyOp[] = operations;
const node = await nodeBackend({ threads: 2 });
const wasm = await webBackend({ threads: 2 });

const withoutGradient = [
  'argmax',
  'equal',
  'greater',
  'greaterEqual',
  'less',
  'lessEqual',
  'oneHot',
  'sign',
  'stopGradient',
];

/** Where a sample lies on a kink, at which only the first gradient has a meaning. */
const kinked = new Set(['maximum', 'minimum']);

/** Operations for which ONNX Runtime has no float64 kernel. */
const withoutFloat64 = new Set(['erf', 'gelu']);

describe('the registry', () => {
  test('lists every file of src/ops', () => {
    const shared = ['elementwise', 'reduction', 'registry', 'sumTo'];
    const files = readdirSync(new URL('../src/ops', import.meta.url)).map((file) =>
      file.replace('.ts', ''),
    );
    const names = walked.map((op) => op.definition.name);
    expect(files.filter((file) => !shared.includes(file)).toSorted()).toEqual(names.toSorted());
  });

  test('stops gradients at the operations that have none, and at no others', () => {
    const stopping = walked.filter((op) => op.definition.vjp === null);
    expect(stopping.map((op) => op.definition.name).toSorted()).toEqual(withoutGradient);
  });
});

describe.each(walked.map((op) => [op.definition.name, op] as const))('%s', (name, op) => {
  const { accepts = 'float', samples } = op.definition;
  const order = kinked.has(name) ? 1 : 2;
  const takesBool = accepts !== 'number' && name !== 'scatterAdd';
  const takesIntegers = accepts !== 'float' && name !== 'crossEntropy';

  for (const sample of samples) {
    const title = `${JSON.stringify(sample.shapes)} ${JSON.stringify(sample.params)}`;

    test(`follows its definition in float32, ${title}`, async () => {
      const call = prepareCall(op, sample, 'float32');
      const expected = expectedOf(call, order);
      const native = await runCall({ backend: node }, call, order);
      const plain = await runCall({ backend: node, isCleaned: false }, call, order);
      const web = await runCall({ backend: wasm }, call, order);
      expectResults(native, expected, { value: 2e-6, gradient: 2e-5 }, 'node');
      expectResults(web, expected, { value: 2e-6, gradient: 2e-5 }, 'wasm');
      expectResults(plain, native, { value: 1e-6, gradient: 1e-6 }, 'without clean-up');
      expectResults(web, native, { value: 1e-5, gradient: 1e-5 }, 'wasm against node');
    });

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
        expectResults(actual, expectedOf(call, order), { value: 1e-12, gradient: 1e-6 }, 'node');
      });
    }

    if (!takesIntegers) continue;
    for (const dtype of ['int32', 'int64', 'bool'] as const) {
      if (dtype === 'bool' && !takesBool) {
        test(`refuses bool, ${title}`, () => {
          expect(() => prepareCall(op, sample, dtype)).toThrow(ShapeError);
        });
        continue;
      }
      test(`follows its definition in ${dtype}, ${title}`, async () => {
        const call = prepareCall(op, sample, dtype);
        for (const backend of [node, wasm]) {
          const actual = await runCall({ backend }, call, 0);
          expectResults(actual, expectedOf(call, 0), { value: 0, gradient: 0 }, backend.name);
        }
      });
    }
  }
});
