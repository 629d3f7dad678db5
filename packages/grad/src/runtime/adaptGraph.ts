import type { DType } from '../dtype.ts';
import { RuntimeUnavailableError } from '../errors.ts';
import { onnxDTypes, type OnnxGraph, type OnnxInitializer, type OnnxNode } from '../onnx/model.ts';

/** What a graph is to be fitted to. */
export interface AdaptOptions {
  /** Whether the backend runs an operator with an element type. */
  readonly runs: (operator: string, dtype: DType) => boolean;
  /** Name in the message. */
  readonly backend: string;
  /** Whether operators that the backend lacks may stay, to run on the CPU. */
  readonly allowFallback: boolean;
}

/**
 * The same graph for a backend without int64 and with few operators on bool. Integers become int32,
 * inputs included; outputs stay int64. Bools go through operators that lack them as int32 or float32.
 *
 * @throws {RuntimeUnavailableError} If the backend lacks an operator and `allowFallback` is false.
 */
export function adaptGraph(graph: OnnxGraph, options: AdaptOptions): OnnxGraph {
  const adapter = new Adapter(graph, options);
  for (const node of graph.nodes) adapter.add(node);
  adapter.checkLeft();
  const used = new Set(namesIn(adapter.nodes));
  return {
    nodes: adapter.nodes,
    initializers: [...graph.initializers, ...adapter.added].filter(({ name }) => used.has(name)),
    inputs: graph.inputs.map((input) => ({ ...input, dtype: narrow(input.dtype) })),
    outputs: graph.outputs,
  };
}

/** What nodes read, those of loops' bodies included. */
function namesIn(nodes: readonly OnnxNode[]): readonly string[] {
  return nodes.flatMap(({ inputs, attributes }) => [
    ...inputs,
    ...Object.values(attributes).flatMap((value) =>
      typeof value === 'object' && 'nodes' in value
        ? [...namesIn(value.nodes), ...value.outputs]
        : [],
    ),
  ]);
}

/** Operands that must be int64: shapes, axes, counts, and the indices of two operators. */
const int64Operands: Readonly<Record<string, readonly number[]>> = {
  ConstantOfShape: [0],
  CumSum: [1],
  Expand: [1],
  GatherND: [1],
  OneHot: [1],
  Pad: [1, 3],
  Reshape: [1],
  Resize: [3],
  ScatterND: [1],
  Slice: [1, 2, 3, 4],
  Split: [1],
  Squeeze: [1],
  Tile: [1],
  TopK: [1],
  Trilu: [1],
  Unsqueeze: [1],
};

const truths = new Set(
  'And Equal Greater GreaterOrEqual IsInf IsNaN Less LessOrEqual Not Or Xor'.split(' '),
);
const givesIndices = new Set(['ArgMax', 'ArgMin', 'NonZero', 'Shape', 'Size']);
/** Operators that only move the elements of their first input. */
const movers = new Set(['GatherElements', 'Slice']);

class Adapter {
  readonly nodes: OnnxNode[] = [];
  readonly added: OnnxInitializer[] = [];
  private readonly options: AdaptOptions;
  private readonly types = new Map<string, DType>();
  private readonly constants: ReadonlyMap<string, OnnxInitializer>;
  private readonly outputs: ReadonlyMap<string, DType>;
  private readonly narrowed = new Map<string, string>();
  /** What stands for an output of the graph that other nodes read too. */
  private readonly replaced = new Map<string, string>();
  private readonly nodeNames = new Map<string, number>();
  private readonly lacking = new Set<string>();

  constructor(graph: OnnxGraph, options: AdaptOptions) {
    this.options = options;
    this.constants = new Map(graph.initializers.map((constant) => [constant.name, constant]));
    this.outputs = new Map(graph.outputs.map(({ name, dtype }) => [name, dtype]));
    for (const { name, dtype } of graph.initializers) this.types.set(name, dtype);
    for (const { name, dtype } of graph.inputs) this.types.set(name, narrow(dtype));
  }

  add(node: OnnxNode): void {
    const isWide = (i: number) =>
      int64Operands[node.type]?.includes(i) ?? (node.type.startsWith('Reduce') && i === 1);
    const inputs = node.inputs.map((name, i) => {
      const current = this.replaced.get(name) ?? name;
      return isWide(i) ? this.wide(current) : this.narrow(current);
    });
    const attributes =
      node.type === 'Cast' && node.attributes['to'] === onnxDTypes.int64
        ? { to: onnxDTypes.int32 }
        : node.attributes;
    this.fit({ ...node, inputs, attributes });
  }

  /** @throws {RuntimeUnavailableError} If an operator is left to the CPU that must not be. */
  checkLeft(): void {
    const { backend, allowFallback } = this.options;
    if (this.lacking.size === 0 || allowFallback) return;
    throw new RuntimeUnavailableError(
      `compile: ${backend} does not run ${[...this.lacking].join(' and ')}, which would be left to the CPU; use another backend, or allow it with allowFallback`,
    );
  }

  /** Adds a node as it is if the backend runs it, else in another form. */
  private fit(node: OnnxNode): void {
    const [input = '', second = ''] = node.inputs;
    const dtype = this.typeOf(node.type === 'Where' ? second : input);
    if (this.resultType(node, 0) === 'float64') {
      this.leave(node, 'float64');
    } else if (node.type === 'ReduceLogSumExp' && dtype === 'float32') {
      this.shiftedLogSumExp(node);
    } else if (this.runs(node.type, dtype, node.domain)) {
      this.push(node);
    } else if (dtype === 'bool') {
      this.fitBool(node);
    } else if (dtype === 'int32' && movers.has(node.type)) {
      this.moveHalves(node);
    } else if (dtype === 'int32' && node.type === 'Neg') {
      this.push({ ...node, type: 'Sub', inputs: [this.integer(0), input] });
    } else if (dtype === 'int32' && node.type === 'Abs') {
      const negative = this.node('Sub', [this.integer(0), input]);
      this.push({ ...node, type: 'Max', inputs: [input, negative] });
    } else {
      this.leave(node, dtype);
    }
  }

  private fitBool(node: OnnxNode): void {
    const { type, inputs } = node;
    if (type === 'Or') {
      const none = this.node(
        'And',
        inputs.map((input) => this.node('Not', [input])),
      );
      this.push({ ...node, type: 'Not', inputs: [none] });
      return;
    }
    if (type === 'Xor') {
      const same = this.name('bool');
      this.fitBool({ ...node, type: 'Equal', outputs: [same] });
      this.push({ ...node, type: 'Not', inputs: [same] });
      return;
    }
    const carrier = (['int32', 'float32'] as const).find((dtype) => this.runs(type, dtype));
    if (carrier === undefined) {
      this.leave(node, 'bool');
      return;
    }
    const carried = inputs.map((input) =>
      this.typeOf(input) === 'bool' ? this.cast(input, carrier) : input,
    );
    if (truths.has(type)) {
      this.push({ ...node, inputs: carried });
      return;
    }
    const results = node.outputs.map(() => this.name(carrier));
    this.push({ ...node, inputs: carried, outputs: results });
    node.outputs.forEach((output, i) => {
      this.push(cast(results[i] ?? '', output, 'bool'));
    });
  }

  /** Moves int32 as two float32, which hold 16 bits and a sign exactly. */
  private moveHalves(node: OnnxNode): void {
    const [x = '', ...others] = node.inputs;
    const base = this.integer(65536);
    const high = this.node('Div', [x, base]);
    const low = this.node('Sub', [x, this.node('Mul', [high, base])]);
    const [movedHigh = '', movedLow = ''] = [high, low].map((half) => {
      const moved = this.name('float32');
      this.push({ ...node, inputs: [this.cast(half, 'float32'), ...others], outputs: [moved] });
      return this.cast(moved, 'int32');
    });
    const scaled = this.node('Mul', [movedHigh, base]);
    this.push({ ...node, type: 'Add', attributes: {}, inputs: [scaled, movedLow] });
  }

  /** WebGPU's own kernel overflows. */
  private shiftedLogSumExp(node: OnnxNode): void {
    const [x = '', axes = ''] = node.inputs;
    const kept = { keepdims: 1 };
    const largest = this.node('ReduceMax', [x, axes], kept);
    const powers = this.node('Exp', [this.node('Sub', [x, largest])]);
    const logSum = this.node('Log', [this.node('ReduceSum', [powers, axes], kept)]);
    const isKept = node.attributes['keepdims'] !== 0; // 1 by default
    const sum = { ...node, type: 'Add', attributes: {}, inputs: [logSum, largest] };
    if (isKept) this.push(sum);
    else {
      const inner = this.name('float32');
      this.push({ ...sum, outputs: [inner] });
      this.push({ ...node, type: 'Squeeze', attributes: {}, inputs: [inner, axes] });
    }
  }

  private leave(node: OnnxNode, dtype: DType): void {
    const operator = node.domain === '' ? node.type : `${node.domain}.${node.type}`;
    this.lacking.add(`${operator} (${dtype})`);
    this.push(node);
  }

  private runs(type: string, dtype: DType, domain = ''): boolean {
    return this.options.runs(domain === '' ? type : `${domain}.${type}`, dtype);
  }

  private wide(name: string): string {
    return name !== '' && this.typeOf(name) === 'int32' && !this.constants.has(name)
      ? this.cast(name, 'int64')
      : name;
  }

  private narrow(name: string): string {
    const constant = this.constants.get(name);
    if (constant === undefined || !(constant.data instanceof BigInt64Array)) return name;
    const known = this.narrowed.get(name);
    if (known !== undefined) return known;
    const copy = this.name('int32');
    const data = Int32Array.from(constant.data, Number);
    const wrong = constant.data.find((value, i) => Number(value) !== data[i]);
    if (wrong !== undefined) this.lacking.add(`the constant ${wrong} (int64)`);
    this.added.push({ ...constant, name: copy, dtype: 'int32', data });
    this.narrowed.set(name, copy);
    return copy;
  }

  private integer(value: number): string {
    const key = `integer ${value}`;
    const known = this.narrowed.get(key);
    if (known !== undefined) return known;
    const name = this.name('int32');
    this.added.push({ name, shape: [], dtype: 'int32', data: Int32Array.of(value) });
    this.narrowed.set(key, name);
    return name;
  }

  private cast(from: string, dtype: DType): string {
    const to = this.name(dtype);
    this.push(cast(from, to, dtype));
    return to;
  }

  /** Adds an operator; `push` gives the name its type. */
  private node(
    type: string,
    inputs: readonly string[],
    attributes: OnnxNode['attributes'] = {},
  ): string {
    const name = this.name('float32');
    this.push({ type, domain: '', inputs, outputs: [name], attributes });
    return name;
  }

  private push(node: OnnxNode): void {
    const types = node.outputs.map((_, i) => this.resultType(node, i));
    const outputs = node.outputs.map((name, i) => this.inside(name, types[i] ?? 'float32'));
    this.nodes.push({ ...node, ...this.ownName(node), outputs });
    node.outputs.forEach((name, i) => {
      if (outputs[i] !== name) this.nodes.push(cast(outputs[i] ?? '', name, 'int64'));
    });
  }

  /** No two nodes may have the same name, as those would that stand for one. */
  private ownName({ name }: OnnxNode): { readonly name?: string } {
    if (name === undefined) return {};
    const count = this.nodeNames.get(name) ?? 0;
    this.nodeNames.set(name, count + 1);
    return { name: count === 0 ? name : `${name}/${count}` };
  }

  /** The name of a result; another one if it is an output of the graph that must become int64 first. */
  private inside(name: string, dtype: DType): string {
    this.types.set(name, dtype);
    if (dtype !== 'int32' || this.outputs.get(name) !== 'int64') return name;
    const inner = this.name(dtype);
    this.replaced.set(name, inner);
    return inner;
  }

  private resultType({ type, attributes, inputs }: OnnxNode, output: number): DType {
    if (type === 'Cast') return castTypes.get(attributes['to']) ?? 'float32';
    if (truths.has(type)) return 'bool';
    if (givesIndices.has(type) || (type === 'TopK' && output === 1)) return 'int64';
    const like = { Where: 1, OneHot: 2 }[type] ?? 0;
    return this.typeOf(inputs[like] ?? '');
  }

  private typeOf(name: string): DType {
    return this.types.get(name) ?? 'float32';
  }

  private name(dtype: DType): string {
    const name = `narrow${this.types.size}`;
    this.types.set(name, dtype);
    return name;
  }
}

const castTypes = new Map<unknown, DType>([
  [onnxDTypes.float32, 'float32'],
  [onnxDTypes.float64, 'float64'],
  [onnxDTypes.int32, 'int32'],
  [onnxDTypes.int64, 'int64'],
  [onnxDTypes.bool, 'bool'],
]);

function narrow(dtype: DType): DType {
  return dtype === 'int64' ? 'int32' : dtype;
}

function cast(from: string, to: string, dtype: DType): OnnxNode {
  return {
    type: 'Cast',
    domain: '',
    inputs: [from],
    outputs: [to],
    attributes: { to: onnxDTypes[dtype] },
  };
}
