import * as ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { RuntimeUnavailableError, ShapeError } from '../src/errors.ts';
import { compile, tensor, topK, type Backend, type Tensor } from '../src/index.ts';
import { operations } from '../src/ops/registry.ts';
import { webgpuCapabilities } from '../src/runtime/capabilities.ts';
import { nodeBackend } from '../src/runtime/node.ts';
import { createOrtSession } from '../src/runtime/ort.ts';
import { expectedOf, expectResults, prepareCall, runCall, type AnyOp, type Call } from './walk.ts';

// The graphs that WebGPU gets, run by the CPU's kernels: without a browser, and with exact integers.

const name = 'as-webgpu';
const backend: Backend = {
  ...(await nodeBackend({ threads: 1 })),
  name,
  capabilities: webgpuCapabilities({ backend: name, allowFallback: true }),
  createSession: (model, { optimization }) =>
    createOrtSession(model, {
      ort,
      name,
      keepsInt64: false,
      options: { graphOptimizationLevel: optimization, logSeverityLevel: 2 },
    }),
};
const strict: Backend = {
  ...backend,
  capabilities: webgpuCapabilities({ backend: name, allowFallback: false }),
};

const walked: readonly AnyOp[] = operations;

function callOf(op: AnyOp, dtype: 'int32' | 'int64' | 'bool'): Call | null {
  const [sample] = op.definition.samples;
  try {
    const call = sample ? prepareCall(op, sample, dtype) : null;
    const isNarrow = call && [...call.inputs, ...call.outputs].every((x) => x.dtype !== 'float64');
    return isNarrow ? call : null;
  } catch (error) {
    if (error instanceof ShapeError) return null;
    throw error;
  }
}

describe.each(['int32', 'int64', 'bool'] as const)('%s', (dtype) => {
  const calls = walked.flatMap((op): [string, Call][] => {
    const call = callOf(op, dtype);
    return call ? [[op.definition.name, call]] : [];
  });

  test.each(calls)('%s gives the same through graphs for WebGPU', async (_, call) => {
    const tolerance = { value: 2e-6, gradient: 0 };
    const actual = await runCall({ backend }, call, 0);
    expectResults(actual, expectedOf(call, 0), { call, tolerance, what: name });
  });
});

describe('adaptGraph', () => {
  const x = tensor(BigInt64Array.of(1n, 2n));

  test('asks for int32 where the function takes int64, and answers int64', async () => {
    const model = compile((a: Tensor) => ({ same: a, more: a.add(1) }), { backend }).toOnnx(x);
    const session = await ort.InferenceSession.create(model);
    const typesOf = (values: readonly { readonly name: string }[]) =>
      values.map((value) => [value.name, 'type' in value ? value.type : undefined]);
    expect(typesOf(session.inputMetadata)).toEqual([['in.0', 'int32']]);
    expect(typesOf(session.outputMetadata)).toEqual([
      ['out.same', 'int64'],
      ['out.more', 'int64'],
    ]);
  });

  test('an output that the graph reads on is int64 outside and int32 inside', async () => {
    const compiled = compile(
      (a: Tensor) => {
        const best = a.mul(3);
        return { best, after: best.add(1), again: best };
      },
      { backend },
    );
    const result = await compiled(x);
    expect(await result.best.data()).toEqual(BigInt64Array.of(3n, 6n));
    expect(await result.after.data()).toEqual(BigInt64Array.of(4n, 7n));
    expect(await result.again.data()).toEqual(BigInt64Array.of(3n, 6n));
  });

  test.each<[string, (a: Tensor) => Tensor]>([
    ['TopK (int32)', (a) => topK(a, 1).values],
    ['Cast (float64)', (a) => a.cast('float64')],
  ])('names %s, which would be left to the CPU', async (operator, fn) => {
    const run = compile(fn, { backend: strict })(x);
    await expect(run).rejects.toThrow(
      `${name} does not run ${operator}, which would be left to the CPU`,
    );
    await expect(run).rejects.toThrow(RuntimeUnavailableError);
  });
});
