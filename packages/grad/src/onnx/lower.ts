import type { Capabilities } from '../runtime/backend.ts';
import { sizeOf } from '../shape.ts';
import { contentOf, type Tensor } from '../tensor.ts';
import { topologicalOrder } from '../trace/order.ts';
import { GraphBuilder } from './graphBuilder.ts';
import type { OnnxGraph, OnnxValue } from './model.ts';

/** A value of the graph that the caller names. */
export interface NamedTensor {
  readonly name: string;
  readonly value: Tensor;
}

/**
 * The ONNX graph that computes `outputs` from `inputs`. Only what the outputs reach is emitted, so
 * dead code falls away; an input that nothing uses stays in the signature.
 */
export function lowerGraph(
  inputs: readonly NamedTensor[],
  outputs: readonly NamedTensor[],
  capabilities: Capabilities,
): OnnxGraph {
  const graph = new GraphBuilder(capabilities);
  const names = new Map<string, string>();
  for (const { name, value } of inputs) names.set(keyOf(value), name);
  for (const node of topologicalOrder(outputs.map(({ value }) => value))) {
    if (node.name === 'input') continue;
    const inputNames = node.inputs.map((input) => nameOf(names, input));
    const outputNames = node.constant
      ? [lowerConstant(graph, node.constant, node.outputs[0])]
      : node.lower?.(graph, inputNames);
    if (outputNames === undefined) throw new Error(`internal: ${node.name} cannot be lowered`);
    outputNames.forEach((name, i) => names.set(`${node.id}:${i}`, name));
  }
  for (const { name, value } of outputs) graph.nodes.push(identity(nameOf(names, value), name));
  return {
    nodes: graph.nodes,
    initializers: graph.initializers,
    inputs: inputs.map(valueInfo),
    outputs: outputs.map(valueInfo),
  };
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

function identity(from: string, to: string) {
  return { type: 'Identity', domain: '', inputs: [from], outputs: [to], attributes: {} };
}

function valueInfo({ name, value }: NamedTensor): OnnxValue {
  return { name, shape: value.shape, dtype: value.dtype };
}
