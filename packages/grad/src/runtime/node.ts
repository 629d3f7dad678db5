import { availableParallelism } from 'node:os';
import type { InferenceSession } from 'onnxruntime-common';
import { ConfigError, RuntimeUnavailableError } from '../errors.ts';
import { GraphBuilder } from '../onnx/graphBuilder.ts';
import { encodeModel } from '../onnx/model.ts';
import type { Backend, Capabilities, SessionOptions } from './backend.ts';
import { cpuCapabilities, webgpuCapabilities } from './capabilities.ts';
import { createOrtSession, refuseFallback, type OrtModule } from './ort.ts';
import { profileRuns } from './profile.ts';

/** What ONNX Runtime runs on: the execution providers that the engine knows. */
export const providers = ['cpu', 'cuda', 'dml', 'coreml', 'webgpu'] as const;

/** One of {@link providers}. */
export type Provider = (typeof providers)[number];

/** Options of {@link nodeBackend}. */
export interface NodeBackendOptions {
  /** Threads that one operation may use: at most the physical cores. Default the cores at hand, 8 at most. */
  readonly threads?: number;
  /** Default `cpu`; the others need an onnxruntime-node that has them, and their device. */
  readonly provider?: Provider;
  /** Whether operators that the provider lacks may run on the CPU. Default false. */
  readonly allowFallback?: boolean;
}

/** Options of {@link defaultBackend}. */
export interface DefaultBackendOptions {
  /** Of one operation. Default the backend's own choice. */
  readonly threads?: number;
  /** Told, in one line, if it is not the native backend. */
  readonly onNotice: (notice: string) => void;
}

/**
 * ONNX Runtime's native kernels, through the package onnxruntime-node.
 *
 * @throws {ConfigError} If `threads` is not a positive integer.
 * @throws {RuntimeUnavailableError} If that package is not installed, has no binary for this platform
 * or not this provider; `webBackend` of `@working-papers/grad/web` runs everywhere.
 */
export async function nodeBackend(options: NodeBackendOptions = {}): Promise<Backend> {
  const { provider = 'cpu', allowFallback = false } = options;
  const threads = options.threads ?? Math.min(availableParallelism(), 8);
  if (!Number.isInteger(threads) || threads < 1) {
    throw new ConfigError(`nodeBackend: threads = ${threads} is not a positive integer`);
  }
  const { ort, version, listed } = await load();
  if (!listed.includes(provider)) {
    throw new RuntimeUnavailableError(
      `nodeBackend: this onnxruntime-node has no provider ${provider}; it has ${listed.join(', ')}`,
    );
  }
  const name = `node-${provider}`;
  const sessionOptions = optionsOf(provider, threads);
  if (provider !== 'cpu') await checkStart(ort, provider);
  return {
    name,
    threads,
    version: `onnxruntime-node ${version}`,
    capabilities: capabilitiesOf(provider, allowFallback),
    createSession: (model, { optimization }) =>
      createOrtSession(model, {
        ort,
        name,
        keepsInt64: provider !== 'webgpu',
        options: {
          ...sessionOptions(optimization),
          ...(provider !== 'cpu' && !allowFallback && refuseFallback()),
        },
      }),
    ...(provider === 'cpu' && {
      profile: (model, { optimization }, inputs) =>
        profileRuns({ ort, model, options: sessionOptions(optimization) }, inputs),
    }),
  };
}

/**
 * The native CPU backend, or that of WebAssembly where no native binary exists (macOS on Intel, Linux
 * with musl): slower, and said to `onNotice`.
 */
export async function defaultBackend(options: DefaultBackendOptions): Promise<Backend> {
  const { onNotice, ...rest } = options;
  try {
    return await nodeBackend(rest);
  } catch (error) {
    if (!(error instanceof RuntimeUnavailableError)) throw error;
    const { webBackend } = await import('./web.ts');
    const backend = await webBackend(rest);
    onNotice(`running on ${backend.name}, several times slower than native: ${error.message}`);
    return backend;
  }
}

function capabilitiesOf(provider: Provider, allowFallback: boolean): Capabilities {
  return provider === 'webgpu'
    ? webgpuCapabilities({ backend: 'node-webgpu', allowFallback })
    : cpuCapabilities;
}

function optionsOf(provider: Provider, threads: number) {
  // Made anew for each session: ONNX Runtime writes into what it is given.
  return (optimization: SessionOptions['optimization']): InferenceSession.SessionOptions => ({
    executionProviders: [provider],
    graphOptimizationLevel: optimization,
    intraOpNumThreads: threads,
    executionMode: 'sequential',
    enableCpuMemArena: true,
    // Same speed, two thirds of the memory.
    enableMemPattern: false,
    logSeverityLevel: 3,
    // Waiting threads that spin slow down whatever else runs on the machine. The small operations of
    // decoding are over before a sleeping thread is awake: 1.6 times as fast with spinning.
    extra: { session: { intra_op: { allow_spinning: optimization === 'all' ? '1' : '0' } } },
  });
}

/** That a provider is listed says neither that its libraries nor that its device is there. */
async function checkStart(ort: OrtModule, provider: Provider): Promise<void> {
  const graph = new GraphBuilder(cpuCapabilities);
  const y = graph.node('Relu', ['x']);
  const spec = { shape: [1], dtype: 'float32' } as const;
  const model = encodeModel({
    nodes: graph.nodes,
    initializers: [],
    inputs: [{ name: 'x', ...spec }],
    outputs: [{ name: y, ...spec }],
  });
  try {
    const options = { executionProviders: [provider], logSeverityLevel: 4 } as const;
    await (await ort.InferenceSession.create(model, options)).release();
  } catch (cause) {
    // What comes before is the place in ONNX Runtime's source.
    const reason = reasonOf(cause).split(' was false. ').at(-1) ?? '';
    throw new RuntimeUnavailableError(
      `nodeBackend: the provider ${provider} does not start on this machine: ${reason.trim()}`,
      { cause },
    );
  }
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

interface LoadedRuntime {
  readonly ort: OrtModule;
  readonly version: string;
  readonly listed: readonly string[];
}

async function load(): Promise<LoadedRuntime> {
  try {
    const ort = await import('onnxruntime-node');
    const listed = ort.listSupportedBackends().map(({ name }) => name);
    return { ort, version: ort.env.versions.node ?? 'of unknown version', listed };
  } catch (cause) {
    const [reason] = reasonOf(cause).split('\n');
    throw new RuntimeUnavailableError(
      `nodeBackend: onnxruntime-node cannot be loaded on ${process.platform} ${process.arch}: ${reason}; use the wasm backend`,
      { cause },
    );
  }
}
