import type { GraphBuilder } from '../onnx/graphBuilder.ts';
import type { TensorSpec } from '../tensor.ts';

/** Most rows of a batch that are worked on at once, and most elements that they gather: a cache full. */
const mostRows = 32;
const mostGathered = 2 ** 18;

/** Rows of the table whose gradient is one product: long enough for a kernel, short enough for zeros. */
const blockSize = 16;

type Names = readonly string[];
type Specs = readonly TensorSpec[];

/** Nodes of y_b = sum_j values[b, j] table[indices[b, j]]; inputs are values, indices and table. */
export function lowerSparseMatmul(graph: GraphBuilder, inputs: Names, specs: Specs): string {
  const [values = '', indices = '', table = ''] = inputs;
  const [valueSpec, indexSpec, tableSpec] = threeSpecs(specs);
  const [batch = 0, k = 0] = valueSpec.shape;
  const [latents = 0, d = 0] = tableSpec.shape;
  if (!graph.supports('Scan')) {
    const codes = denseCodes(graph, { values, indices, spec: valueSpec, latents });
    return graph.node('MatMul', [codes, table]);
  }
  const rows = [
    { name: values, spec: valueSpec },
    { name: indices, spec: indexSpec },
  ];
  return byRows(
    graph,
    { batch, rows, width: d, gathered: k * d },
    ([some = '', at = ''], count) => {
      const gathered = graph.node('Gather', [table, at], { axis: 0 });
      const codes = graph.node('Reshape', [some, graph.int64s([count, 1, k])]);
      const sums = graph.node('MatMul', [codes, gathered]);
      return graph.node('Reshape', [sums, graph.int64s([count, d])]);
    },
  );
}

/** Nodes of y[b, j] = rows[b] . table[indices[b, j]]; inputs are rows, indices and table. */
export function lowerSampledMatmul(graph: GraphBuilder, inputs: Names, specs: Specs): string {
  const [left = '', indices = '', table = ''] = inputs;
  const [leftSpec, indexSpec] = threeSpecs(specs);
  const [batch = 0, d = 0] = leftSpec.shape;
  const k = indexSpec.shape[1] ?? 0;
  if (!graph.supports('Scan')) {
    const all = graph.node('Gemm', [left, table], { transB: 1 });
    return graph.node('GatherElements', [all, indices], { axis: 1 });
  }
  const rows = [
    { name: left, spec: leftSpec },
    { name: indices, spec: indexSpec },
  ];
  return byRows(
    graph,
    { batch, rows, width: k, gathered: k * d },
    ([some = '', at = ''], count) => {
      const gathered = graph.node('Gather', [table, at], { axis: 0 });
      const columns = graph.node('Reshape', [some, graph.int64s([count, d, 1])]);
      const products = graph.node('MatMul', [gathered, columns]);
      return graph.node('Reshape', [products, graph.int64s([count, k])]);
    },
  );
}

interface Rows {
  readonly batch: number;
  /** Matrices with one row for each element of the batch. */
  readonly rows: readonly { readonly name: string; readonly spec: TensorSpec }[];
  /** Columns of the result. */
  readonly width: number;
  /** Elements of the table that one row gathers. */
  readonly gathered: number;
}

/** Builds a result [batch, width] from some rows of the inputs at a time; the last may be padding. */
function byRows(
  graph: GraphBuilder,
  { batch, rows, width, gathered }: Rows,
  build: (names: Names, count: number) => string,
): string {
  const rowsAtOnce = Math.max(1, Math.min(mostRows, Math.floor(mostGathered / gathered)));
  if (batch <= rowsAtOnce) {
    return build(
      rows.map(({ name }) => name),
      batch,
    );
  }
  const count = Math.ceil(batch / rowsAtOnce);
  const pieces = rows.map(({ name, spec }) => {
    const columns = spec.shape[1] ?? 0;
    const padding = graph.int64s([0, 0, count * rowsAtOnce - batch, 0]);
    const whole = count * rowsAtOnce === batch ? name : graph.node('Pad', [name, padding]);
    return graph.node('Reshape', [whole, graph.int64s([count, rowsAtOnce, columns])]);
  });
  const slices = rows.map(({ spec }) => ({
    shape: [rowsAtOnce, spec.shape[1] ?? 0],
    dtype: spec.dtype,
  }));
  const body = graph.subgraph(slices, (names) => [build(names, rowsAtOnce)]);
  const [stacked = ''] = graph.multi('Scan', pieces, 1, { body, num_scan_inputs: rows.length });
  const result = graph.node('Reshape', [stacked, graph.int64s([count * rowsAtOnce, width])]);
  if (count * rowsAtOnce === batch) return result;
  const range = [[0], [batch], [0]].map((values) => graph.int64s(values));
  return graph.node('Slice', [result, ...range]);
}

/**
 * Nodes of y_l = sum of values[b, j] rows[b] over the pairs with indices[b, j] = l; inputs are values,
 * indices and rows. The pairs are sorted by blocks of rows of y; for each block, its pairs' rows are
 * gathered and multiplied by a matrix [pairs, block] with one value in each row.
 */
export function lowerSparseTransposeMatmul(
  graph: GraphBuilder,
  inputs: Names,
  { latents, specs }: { readonly latents: number; readonly specs: Specs },
): string {
  const [values = '', indices = '', rows = ''] = inputs;
  const [valueSpec, indexSpec, rowSpec] = threeSpecs(specs);
  const { dtype } = valueSpec;
  if (!graph.supports('Scan')) {
    const codes = denseCodes(graph, { values, indices, spec: valueSpec, latents });
    return graph.node('Gemm', [codes, rows], { transA: 1 });
  }
  const [batch = 0, k = 0] = valueSpec.shape;
  const pairs = batch * k;
  const order = blockOrder(graph, { indices, spec: indexSpec, latents });
  const flat = graph.node('Reshape', [values, graph.int64s([pairs])]);
  const sorted = graph.node('Gather', [flat, order.pair], { axis: 0 });
  const column = graph.node('Reshape', [sorted, graph.int64s([pairs, 1])]);
  const zeros = graph.node('Expand', [graph.scalar(0, dtype), graph.int64s([pairs, blockSize])]);
  const weights = graph.node('ScatterElements', [zeros, order.place, column], { axis: 1 });

  const border = { shape: [1], dtype: 'int64' } as const;
  const body = graph.subgraph([border, border], ([start = '', end = '']) => {
    const piece = (name: string) => graph.node('Slice', [name, start, end, graph.int64s([0])]);
    const gathered = graph.node('Gather', [rows, piece(order.row)], { axis: 0 });
    // Of two dimensions, not batched: a product over no pairs must give zeros.
    return [graph.node('Gemm', [piece(weights), gathered], { transA: 1 })];
  });
  const borders = [order.starts, order.ends];
  const [blocks = ''] = graph.multi('Scan', borders, 1, { body, num_scan_inputs: 2 });
  const count = Math.ceil(latents / blockSize);
  const d = rowSpec.shape[1] ?? 0;
  const result = graph.node('Reshape', [blocks, graph.int64s([count * blockSize, d])]);
  if (count * blockSize === latents) return result;
  const range = [[0], [latents], [0]].map((at) => graph.int64s(at));
  return graph.node('Slice', [result, ...range]);
}

/** Pairs (row, latent) of codes in ascending order of the block of the latent, then of the row. */
interface BlockOrder {
  /** Position of each pair among all, [pairs]. */
  readonly pair: string;
  /** Row of the codes of each pair, [pairs]. */
  readonly row: string;
  /** Place of the latent in its block, [pairs, 1]. */
  readonly place: string;
  /** First pair of each block, and the first behind it, [blocks, 1]. */
  readonly starts: string;
  readonly ends: string;
}

const orders = new WeakMap<GraphBuilder, Map<string, BlockOrder>>();

interface Indices {
  readonly indices: string;
  readonly spec: TensorSpec;
  readonly latents: number;
}

/** The order of some indices; made once in a graph, since every gradient of the same codes needs it. */
function blockOrder(graph: GraphBuilder, codes: Indices): BlockOrder {
  const known = orders.get(graph) ?? new Map<string, BlockOrder>();
  orders.set(graph, known);
  const key = `${codes.indices} ${codes.latents}`;
  const order = known.get(key) ?? sortByBlock(graph, codes);
  known.set(key, order);
  return order;
}

function sortByBlock(graph: GraphBuilder, { indices, spec, latents }: Indices): BlockOrder {
  const [batch = 0, k = 0] = spec.shape;
  const pairs = batch * k;
  const count = Math.ceil(latents / blockSize);
  const int = (value: number) => graph.scalar(value, 'int64');
  const wide = spec.dtype === 'int64' ? indices : graph.node('Cast', [indices], { to: 7 });
  const latent = graph.node('Reshape', [wide, graph.int64s([pairs])]);
  const block = graph.node('Div', [latent, int(blockSize)]);
  const positions = graph.node('Range', [int(0), int(pairs), int(1)]);
  // Block and position in one number, so that the sort has only one answer.
  const keys = graph.node('Add', [graph.node('Mul', [block, int(pairs)]), positions]);
  const smallestFirst = { axis: 0, largest: 0, sorted: 1 };
  const [sorted = ''] = graph.multi('TopK', [keys, graph.int64s([pairs])], 2, smallestFirst);
  const pair = graph.node('Mod', [sorted, int(pairs)]);
  const place = graph.node('Mod', [graph.node('Gather', [latent, pair]), int(blockSize)]);

  const none = graph.node('Expand', [int(0), graph.int64s([count])]);
  const one = graph.node('Expand', [int(1), graph.int64s([pairs])]);
  const adding = { axis: 0, reduction: 'add' };
  const counts = graph.node('ScatterElements', [none, block, one], adding);
  const ends = graph.node('CumSum', [counts, int(0)]);
  const asColumn = (name: string, size: number) =>
    graph.node('Reshape', [name, graph.int64s([size, 1])]);
  return {
    pair,
    row: graph.node('Div', [pair, int(k)]),
    place: asColumn(place, pairs),
    starts: asColumn(graph.node('Sub', [ends, counts]), count),
    ends: asColumn(ends, count),
  };
}

interface Codes {
  readonly values: string;
  readonly indices: string;
  readonly spec: TensorSpec;
  readonly latents: number;
}

/** The codes with all their zeros, [batch, latents]. */
function denseCodes(graph: GraphBuilder, { values, indices, spec, latents }: Codes): string {
  const shape = graph.int64s([spec.shape[0] ?? 0, latents]);
  const zeros = graph.node('Expand', [graph.scalar(0, spec.dtype), shape]);
  const adding = { axis: 1, reduction: 'add' };
  return graph.node('ScatterElements', [zeros, indices, values], adding);
}

function threeSpecs(specs: Specs): readonly [TensorSpec, TensorSpec, TensorSpec] {
  const [a, b, c] = specs;
  if (a === undefined || b === undefined || c === undefined) {
    throw new Error('internal: a sparse product lacks an input');
  }
  return [a, b, c];
}
