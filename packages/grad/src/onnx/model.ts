import type { DType, TypedArray } from '../dtype.ts';
import type { Shape } from '../shape.ts';
import { ProtobufWriter } from './protobuf.ts';

/** A float attribute; plain numbers are integers. */
export interface FloatAttribute {
  readonly float: number;
}

/** The body of a Loop or Scan, or a branch of an If; see `GraphBuilder.subgraph`. */
export interface OnnxSubgraph {
  readonly nodes: readonly OnnxNode[];
  readonly inputs: readonly OnnxValue[];
  /** Names: types and shapes are inferred. */
  readonly outputs: readonly string[];
}

/** The value of an attribute of a node. */
export type Attribute = number | string | FloatAttribute | readonly number[] | OnnxSubgraph;

/** One operator of a graph. */
export interface OnnxNode {
  /** What viewers and profiles call it. */
  readonly name?: string;
  readonly type: string;
  /** `''` is the standard domain. */
  readonly domain: string;
  readonly inputs: readonly string[];
  /** An empty name is an output that nobody uses. */
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** A name with shape and element type. */
export interface OnnxValue {
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: DType;
}

/** A constant of the graph. */
export interface OnnxInitializer extends OnnxValue {
  readonly data: TypedArray;
}

/** A graph in the order in which it runs. */
export interface OnnxGraph {
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxInitializer[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}

/** TensorProto.DataType of onnx.proto. */
export const onnxDTypes: Readonly<Record<DType, number>> = {
  float32: 1,
  int32: 6,
  int64: 7,
  bool: 9,
  float64: 11,
};

/** The operator-set version of every graph: the newest that all backends ran completely. */
const opsetVersion = 21;
const irVersion = 10;
const microsoftVersion = 1;

// Field numbers are those of onnx.proto (github.com/onnx/onnx, onnx/onnx.proto); AttributeType
// FLOAT = 1, INT = 2, STRING = 3, GRAPH = 5, INTS = 7.

/** The bytes of an ONNX model file. */
export function encodeModel(graph: OnnxGraph): Uint8Array {
  const writer = new ProtobufWriter();
  writer.int(1, irVersion);
  writer.string(2, 'working-papers');
  writer.message(7, () => {
    for (const node of graph.nodes) writer.message(1, () => writeNode(writer, node));
    writer.string(2, 'graph');
    for (const constant of graph.initializers) {
      writer.message(5, () => writeInitializer(writer, constant));
    }
    for (const value of graph.inputs) writer.message(11, () => writeValue(writer, value));
    for (const value of graph.outputs) writer.message(12, () => writeValue(writer, value));
  });
  writeOpset(writer, '', opsetVersion);
  writeOpset(writer, 'com.microsoft', microsoftVersion);
  return writer.finish();
}

function writeOpset(writer: ProtobufWriter, domain: string, version: number): void {
  writer.message(8, () => {
    writer.string(1, domain);
    writer.int(2, version);
  });
}

function writeNode(writer: ProtobufWriter, node: OnnxNode): void {
  for (const name of node.inputs) writer.string(1, name);
  for (const name of node.outputs) writer.string(2, name);
  if (node.name !== undefined) writer.string(3, node.name);
  writer.string(4, node.type);
  for (const [name, value] of Object.entries(node.attributes)) {
    writer.message(5, () => writeAttribute(writer, name, value));
  }
  if (node.domain !== '') writer.string(7, node.domain);
}

function writeAttribute(writer: ProtobufWriter, name: string, value: Attribute): void {
  writer.string(1, name);
  if (typeof value === 'number') {
    writer.int(3, value);
    writer.int(20, 2);
  } else if (typeof value === 'string') {
    writer.string(4, value);
    writer.int(20, 3);
  } else if ('float' in value) {
    writer.float(2, value.float);
    writer.int(20, 1);
  } else if ('nodes' in value) {
    writer.message(6, () => writeSubgraph(writer, value));
    writer.int(20, 5);
  } else {
    for (const element of value) writer.int(8, element);
    writer.int(20, 7);
  }
}

function writeSubgraph(writer: ProtobufWriter, { nodes, inputs, outputs }: OnnxSubgraph): void {
  for (const node of nodes) writer.message(1, () => writeNode(writer, node));
  writer.string(2, 'body');
  for (const value of inputs) writer.message(11, () => writeValue(writer, value));
  for (const name of outputs) writer.message(12, () => writer.string(1, name));
}

function writeInitializer(writer: ProtobufWriter, constant: OnnxInitializer): void {
  for (const size of constant.shape) writer.int(1, size);
  writer.int(2, onnxDTypes[constant.dtype]);
  writer.string(8, constant.name);
  const { buffer, byteOffset, byteLength } = constant.data;
  writer.bytes(9, new Uint8Array(buffer, byteOffset, byteLength));
}

function writeValue(writer: ProtobufWriter, value: OnnxValue): void {
  writer.string(1, value.name);
  writer.message(2, () =>
    writer.message(1, () => {
      writer.int(1, onnxDTypes[value.dtype]);
      writer.message(2, () => {
        for (const size of value.shape) writer.message(1, () => writer.int(1, size));
      });
    }),
  );
}
