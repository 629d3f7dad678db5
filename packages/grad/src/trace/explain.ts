import type { DType } from '../dtype.ts';
import { encodeModel } from '../onnx/model.ts';
import { labelOf, type LoweredGraph } from '../onnx/lower.ts';
import { sizeOf } from '../shape.ts';
import type { GraphNode, Tensor, TensorSpec } from '../tensor.ts';
import { feedsByName } from './checkFinite.ts';
import type { CompileOptions } from './compile.ts';
import { lowerTraced } from './program.ts';
import type { Traced } from './traceFunction.ts';

/** What all uses of one operation in a graph cost together. */
export interface OperationCost {
  readonly name: string;
  readonly count: number;
  /** Floating-point operations of one run. */
  readonly flops: number;
  /** Read and written, if nothing stays in a cache. */
  readonly bytes: number;
  /** In one run; null where the backend cannot measure it. */
  readonly milliseconds: number | null;
}

/** What a graph costs. */
export interface Explanation {
  /** By operation, the most expensive first. */
  readonly operations: readonly OperationCost[];
  readonly total: OperationCost;
  /** The same as a table. */
  readonly text: string;
}

/** How the function was compiled, with its name. */
export type ExplainOptions = CompileOptions & { readonly name: string };

/** The costs of a graph, by operation. */
export async function explainGraph(
  traced: Traced,
  leaves: readonly Tensor[],
  options: ExplainOptions,
): Promise<Explanation> {
  const { backend, optimization = 'basic' } = options;
  const graph = lowerTraced(traced, options);
  const model = encodeModel(graph);
  const profile = backend.profile;
  const times = profile
    ? millisecondsOf(await profile(model, { optimization }, feedsByName(traced, leaves)), graph)
    : null;
  const operations = costsOf(graph, times).toSorted(
    (a, b) => (b.milliseconds ?? 0) - (a.milliseconds ?? 0) || b.flops - a.flops,
  );
  const total = sumOf(operations, times !== null);
  return { operations, total, text: tableOf(operations, total, options) };
}

/** Time by operation; what the runtime added of its own goes under its own name. */
function millisecondsOf(
  profile: ReadonlyMap<string, number>,
  graph: LoweredGraph,
): ReadonlyMap<string, number> {
  const times = new Map<string, number>();
  for (const [nodeName, milliseconds] of profile) {
    const name = graph.operations.get(labelOf(nodeName))?.name ?? 'the runtime';
    times.set(name, (times.get(name) ?? 0) + milliseconds);
  }
  return times;
}

function costsOf(
  { operations }: LoweredGraph,
  times: ReadonlyMap<string, number> | null,
): readonly OperationCost[] {
  const costs = new Map<string, { count: number; flops: number; bytes: number }>();
  for (const node of operations.values()) {
    const before = costs.get(node.name) ?? { count: 0, flops: 0, bytes: 0 };
    costs.set(node.name, {
      count: before.count + 1,
      flops: before.flops + flopsOf(node),
      bytes: before.bytes + bytesOf(node),
    });
  }
  for (const name of times?.keys() ?? []) {
    if (!costs.has(name)) costs.set(name, { count: 0, flops: 0, bytes: 0 });
  }
  return [...costs].map(([name, cost]) => ({
    name,
    ...cost,
    milliseconds: times ? (times.get(name) ?? 0) : null,
  }));
}

// What moves or views elements computes nothing.
const free = new Set(
  [
    'alias broadcastTo cast concat constant expand gather pad reshape slice stopGradient transpose unpack'.split(
      ' ',
    ),
  ].flat(),
);

function flopsOf(node: GraphNode): number {
  if (free.has(node.name)) return 0;
  return node.flops?.() ?? node.outputs.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}

const bytesPerElement: Readonly<Record<DType, number>> = {
  bool: 1,
  int32: 4,
  float32: 4,
  int64: 8,
  float64: 8,
};

function bytesOf({ inputs, outputs, constant }: GraphNode): number {
  if (constant) return 0;
  const sizes = (specs: readonly TensorSpec[]) =>
    specs.reduce((sum, { shape, dtype }) => sum + sizeOf(shape) * bytesPerElement[dtype], 0);
  return sizes(inputs) + sizes(outputs);
}

function sumOf(operations: readonly OperationCost[], isMeasured: boolean): OperationCost {
  const sum = (key: 'count' | 'flops' | 'bytes' | 'milliseconds') =>
    operations.reduce((total, cost) => total + (cost[key] ?? 0), 0);
  return {
    name: 'total',
    count: sum('count'),
    flops: sum('flops'),
    bytes: sum('bytes'),
    milliseconds: isMeasured ? sum('milliseconds') : null,
  };
}

function tableOf(
  operations: readonly OperationCost[],
  total: OperationCost,
  { name, backend }: ExplainOptions,
): string {
  const rows = [...operations, total].map((cost) => [
    cost.name,
    String(cost.count),
    (cost.flops / 1e6).toFixed(2),
    (cost.bytes / 1e6).toFixed(2),
    cost.milliseconds === null ? 'not measured' : cost.milliseconds.toFixed(3),
  ]);
  const table = [['operation', 'count', 'MFLOP', 'MB', 'ms'], ...rows];
  const widths = (table[0] ?? []).map((_, i) =>
    Math.max(...table.map((row) => row[i]?.length ?? 0)),
  );
  const lines = table.map((row) =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  '),
  );
  return [`${name} on ${backend.name}, threads: ${backend.threads}`, ...lines].join('\n');
}
