import { nodeBackend } from '@working-papers/grad/node';
import { webBackend } from '@working-papers/grad/web';

/** What every numeric test runs on: the graphs are small, so one thread each. */
export const backends = [await nodeBackend({ threads: 1 }), await webBackend({ threads: 1 })];
