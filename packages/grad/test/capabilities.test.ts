import { expect, test } from 'vitest';
import { dtypes } from '../src/dtype.ts';
import { knownOperators } from '../src/runtime/capabilities.ts';
import { nodeBackend } from '../src/runtime/node.ts';
import { webBackend } from '../src/runtime/web.ts';
import { operatorCases, typesThatRun } from './operatorCases.ts';

const backends = [await nodeBackend({ threads: 1 }), await webBackend({ threads: 2 })];

test('every operator that the tables name is tried', () => {
  const tried = new Set(operatorCases.map(({ operator }) => operator));
  expect(knownOperators.filter((operator) => !tried.has(operator))).toEqual([]);
});

test.each(backends.map((backend) => [backend.name, backend] as const))(
  '%s runs each operator with the element types that its capabilities name, and no others',
  async (_, backend) => {
    const { supports } = backend.capabilities;
    const claimed: Record<string, string> = {};
    const found: Record<string, string> = {};
    for (const testCase of operatorCases) {
      const { operator } = testCase;
      claimed[operator] = dtypes.filter((dtype) => supports(operator, dtype)).join(' ');
      found[operator] = (await typesThatRun(backend, testCase)).join(' ');
    }
    expect(found).toEqual(claimed);
  },
);
