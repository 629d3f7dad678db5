import type { DType, TypedArray } from '../dtype.ts';
import type { Capabilities } from '../runtime/backend.ts';
import { sizeOf, type Shape } from '../shape.ts';
import { toTypedArray, type TensorSpec } from '../tensor.ts';
import type { Attribute, OnnxInitializer, OnnxNode, OnnxSubgraph, OnnxValue } from './model.ts';

/** Attributes of a node by name. */
export type Attributes = Readonly<Record<string, Attribute>>;

/** What an operation's `lower` writes to: fresh names for nodes, constants stored once. */
export class GraphBuilder {
  readonly nodes: OnnxNode[] = [];
  readonly initializers: OnnxInitializer[] = [];
  /** Whether the backend runs an operator; see {@link Capabilities}. */
  readonly supports: Capabilities['supports'];
  private readonly constants = new Map<string, string>();
  /** Where nodes go: the graph, or the subgraph that is being built. */
  private open = this.nodes;
  private names = 0;

  private readonly isNarrow: boolean;

  constructor(capabilities: Capabilities) {
    this.supports = capabilities.supports;
    this.isNarrow = capabilities.adapt !== undefined;
  }

  /**
   * Adds an operator with one output and returns that output's name.
   *
   * @param type - Operator name; `com.microsoft.` in front selects that domain.
   */
  node(type: string, inputs: readonly string[], attributes: Attributes = {}): string {
    const name = this.freshName();
    this.add(type, inputs, [name], attributes);
    return name;
  }

  /** Adds an operator with several outputs and returns their names. */
  multi(
    type: string,
    inputs: readonly string[],
    outputCount: number,
    attributes: Attributes = {},
  ): readonly string[] {
    const names = Array.from({ length: outputCount }, () => this.freshName());
    this.add(type, inputs, names, attributes);
    return names;
  }

  /**
   * A graph for an attribute: `body` of Loop and Scan, `then_branch` and `else_branch` of If. What
   * `build` adds to this builder goes into it. Names are unique in the whole graph, so values from
   * outside can be used by name; constants are kept outside, and shared.
   *
   * @param inputs - Those of the body: iteration (int64 scalar), condition (bool scalar) and carried
   * values for Loop; states and slices for Scan; none for If.
   * @param build - Gets the inputs' names and returns the outputs'. A value from outside, an input or
   * a value named twice may be an output.
   */
  subgraph(
    inputs: readonly TensorSpec[],
    build: (inputs: readonly string[]) => readonly string[],
  ): OnnxSubgraph {
    const outside = this.open;
    const nodes: OnnxNode[] = [];
    this.open = nodes;
    try {
      const values = inputs.map((spec) => ({ ...spec, name: this.freshName() }));
      const results = build(values.map(({ name }) => name));
      const made = new Set(nodes.flatMap((node) => node.outputs));
      // An output must be made in the body, and once.
      const outputs = results.map((name) =>
        made.delete(name) ? name : this.node('Identity', [name]),
      );
      return { nodes, inputs: values, outputs };
    } finally {
      this.open = outside;
    }
  }

  /**
   * A Loop that runs `count` times.
   *
   * @param count - Name of an int64 scalar.
   * @param carried - Values before the first round; their shapes do not change.
   * @param build - Gets the number of the round, an int64 scalar, and the carried values; returns the
   * new carried values and, after them, values to stack along a new first axis.
   * @returns The carried values after the last round, then the stacks.
   */
  loop(
    count: string,
    carried: readonly OnnxValue[],
    build: (round: string, carried: readonly string[]) => readonly string[],
  ): readonly string[] {
    const scalars: readonly TensorSpec[] = [
      { shape: [], dtype: 'int64' },
      { shape: [], dtype: 'bool' },
    ];
    const body = this.subgraph(
      [...scalars, ...carried],
      ([round = '', condition = '', ...values]) => [condition, ...build(round, values)],
    );
    const inputs = [count, this.constant([1], [], 'bool'), ...carried.map(({ name }) => name)];
    return this.multi('Loop', inputs, body.outputs.length - 1, { body });
  }

  /** A constant by its values; equal small ones share a name. */
  constant(values: readonly number[], shape: Shape, dtype: DType): string {
    const key = `${dtype}|${shape.join()}|${values.map((v) => (Object.is(v, -0) ? '-0' : v)).join()}`;
    const known = this.constants.get(key);
    if (known !== undefined) return known;
    const name = this.initializer(toTypedArray(values, dtype), shape, dtype);
    this.constants.set(key, name);
    return name;
  }

  /**
   * What ArgMax, ArgMin or TopK gave, in the integers of the backend: WebGPU cannot convert from int64,
   * only look up.
   *
   * @param count - Above all of them.
   */
  indices(name: string, count: number): string {
    if (!this.isNarrow) return name;
    const range = this.constant(
      Array.from({ length: count }, (_, i) => i),
      [count],
      'int32',
    );
    return this.node('Gather', [range, name], { axis: 0 });
  }

  /** A one-dimensional int64 constant, which many operators take for shapes and axes. */
  int64s(values: readonly number[]): string {
    return this.constant(values, [values.length], 'int64');
  }

  /** A scalar constant. */
  scalar(value: number, dtype: DType): string {
    return this.constant([value], [], dtype);
  }

  /** A constant array of any size. */
  initializer(data: TypedArray, shape: Shape, dtype: DType): string {
    if (data.length !== sizeOf(shape)) throw new Error('internal: initializer of a wrong size');
    const name = this.freshName();
    this.initializers.push({ name, data, shape, dtype });
    return name;
  }

  private add(
    type: string,
    inputs: readonly string[],
    outputs: readonly string[],
    attributes: Attributes,
  ): void {
    const microsoft = 'com.microsoft.';
    const isMicrosoft = type.startsWith(microsoft);
    this.open.push({
      type: isMicrosoft ? type.slice(microsoft.length) : type,
      domain: isMicrosoft ? 'com.microsoft' : '',
      inputs,
      outputs,
      attributes,
    });
  }

  private freshName(): string {
    return `t${this.names++}`;
  }
}
