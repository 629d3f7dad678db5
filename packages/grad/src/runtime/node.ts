import { availableParallelism } from 'node:os';
import { ConfigError, RuntimeUnavailableError } from '../errors.ts';
import type { Backend } from './backend.ts';
import { createOrtSession, type OrtModule } from './ort.ts';

/** Options of {@link nodeBackend}. */
export interface NodeBackendOptions {
  /** Threads that one operation may use: at most the physical cores. Default the cores at hand, 8 at most. */
  readonly threads?: number;
}

/**
 * ONNX Runtime's native CPU kernels, through the package onnxruntime-node.
 *
 * @throws {ConfigError} If `threads` is not a positive integer.
 * @throws {RuntimeUnavailableError} If that package is not installed or has no binary for this
 * platform; `webBackend` of `@working-papers/grad/web` runs everywhere.
 */
export async function nodeBackend(options: NodeBackendOptions = {}): Promise<Backend> {
  const threads = options.threads ?? Math.min(availableParallelism(), 8);
  if (!Number.isInteger(threads) || threads < 1) {
    throw new ConfigError(`nodeBackend: threads = ${threads} is not a positive integer`);
  }
  const { ort, version } = await load();
  return {
    name: 'node-cpu',
    threads,
    version: `onnxruntime-node ${version}`,
    capabilities: { supports: () => true },
    createSession: (model, { optimization }) =>
      createOrtSession(ort, model, {
        executionProviders: ['cpu'],
        graphOptimizationLevel: optimization,
        intraOpNumThreads: threads,
        executionMode: 'sequential',
        enableCpuMemArena: true,
        // Same speed, two thirds of the memory.
        enableMemPattern: false,
        logSeverityLevel: 3,
        // Waiting threads that spin slow down whatever else runs on the machine.
        extra: { session: { intra_op: { allow_spinning: '0' } } },
      }),
  };
}

async function load(): Promise<{ ort: OrtModule; version: string }> {
  try {
    const ort = await import('onnxruntime-node');
    return { ort, version: ort.env.versions.node ?? 'of unknown version' };
  } catch (cause) {
    throw new RuntimeUnavailableError(
      `nodeBackend: onnxruntime-node cannot be loaded on ${process.platform} ${process.arch}: ${cause instanceof Error ? cause.message : String(cause)}; use the wasm backend`,
      { cause },
    );
  }
}
