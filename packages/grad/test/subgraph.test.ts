import { describe, expect, test } from 'vitest';
import { GraphBuilder } from '../src/onnx/graphBuilder.ts';
import { encodeModel, type OnnxValue } from '../src/onnx/model.ts';
import type { Backend, RuntimeTensor } from '../src/runtime/backend.ts';
import { nodeBackend } from '../src/runtime/node.ts';
import { webBackend } from '../src/runtime/web.ts';

const backends = [await nodeBackend({ threads: 2 }), await webBackend({ threads: 2 })];

type Emit = (graph: GraphBuilder, input: string) => readonly string[];

/** Runs what `emit` makes of the input x, and returns its outputs' numbers. */
async function run(
  backend: Backend,
  emit: Emit,
  { x, outputs }: { x: RuntimeTensor; outputs: readonly Omit<OnnxValue, 'name'>[] },
): Promise<readonly (readonly number[])[]> {
  const graph = new GraphBuilder(backend.capabilities);
  const names = emit(graph, 'x');
  const session = await backend.createSession(
    encodeModel({
      nodes: graph.nodes,
      initializers: graph.initializers,
      inputs: [{ name: 'x', shape: x.shape, dtype: x.dtype }],
      outputs: outputs.map((output, i) => ({ ...output, name: names[i] ?? '' })),
    }),
    { optimization: 'all' },
  );
  const results = await session.run({ x });
  await session.release();
  return names.map((name) => Array.from(results[name]?.data ?? [], Number));
}

const floats = (data: readonly number[], shape = [data.length]): RuntimeTensor => ({
  dtype: 'float32',
  shape,
  data: Float32Array.from(data),
});

describe.each(backends.map((backend) => [backend.name, backend] as const))('%s', (_, backend) => {
  test('a Loop carries values, stacks others and reads what is outside', async () => {
    const emit: Emit = (graph, x) => {
      const doubled = graph.node('Add', [x, x]);
      const carried = { name: x, shape: [2], dtype: 'float32' } as const;
      return graph.loop(graph.constant([3], [], 'int64'), [carried], (round, [value = '']) => {
        const step = graph.node('Cast', [round], { to: 1 });
        const grown = graph.node('Add', [graph.node('Add', [value, doubled]), step]);
        return [grown, grown];
      });
    };
    const actual = await run(backend, emit, {
      x: floats([1, 10]),
      outputs: [
        { dtype: 'float32', shape: [2] },
        { dtype: 'float32', shape: [3, 2] },
      ],
    });
    expect(actual).toEqual([
      [10, 73],
      [3, 30, 6, 51, 10, 73],
    ]);
  });

  test('a Scan walks along an axis', async () => {
    const emit: Emit = (graph, x) => {
      const slice = { shape: [2], dtype: 'float32' } as const;
      const body = graph.subgraph([slice, slice], ([state = '', column = '']) => {
        const next = graph.node('Add', [graph.node('Mul', [state, column]), column]);
        return [next, next];
      });
      return graph.multi('Scan', [graph.constant([1, 1], [2], 'float32'), x], 2, {
        body,
        num_scan_inputs: 1,
        scan_input_axes: [1],
      });
    };
    const actual = await run(backend, emit, {
      x: floats([1, 2, 3, 4, 5, 6], [2, 3]),
      outputs: [
        { dtype: 'float32', shape: [2] },
        { dtype: 'float32', shape: [3, 2] },
      ],
    });
    // s <- (s + 1) x along the rows 1 2 3 and 4 5 6.
    expect(actual).toEqual([
      [21, 276],
      [2, 8, 6, 45, 21, 276],
    ]);
  });

  test('an If inside a Loop decides at each step', async () => {
    const emit: Emit = (graph, x) => {
      const limit = graph.scalar(20, 'float32');
      const carried = { name: x, shape: [2], dtype: 'float32' } as const;
      return graph.loop(graph.constant([10], [], 'int64'), [carried], (_round, [value = '']) => {
        const sum = graph.node('ReduceSum', [value], { keepdims: 0 });
        const branches = {
          then_branch: graph.subgraph([], () => [graph.node('Add', [value, value])]),
          else_branch: graph.subgraph([], () => [value]),
        };
        return [graph.node('If', [graph.node('Less', [sum, limit])], branches)];
      });
    };
    const outputs = [{ dtype: 'float32', shape: [2] }] as const;
    expect(await run(backend, emit, { x: floats([1, 2]), outputs })).toEqual([[8, 16]]);
    expect(await run(backend, emit, { x: floats([15, 6]), outputs })).toEqual([[15, 6]]);
  });
});

describe('a subgraph', () => {
  const scalar = { shape: [], dtype: 'float32' } as const;
  const builder = () => new GraphBuilder({ supports: () => true });

  test('repeats no name, in its nesting or beside it', () => {
    const graph = builder();
    const defined: string[] = [];
    const body = () =>
      graph.subgraph([scalar, scalar], (inputs) => {
        defined.push(...inputs);
        const inner = graph.subgraph([scalar], (more) => {
          defined.push(...more, graph.node('Neg', more));
          return defined.slice(-1);
        });
        defined.push(graph.node('If', inputs, { then_branch: inner }));
        return defined.slice(-1);
      });
    for (const type of ['Loop', 'Scan']) {
      defined.push(graph.node(type, [], { body: body() }));
    }
    expect(new Set(defined).size).toBe(defined.length);
    expect(graph.nodes.map(({ type }) => type)).toEqual(['Loop', 'Scan']);
  });

  test('keeps its constants outside, shared with the rest of the graph', () => {
    const graph = builder();
    const outside = graph.scalar(2, 'float32');
    const { nodes } = graph.subgraph([scalar], ([x = '']) => [
      graph.node('Mul', [x, graph.scalar(2, 'float32')]),
    ]);
    expect(nodes[0]?.inputs[1]).toBe(outside);
    expect(graph.initializers).toHaveLength(1);
  });

  test('makes each of its outputs itself, and once', () => {
    const graph = builder();
    const outside = graph.node('Neg', ['x']);
    const { nodes, inputs, outputs } = graph.subgraph([scalar], ([x = '']) => {
      const y = graph.node('Abs', [x]);
      return [y, y, x, outside];
    });
    expect(new Set(outputs).size).toBe(4);
    const made = nodes.map(({ type, inputs: from, outputs: to }) => [type, from[0], to[0]]);
    expect(made).toEqual([
      ['Abs', inputs[0]?.name, outputs[0]],
      ['Identity', outputs[0], outputs[1]],
      ['Identity', inputs[0]?.name, outputs[2]],
      ['Identity', outside, outputs[3]],
    ]);
  });

  test('that fails to build leaves the graph open', () => {
    const graph = builder();
    expect(() =>
      graph.subgraph([], () => {
        throw new RangeError('no such thing');
      }),
    ).toThrow(RangeError);
    graph.node('Neg', ['x']);
    expect(graph.nodes).toHaveLength(1);
  });
});
