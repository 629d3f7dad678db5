import type { DType, TypedArray } from '../dtype.ts';
import type { Capabilities } from '../runtime/backend.ts';
import { sizeOf, type Shape } from '../shape.ts';
import { toTypedArray } from '../tensor.ts';
import type { Attribute, OnnxInitializer, OnnxNode } from './model.ts';

/** Attributes of a node by name. */
export type Attributes = Readonly<Record<string, Attribute>>;

/** What an operation's `lower` writes to: fresh names for nodes, constants stored once. */
export class GraphBuilder {
  readonly nodes: OnnxNode[] = [];
  readonly initializers: OnnxInitializer[] = [];
  /** Whether the backend runs an operator; see {@link Capabilities}. */
  readonly supports: Capabilities['supports'];
  private readonly constants = new Map<string, string>();
  private names = 0;

  constructor(capabilities: Capabilities) {
    this.supports = capabilities.supports;
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

  /** A constant by its values; equal small ones share a name. */
  constant(values: readonly number[], shape: Shape, dtype: DType): string {
    const key = `${dtype}|${shape.join()}|${values.map((v) => (Object.is(v, -0) ? '-0' : v)).join()}`;
    const known = this.constants.get(key);
    if (known !== undefined) return known;
    const name = this.initializer(toTypedArray(values, dtype), shape, dtype);
    this.constants.set(key, name);
    return name;
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
    this.nodes.push({
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
