import { describe, expect, test } from 'vitest';
import { dtypes } from '../../src/dtype.ts';
import { webgpuRuns } from '../../src/runtime/capabilities.ts';
import { operatorCases, typesThatRun } from '../operatorCases.ts';
import { webgpuIfThere } from './webgpu.ts';

const backend = await webgpuIfThere();

describe.skipIf(backend === null)('WebGPU (needs an adapter)', () => {
  test(
    'runs each operator with the element types that its table names, and leaves all others to the CPU',
    { timeout: 300_000 },
    async () => {
      const claimed: Record<string, string> = {};
      const found: Record<string, string> = {};
      for (const testCase of operatorCases) {
        const { operator } = testCase;
        claimed[operator] = dtypes.filter((dtype) => webgpuRuns(operator, dtype)).join(' ');
        found[operator] = backend ? (await typesThatRun(backend, testCase)).join(' ') : '';
      }
      expect(found).toEqual(claimed);
    },
  );
});
