import type { TypedArray } from '../dtype.ts';
import { encodeModel } from '../onnx/model.ts';
import { lowerGraph, type LoweredGraph } from '../onnx/lower.ts';
import type { DeviceTensor, RuntimeTensor, Session } from '../runtime/backend.ts';
import {
  constantTensor,
  hostData,
  type ConstantValue,
  type Tensor,
  type TensorSpec,
} from '../tensor.ts';
import { mapTensors } from '../tree.ts';
import { finiteGuard } from './checkFinite.ts';
import type { CompileOptions } from './compile.ts';
import { fuse } from './fuse.ts';
import type { Substitutes } from './order.ts';
import { packState, unpacked, type Port } from './packState.ts';
import { explainRefusal, explainRunError } from './runtimeErrors.ts';
import type { Traced } from './traceFunction.ts';

/** A graph with its session. */
export interface Program {
  /** Runs on the tensors of the arguments and returns a tree of the form of the result. */
  readonly run: (leaves: readonly Tensor[], signal: AbortSignal | undefined) => Promise<unknown>;
  readonly release: () => Promise<void>;
}

/** What a run needs to know of a {@link Port}: without its tensor, which holds the whole graph. */
type Plug = TensorSpec & Omit<Port, 'value'>;

/** Compiles a traced function. */
export function createProgram(name: string, traced: Traced, options: CompileOptions): Program {
  const ports = (packs(options) ? packState : unpacked)(traced.inputs, traced.outputs);
  const guard = options.checkFinite ? finiteGuard(name, traced, options) : null;
  const graph = lowerGraph(ports.inputs, guard ? [...ports.outputs, guard.output] : ports.outputs, {
    capabilities: options.backend.capabilities,
    substitutes: new Map([...fused(traced, options), ...ports.substitutes]),
  });
  return programOf(name, {
    session: openSession(name, graph, options),
    inputs: ports.inputs.map(plugOf),
    outputs: ports.outputs.map(plugOf),
    template: traced.template,
    check: guard?.check,
  });
}

/** The graph with inputs and outputs as the function has them. */
export function lowerTraced(traced: Traced, options: CompileOptions): LoweredGraph {
  const { capabilities } = options.backend;
  const substitutes = fused(traced, options);
  return lowerGraph(traced.inputs, traced.outputs, { capabilities, substitutes });
}

/** What fused operations stand for; none where every value is looked at. */
function fused(traced: Traced, { cleanUp, checkFinite }: CompileOptions): Substitutes {
  const isFused = (cleanUp?.fuse ?? true) && !checkFinite;
  return isFused ? fuse(traced.outputs.map(({ value }) => value)) : new Map();
}

/** Whether the state is packed: views of a joined vector exist on the host only. */
function packs({ backend, packState: isWanted = true, checkFinite = false }: CompileOptions) {
  return isWanted && !checkFinite && !backend.name.endsWith('webgpu');
}

function plugOf({ value: { shape, dtype }, ...rest }: Port): Plug {
  return { ...rest, shape, dtype };
}

function openSession(
  name: string,
  graph: LoweredGraph,
  { backend, optimization = 'basic' }: CompileOptions,
): Promise<Session> {
  const session = backend
    .createSession(encodeModel(graph), { optimization })
    .catch((error: unknown) => {
      throw explainRefusal(error, { name, backend, graph });
    });
  // Whoever calls hears of it; this keeps a session that nobody waits for from ending the process.
  session.catch(() => undefined);
  return session;
}

function programOf(
  name: string,
  parts: {
    readonly session: Promise<Session>;
    readonly inputs: readonly Plug[];
    readonly outputs: readonly Plug[];
    readonly template: unknown;
    readonly check: ((leaves: readonly Tensor[], results: RunResults) => Promise<void>) | undefined;
  },
): Program {
  const { session, inputs, outputs, template, check } = parts;
  const underWay = new Set<Promise<unknown>>();
  const run = async (leaves: readonly Tensor[], signal: AbortSignal | undefined) => {
    const ready = await session;
    signal?.throwIfAborted();
    const start = ready.runOnDevice ?? ready.run;
    const results: RunResults = await start(feedsOf(inputs, leaves)).catch((error: unknown) => {
      throw explainRunError(error, name);
    });
    await check?.(leaves, results);
    return assemble(template, outputs, results);
  };
  return {
    run: async (leaves, signal) => {
      const running = run(leaves, signal);
      underWay.add(running);
      try {
        return await running;
      } finally {
        underWay.delete(running);
      }
    },
    release: async () => {
      // What failed was reported to whoever called; a session that was not made needs no release.
      const [opened] = await Promise.allSettled([session, ...underWay]);
      if (opened.status === 'fulfilled') await opened.value.release();
    },
  };
}

/** What a run returns, by name. */
export type RunResults = Readonly<Record<string, RuntimeTensor | DeviceTensor>>;

function feedsOf(
  inputs: readonly Plug[],
  leaves: readonly Tensor[],
): Record<string, RuntimeTensor | DeviceTensor> {
  const feeds: Record<string, RuntimeTensor | DeviceTensor> = {};
  for (const { name, members, isPacked, shape, dtype } of inputs) {
    const values = members.map((member) => {
      const leaf = leaves[member];
      if (leaf === undefined) throw new Error('internal: arguments changed during the call');
      return leaf;
    });
    const [first] = values;
    if (first === undefined) throw new Error('internal: an input stands for no argument');
    const { constant } = first.node;
    if (isPacked) feeds[name] = { dtype, shape, data: joined(values.map(hostData)) };
    else if (constant && 'device' in constant)
      feeds[name] = { dtype, shape, device: constant.device };
    else feeds[name] = { dtype, shape, data: hostData(first) };
  }
  return feeds;
}

/** The arrays one after another: their common buffer itself if that is how they lie in it. */
function joined(arrays: readonly TypedArray[]): Float32Array {
  const [first] = arrays;
  let bytes = 0;
  let isContiguous = true;
  for (const { buffer, byteOffset, byteLength } of arrays) {
    isContiguous &&= buffer === first?.buffer && byteOffset === first.byteOffset + bytes;
    bytes += byteLength;
  }
  if (isContiguous && first) return new Float32Array(first.buffer, first.byteOffset, bytes / 4);
  const copy = new Float32Array(bytes / 4);
  let at = 0;
  for (const array of arrays) {
    if (!(array instanceof Float32Array)) throw new Error('internal: only float32 is packed');
    copy.set(array, at);
    at += array.length;
  }
  return copy;
}

/** The result, with each tensor in its place. */
function assemble(template: unknown, outputs: readonly Plug[], results: RunResults): unknown {
  const values: ConstantValue[] = [];
  for (const { name, members, sizes, isPacked } of outputs) {
    const result = results[name];
    if (result === undefined) throw new Error('internal: the session returned too few outputs');
    let at = 0;
    members.forEach((member, i) => {
      if ('device' in result) values[member] = { device: result.device };
      else if (!isPacked) values[member] = { data: result.data };
      else values[member] = { data: result.data.subarray(at, (at += sizes[i] ?? 0)) };
    });
  }
  let next = 0;
  return mapTensors(template, ({ shape, dtype }) => {
    const value = values[next++];
    if (value === undefined) throw new Error('internal: the session returned too few outputs');
    return constantTensor(value, { shape, dtype });
  });
}
