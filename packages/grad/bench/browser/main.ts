/** A page of the bench: answers the requests that the harness puts to `window.answer`. */
import { Host } from '../host.ts';
import { loadRival } from '../loaders.ts';
import type { Request } from '../request.ts';

const host = new Host((request) =>
  loadRival(request, {
    wasmFolder: () => '/node_modules/@tensorflow/tfjs-backend-wasm/dist/',
  }),
);

Object.assign(globalThis, { answer: (request: Request) => host.answer(request) });
