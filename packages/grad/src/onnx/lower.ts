import type { Capabilities } from '../runtime/backend.ts';
import { sizeOf } from '../shape.ts';
import { contentOf, type GraphNode, type Tensor } from '../tensor.ts';
import { resolve, substitutedOrder, type Substitutes } from '../trace/order.ts';
import { GraphBuilder } from './graphBuilder.ts';
import type { OnnxGraph, OnnxNode, OnnxValue } from './model.ts';

/** A value of the graph that the caller names. */
export interface NamedTensor {
  readonly name: string;
  readonly value: Tensor;
}

/** A graph with the way back to the operations that it came from. */
export interface LoweredGraph extends OnnxGraph {
  /** The operations in the order in which they run, by label: `matmul_3`. ONNX nodes are called `matmul_3/Gemm`. */
  readonly operations: ReadonlyMap<string, GraphNode>;
}

/** How a graph is lowered. */
export interface LowerOptions {
  readonly capabilities: Capabilities;
  /** Default none. */
  readonly substitutes?: Substitutes;
}

/**
 * The ONNX graph that computes `outputs` from `inputs`. Only what the outputs reach is emitted, so
 * dead code falls away; an input that nothing uses stays in the signature.
 */
export function lowerGraph(
  inputs: readonly NamedTensor[],
  outputs: readonly NamedTensor[],
  { capabilities, substitutes = new Map() }: LowerOptions,
): LoweredGraph {
  const graph = new GraphBuilder(capabilities);
  const names = new Map<string, string>();
  const operations = new Map<string, GraphNode>();
  for (const { name, value } of inputs) names.set(keyOf(value), name);
  const nameOfValue = (value: Tensor) => nameOf(names, resolve(value, substitutes));
  const roots = outputs.map(({ value }) => value);
  for (const node of substitutedOrder(roots, substitutes)) {
    if (node.name === 'input') continue;
    const label = `${node.name}_${operations.size}`;
    operations.set(label, node);
    const first = graph.nodes.length;
    const outputNames = lowerNode(graph, node, node.inputs.map(nameOfValue));
    labelNodes(graph.nodes, first, label);
    outputNames.forEach((name, i) => names.set(`${node.id}:${i}`, name));
  }
  const results = outputs.map(({ name, value }) => ({ from: nameOfValue(value), to: name }));
  const lowered = {
    nodes: withResults(graph.nodes, results),
    initializers: graph.initializers,
    inputs: inputs.map(valueInfo),
    outputs: outputs.map(valueInfo),
  };
  return { ...(capabilities.adapt?.(lowered) ?? lowered), operations };
}

/** The label of the operation that an ONNX node was emitted for. */
export function labelOf(nodeName: string): string {
  return nodeName.split('/')[0] ?? nodeName;
}

function lowerNode(
  graph: GraphBuilder,
  node: GraphNode,
  inputs: readonly string[],
): readonly string[] {
  const names = node.constant
    ? [lowerConstant(graph, node.constant, node.outputs[0])]
    : node.lower?.(graph, inputs);
  if (names === undefined) throw new Error(`internal: ${node.name} cannot be lowered`);
  return names;
}

function lowerConstant(
  graph: GraphBuilder,
  constant: NonNullable<Tensor['node']['constant']>,
  spec: { shape: readonly number[]; dtype: Tensor['dtype'] } | undefined,
): string {
  if (spec === undefined) throw new Error('internal: a constant has no output');
  const { shape, dtype } = spec;
  const content = contentOf(constant);
  if (typeof content !== 'number') return graph.initializer(content, shape, dtype);
  if (sizeOf(shape) === 1) return graph.constant([content], shape, dtype);
  return graph.node('Expand', [graph.scalar(content, dtype), graph.int64s(shape)]);
}

function labelNodes(nodes: OnnxNode[], first: number, label: string): void {
  const counts = new Map<string, number>();
  for (let i = first; i < nodes.length; i++) {
    const node = nodes[i];
    if (node === undefined) continue;
    const count = (counts.get(node.type) ?? 0) + 1;
    counts.set(node.type, count);
    nodes[i] = { ...node, name: `${label}/${node.type}${count === 1 ? '' : `_${count}`}` };
  }
}

/**
 * The nodes with results under the names that the caller chose: the node that makes a value writes it
 * there at once. A copy is made only of inputs, of constants, and of what is returned twice.
 */
function withResults(
  nodes: readonly OnnxNode[],
  results: readonly { from: string; to: string }[],
): readonly OnnxNode[] {
  // Bodies of loops use outer values by name and are left alone.
  const made = new Set(hasBodies(nodes) ? [] : nodes.flatMap(({ outputs }) => outputs));
  const renamed = new Map<string, string>();
  const copies: OnnxNode[] = [];
  for (const { from, to } of results) {
    if (made.delete(from)) renamed.set(from, to);
    else copies.push(copy(renamed.get(from) ?? from, to));
  }
  const rename = (name: string) => renamed.get(name) ?? name;
  const direct = nodes.map((node) => ({
    ...node,
    inputs: node.inputs.map(rename),
    outputs: node.outputs.map(rename),
  }));
  return [...direct, ...copies];
}

function hasBodies(nodes: readonly OnnxNode[]): boolean {
  return nodes.some(({ attributes }) =>
    Object.values(attributes).some((value) => typeof value === 'object' && 'nodes' in value),
  );
}

function copy(from: string, to: string): OnnxNode {
  const name = `${to}/Identity`;
  return { name, type: 'Identity', domain: '', inputs: [from], outputs: [to], attributes: {} };
}

function keyOf(value: Tensor): string {
  return `${value.node.id}:${value.index}`;
}

function nameOf(names: ReadonlyMap<string, string>, value: Tensor): string {
  const name = names.get(keyOf(value));
  if (name === undefined) {
    throw new Error(`internal: ${value.node.name} is used before it is computed`);
  }
  return name;
}

function valueInfo({ name, value }: NamedTensor): OnnxValue {
  return { name, shape: value.shape, dtype: value.dtype };
}
