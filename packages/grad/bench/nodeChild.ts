/** A process of the bench: answers requests, a line of JSON each on stdin, on file descriptor 3. */
import { writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { Host, type Loaded } from './host.ts';
import { loadOurs, loadRival } from './loaders.ts';
import type { Request, StartRequest } from './request.ts';
import { nodeBackend } from '../src/runtime/node.ts';

const replies = 3;

async function load(request: StartRequest): Promise<Loaded> {
  const { runner, threads } = request;
  if (runner === 'node') return loadOurs(await nodeBackend({ threads }), request);
  // jax-js asks what a browser knows, which Node does not before version 21.
  globalThis.navigator ??= Object.assign(Object.create(null), {
    hardwareConcurrency: threads,
    userAgent: 'Node.js',
  });
  const wasmModule = '@tensorflow/tfjs-backend-wasm';
  const wasmFolder = () => `${dirname(createRequire(import.meta.url).resolve(wasmModule))}/`;
  return loadRival(request, { wasmFolder });
}

const host = new Host(load);
for await (const line of createInterface({ input: process.stdin })) {
  // The harness is the only writer of these lines.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const reply = await host.answer(JSON.parse(line) as Request);
  writeSync(replies, `${JSON.stringify(reply)}\n`);
}
// The harness has closed the line: worker threads of wasm must not keep the process alive.
process.exit();
