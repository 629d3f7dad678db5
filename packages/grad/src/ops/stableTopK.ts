import type { DType } from '../dtype.ts';
import type { GraphBuilder } from '../onnx/graphBuilder.ts';
import { onnxDTypes } from '../onnx/model.ts';
import type { TensorSpec } from '../tensor.ts';
import type { TopKParams } from './topK.ts';

/**
 * TopK with the lower index first among equal elements, for a backend whose TopK orders them as it likes:
 * it is only asked for the order of values, and of keys that are all different. Only operators that
 * WebGPU has for float32; axes up to 2^24, and there k up to 4096.
 *
 * @returns Names of values and indices (int64).
 */
export function lowerStableTopK(
  graph: GraphBuilder,
  x: string,
  params: TopKParams,
  { shape, dtype }: TensorSpec,
): readonly string[] {
  const { axis, k } = params;
  const size = shape[axis] ?? 1;
  const line = new Line(graph, params, { shape, dtype });
  if (k === size) return line.sorted(x);
  const chosen = line.chosen(x);
  const [values = '', places = ''] = line.sorted(
    graph.node('GatherElements', [x, chosen], { axis }),
  );
  return [values, line.pick(chosen, places)];
}

/** What the steps share: the graph, the axis and which end of the order is wanted. */
class Line {
  private readonly graph: GraphBuilder;
  private readonly params: TopKParams;
  private readonly spec: TensorSpec;

  constructor(graph: GraphBuilder, params: TopKParams, spec: TensorSpec) {
    this.graph = graph;
    this.params = params;
    this.spec = spec;
  }

  /** Indices, ascending, of the k elements: all beyond the k-th value, and the first that equal it. */
  chosen(x: string): string {
    const { graph } = this;
    const { axis, k, isLargest } = this.params;
    const [values = ''] = this.top(x, isLargest);
    const last = this.part(values, k - 1, k);
    const beyond = this.cast(graph.node(isLargest ? 'Greater' : 'Less', [x, last]), 'float32');
    const level = graph.node('Equal', [x, last]);
    const count = graph.node('ReduceSum', [beyond, graph.int64s([axis])], { keepdims: 1 });
    const room = graph.node('Sub', [graph.scalar(k, 'float32'), count]);
    const place = this.runningSum(this.cast(level, 'float32'));
    const isEarly = graph.node('LessOrEqual', [place, room]);
    const first = this.cast(graph.node('And', [level, isEarly]), 'float32');
    // Size - i, so that the largest keys are the lowest indices; 0 for the others.
    const size = this.spec.shape[axis] ?? 1;
    const falling = Array.from({ length: size }, (_, i) => size - i);
    const ramp = graph.constant(
      falling,
      this.spec.shape.map((_, i) => (i === axis ? size : 1)),
      'float32',
    );
    const key = graph.node('Mul', [graph.node('Add', [beyond, first]), ramp]);
    return this.top(key, true)[1] ?? '';
  }

  /** Values in order and their indices, of k elements along the axis. */
  sorted(x: string): readonly string[] {
    const { graph } = this;
    const { axis, k, isLargest } = this.params;
    const [values = '', indices = ''] = this.top(x, isLargest);
    if (k === 1) return [values, indices];
    // Equal values are neighbours: number the groups, and sort by group, then by index.
    const isSame = graph.node('Equal', [this.part(values, 0, k - 1), this.part(values, 1, k)]);
    const isNew = this.cast(graph.node('Not', [isSame]), 'float32');
    const shape = graph.int64s(this.spec.shape.with(axis, 1));
    const zero = graph.node('Expand', [graph.scalar(0, 'float32'), shape]);
    const group = this.runningSum(graph.node('Concat', [zero, isNew], { axis }));
    const type = keyType(k);
    const key = graph.node('Add', [
      graph.node('Mul', [this.cast(group, type), graph.scalar(k, type)]),
      this.cast(indices, type),
    ]);
    return [values, this.pick(indices, this.top(key, false)[1] ?? '')];
  }

  /** Indices at places along the axis, as floats on the way: WebGPU has GatherElements for no others. */
  pick(indices: string, places: string): string {
    const { axis } = this.params;
    const floats = this.cast(indices, 'float32');
    return this.cast(this.graph.node('GatherElements', [floats, places], { axis }), 'int64');
  }

  private part(x: string, from: number, to: number): string {
    const bounds = [[from], [to], [this.params.axis]].map((values) => this.graph.int64s(values));
    return this.graph.node('Slice', [x, ...bounds]);
  }

  private top(x: string, isLargest: boolean): readonly string[] {
    const { axis, k } = this.params;
    const attributes = { axis, largest: Number(isLargest) };
    const [values = '', indices = ''] = this.graph.multi(
      'TopK',
      [x, this.graph.int64s([k])],
      2,
      attributes,
    );
    return [values, this.graph.indices(indices, this.spec.shape[axis] ?? 1)];
  }

  private runningSum(x: string): string {
    return this.graph.node('CumSum', [x, this.graph.constant([this.params.axis], [], 'int64')]);
  }

  private cast(x: string, dtype: DType): string {
    return this.graph.node('Cast', [x], { to: onnxDTypes[dtype] });
  }
}

/** The smallest type that holds every key below k * k exactly. */
function keyType(k: number): DType {
  if (k <= 4096) return 'float32';
  return k <= 46_340 ? 'int32' : 'int64';
}
