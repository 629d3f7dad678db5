import { work } from '../src/index.ts';
import type { WorkbenchModule } from '../src/workbench.ts';

/** What a worker of the tests is started with, as JSON. */
export interface ToyWorkerOptions {
  readonly url: string;
  readonly source: string;
  readonly commit?: string;
  readonly workbench: WorkbenchModule;
  readonly workers?: number;
  readonly idleSeconds?: number;
}

/** A machine that serves a queue: says on standard output what happens, as JSON lines. */
const options = JSON.parse(process.argv[2] ?? '') as ToyWorkerOptions;
const controller = new AbortController();
process.once('SIGTERM', () => controller.abort());
const say = (line: object) => void process.stdout.write(`${JSON.stringify(line)}\n`);
await work(options.url, {
  commit: 'a'.repeat(40),
  searchSeconds: 1,
  pollSeconds: 0.1,
  pauseSeconds: 0.1,
  ...options,
  sourceOf: () => Promise.resolve(options.source),
  signal: controller.signal,
  onEvent: say,
  onNotice: (notice) => say({ notice }),
});
