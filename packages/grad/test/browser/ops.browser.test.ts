import { describe, expect, test } from 'vitest';
import { operations } from '../../src/ops/registry.ts';
import { webBackend } from '../../src/runtime/web.ts';
import { proofText, prove, tableText } from '../opTable.ts';
import type { AnyOp } from '../walk.ts';
import { webgpuIfThere } from './webgpu.ts';

const walked: readonly AnyOp[] = operations;
const named = walked.map((op) => [op.definition.name, op] as const);
const webgpu = await webgpuIfThere();
const wasm = await webBackend({ threads: 2 });

test.each(named)('%s follows its definition on wasm', { timeout: 120_000 }, async (_, op) => {
  const tolerance = { value: 2e-6, gradient: 2e-5 };
  expect(await prove(wasm, op, { tolerance })).not.toHaveProperty('refusal');
});

describe.skipIf(webgpu === null)('on WebGPU (needs an adapter)', () => {
  const rows: Record<string, { webgpu: string }> = {};

  test.each(named)(
    '%s follows its definition or is refused',
    { timeout: 120_000 },
    async (name, op) => {
      if (!webgpu) return;
      const tolerance = { value: 1e-3, gradient: 1e-3 };
      const proof = await prove(webgpu, op, { tolerance, isFinite: true });
      expect(proof.dtypes.length > 0 || proof.refusal !== undefined).toBe(true);
      rows[name] = { webgpu: proofText(proof) };
    },
  );

  test('the column of WebGPU in the table of operations is what this walk showed', async () => {
    await expect(tableText(rows)).toMatchFileSnapshot('../tables/ops.webgpu.json');
  });
});
