import * as ort from '#onnxruntime-web';
import { ConfigError } from '../errors.ts';
import type { Backend } from './backend.ts';
import { cpuCapabilities } from './capabilities.ts';
import { letOthersRun } from './eventLoop.ts';
import { createOrtSession } from './ort.ts';

export { webgpuBackend } from './webgpu.ts';
export type { WebgpuBackendOptions } from './webgpu.ts';

/** Options of {@link webBackend}. */
export interface WebBackendOptions {
  /**
   * Threads that one operation may use. More than one needs a cross-origin isolated page. Default the
   * cores at hand, 4 at most, or 1 where threads are not available.
   */
  readonly threads?: number;
  /** Addresses of ONNX Runtime's files where a bundler has moved them. */
  readonly wasmPaths?: { readonly wasm?: string; readonly mjs?: string };
}

const name = 'web-wasm';

/**
 * ONNX Runtime's WebAssembly kernels: in browsers, in workers, and in Node where no native binary
 * exists. Threads and paths are fixed by the first call of a process or page.
 *
 * @throws {ConfigError} If more than one thread is asked for where threads are not available, or
 * other settings than those of the first call.
 */
export function webBackend(options: WebBackendOptions = {}): Promise<Backend> {
  const threads = options.threads ?? defaultThreads();
  if (!Number.isInteger(threads) || threads < 1) {
    throw new ConfigError(`webBackend: threads = ${threads} is not a positive integer`);
  }
  if (threads > 1 && !hasThreads()) {
    throw new ConfigError(
      `webBackend: threads = ${threads}, but this page is not cross-origin isolated; use 1 thread or send the COOP and COEP headers`,
    );
  }
  const { wasm } = ort.env;
  if (isStarted && wasm.numThreads !== threads) {
    throw new ConfigError(
      `webBackend: threads = ${threads}, but the runtime already works with ${wasm.numThreads}`,
    );
  }
  isStarted = true;
  wasm.numThreads = threads;
  if (options.wasmPaths) wasm.wasmPaths = { ...options.wasmPaths };
  ort.env.logLevel = 'error';
  return Promise.resolve({
    name,
    threads,
    version: `onnxruntime-web ${ort.env.versions.web ?? 'of unknown version'}`,
    capabilities: cpuCapabilities,
    createSession: async (model, { optimization }) => {
      const session = await createOrtSession(model, {
        ort,
        name,
        options: {
          executionProviders: ['wasm'],
          graphOptimizationLevel: optimization,
          enableMemPattern: false,
          logSeverityLevel: 3,
        },
      });
      return {
        ...session,
        run: async (inputs) => {
          await letOthersRun();
          return session.run(inputs);
        },
      };
    },
  });
}

// The runtime itself is one per process or page, and so is what was asked of it first.
let isStarted = false;

function hasThreads(): boolean {
  return typeof SharedArrayBuffer !== 'undefined' && (isNode() || globalThis.crossOriginIsolated);
}

function defaultThreads(): number {
  const cores = typeof navigator === 'undefined' ? 2 : navigator.hardwareConcurrency;
  return hasThreads() ? Math.min(cores, 4) : 1;
}

function isNode(): boolean {
  return typeof process !== 'undefined' && process.versions?.node !== undefined;
}
