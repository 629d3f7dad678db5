import { expect, test } from 'vitest';
import { operations } from '../src/ops/registry.ts';
import { nodeBackend } from '../src/runtime/node.ts';
import { webBackend } from '../src/runtime/web.ts';
import { proofText, prove, tableText } from './opTable.ts';
import type { AnyOp } from './walk.ts';

// The table of `npm run ops`; `npm run ops -- --write` writes it anew. The column of WebGPU is proved by
// test/browser/ops.browser.test.ts.

const walked: readonly AnyOp[] = operations;
const backends = {
  native: await nodeBackend({ threads: 2 }),
  wasm: await webBackend({ threads: 2 }),
};
const tolerance = { value: 2e-6, gradient: 2e-5 };

test(
  'the table of operations is what the walk of every sample shows on node and wasm',
  { timeout: 600_000 },
  async () => {
    const rows: Record<string, Readonly<Record<string, string>>> = {};
    for (const op of walked) {
      const native = await prove(backends.native, op, { tolerance });
      const wasm = await prove(backends.wasm, op, { tolerance });
      rows[op.definition.name] = { native: proofText(native), wasm: proofText(wasm) };
    }
    await expect(tableText(rows)).toMatchFileSnapshot('./tables/ops.json');
  },
);
