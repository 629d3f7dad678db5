import { nodeBackend } from '@working-papers/grad/node';
import { webBackend } from '@working-papers/grad/web';

/** What every numeric test runs on; wasm has the same number of threads in the tests of all packages. */
export const backends = [await nodeBackend({ threads: 1 }), await webBackend({ threads: 2 })];
