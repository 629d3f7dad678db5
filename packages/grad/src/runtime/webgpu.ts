import type { Env } from 'onnxruntime-common';
import { RuntimeUnavailableError } from '../errors.ts';
import type { Backend } from './backend.ts';
import { webgpuCapabilities } from './capabilities.ts';
import { TaskQueue } from './taskQueue.ts';
import { createOrtSession, refuseFallback, type OrtModule } from './ort.ts';

/** Options of {@link webgpuBackend}. */
export interface WebgpuBackendOptions {
  /** Whether operators that WebGPU lacks may run on the CPU, copied there and back. Default false. */
  readonly allowFallback?: boolean;
  /** Addresses of ONNX Runtime's files where a bundler has moved them. */
  readonly wasmPaths?: { readonly wasm?: string; readonly mjs?: string };
}

const name = 'web-webgpu';

// The runtime is one per page, and suspends its only stack while it waits for the device.
const deviceQueue = new TaskQueue();

/**
 * ONNX Runtime's WebGPU kernels. What a compiled function returns stays on the device until it is read,
 * and goes into the next call from there. float64 does not exist, and int64 is computed as int32.
 *
 * The runtime, a larger one than that of `webBackend`, is loaded by the first call.
 *
 * @throws {RuntimeUnavailableError} If the browser has no WebGPU or no adapter for it.
 */
export async function webgpuBackend(options: WebgpuBackendOptions = {}): Promise<Backend> {
  const { allowFallback = false } = options;
  await checkAdapter();
  const ort: OrtModule & { readonly env: Env } = await import('onnxruntime-web/webgpu');
  ort.env.wasm.numThreads = 1;
  if (options.wasmPaths) ort.env.wasm.wasmPaths = { ...options.wasmPaths };
  ort.env.logLevel = 'fatal';
  return {
    name,
    threads: 1,
    version: `onnxruntime-web ${ort.env.versions.web ?? 'of unknown version'}`,
    capabilities: webgpuCapabilities({ backend: name, allowFallback }),
    createSession: (model, { optimization }) =>
      createOrtSession(model, {
        ort,
        name,
        keepsInt64: false,
        deviceQueue,
        options: {
          executionProviders: ['webgpu'],
          preferredOutputLocation: 'gpu-buffer',
          graphOptimizationLevel: optimization,
          enableMemPattern: false,
          logSeverityLevel: 4,
          ...(!allowFallback && refuseFallback()),
        },
      }),
  };
}

async function checkAdapter(): Promise<void> {
  const gpu = typeof navigator === 'undefined' ? undefined : gpuOf(navigator);
  if (gpu === undefined) {
    throw new RuntimeUnavailableError(
      'webgpuBackend: there is no WebGPU here; it needs a browser that has it, and a secure page; use webBackend',
    );
  }
  if ((await gpu.requestAdapter()) === null) {
    throw new RuntimeUnavailableError(
      'webgpuBackend: WebGPU has no adapter on this machine; use webBackend',
    );
  }
}

/** The part of the WebGPU interface that is used here; the types of the platform lack it. */
interface Gpu {
  readonly requestAdapter: () => Promise<object | null>;
}

function gpuOf(holder: { readonly gpu?: Gpu }): Gpu | undefined {
  return holder.gpu;
}
