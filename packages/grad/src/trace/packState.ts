import type { NamedTensor } from '../onnx/lower.ts';
import { concatOp } from '../ops/concat.ts';
import { sameShape } from '../shape.ts';
import { createNode, inputTensor, outputsOf, type GraphNode, type Tensor } from '../tensor.ts';
import { paramsKey } from './merge.ts';
import type { Substitutes } from './order.ts';

/** An input or output of the graph that stands for one tensor of the function, or for several. */
export interface Port extends NamedTensor {
  /** Positions among the function's tensors. */
  readonly members: readonly number[];
  /** Elements of each member. */
  readonly sizes: readonly number[];
  /** Whether it holds the elements of its members one after another. */
  readonly isPacked: boolean;
}

/** Inputs and outputs of a graph. */
export interface Ports {
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  /** What stands for inputs that are no longer there. */
  readonly substitutes: Substitutes;
}

// Each input and output of a run costs some microseconds and so does each operation of an optimiser
// on each parameter, while packing costs a copy of every parameter and every gradient.
const maxPackedElements = 1 << 14;
const minPackedTensors = 4;
/** Above 32 MiB the C library maps fresh pages for an array each time, at twice the cost. */
const maxChunkElements = 1 << 22;

/** The graph as it is: a port for each tensor. */
export function unpacked(inputs: readonly NamedTensor[], outputs: readonly NamedTensor[]): Ports {
  const single = (tensor: NamedTensor, i: number) => ({
    ...tensor,
    members: [i],
    sizes: [tensor.value.size],
    isPacked: false,
  });
  return { inputs: inputs.map(single), outputs: outputs.map(single), substitutes: new Map() };
}

/**
 * The graph with the small tensors of its state, which goes in and comes out with the same paths,
 * joined into a few vectors; operations that treat each element alike become one for each vector.
 */
export function packState(inputs: readonly NamedTensor[], outputs: readonly NamedTensor[]): Ports {
  const rest = unpacked(inputs, outputs);
  const chunks = findStates(inputs, outputs).flatMap(intoChunks);
  if (chunks.length === 0) return rest;
  const places = chunks.map((chunk, i) =>
    inputTensor(`packed ${i}`, { shape: [sizeOfAll(chunk)], dtype: 'float32' }),
  );
  const join = joiner(chunks, places);
  const packedInputs = chunks.map((chunk, i) =>
    port(`in.packed.${i}`, places[i], { chunk, side: 'input' }),
  );
  const packedOutputs = chunks.map((chunk, i) => {
    const joined = join(chunk.flatMap(({ output }) => outputs[output]?.value ?? []));
    return port(`out.packed.${i}`, joined, { chunk, side: 'output' });
  });
  return {
    inputs: [...without(rest.inputs, packedInputs), ...packedInputs],
    outputs: [...without(rest.outputs, packedOutputs), ...packedOutputs],
    substitutes: new Map(chunks.flatMap((chunk, i) => unpack(places[i], chunk))),
  };
}

function without(ports: readonly Port[], packed: readonly Port[]): readonly Port[] {
  const members = new Set(packed.flatMap((each) => each.members));
  return ports.filter((each) => !each.members.some((member) => members.has(member)));
}

/** A tensor of the state: an input that comes back as an output. */
interface Member {
  readonly place: Tensor;
  readonly input: number;
  readonly output: number;
  /** Path within the argument. */
  readonly path: string;
}

type Chunk = readonly Member[];

function port(
  name: string,
  value: Tensor | undefined,
  { chunk, side }: { chunk: Chunk; side: 'input' | 'output' },
): Port {
  if (value === undefined) throw new Error('internal: a chunk has no value');
  const members = chunk.map((member) => member[side]);
  return { name, value, members, sizes: chunk.map(({ place }) => place.size), isPacked: true };
}

/** For each argument that is returned somewhere as a whole, its small tensors. */
function findStates(
  inputs: readonly NamedTensor[],
  outputs: readonly NamedTensor[],
): readonly Chunk[] {
  const outputAt = new Map(outputs.map(({ name }, i) => [name.slice('out.'.length), i]));
  const taken = new Set<number>();
  const byArgument = groupBy([...inputs.entries()], ([, { name }]) => name.split('.')[1] ?? '');
  return [...byArgument.entries()].flatMap(([argument, entries]) => {
    const small = entries.flatMap(([input, { name, value }]) => {
      const path = name.slice(`in.${argument}.`.length);
      const isSmall = value.dtype === 'float32' && value.size <= maxPackedElements;
      return isSmall && path !== '' ? [{ input, place: value, path }] : [];
    });
    const prefixes = [...outputAt.keys()].flatMap((path) => prefixOf(path, small[0]?.path ?? ''));
    for (const prefix of small.length < minPackedTensors ? [] : prefixes) {
      const state = small.flatMap((leaf) => {
        const output = outputAt.get(prefix + leaf.path);
        const value = output === undefined ? undefined : outputs[output]?.value;
        const fits = value?.dtype === 'float32' && sameShape(value.shape, leaf.place.shape);
        return output !== undefined && fits && !taken.has(output) ? [{ ...leaf, output }] : [];
      });
      if (state.length < small.length) continue;
      for (const { output } of state) taken.add(output);
      return [state];
    }
    return [];
  });
}

function prefixOf(path: string, suffix: string): readonly string[] {
  const prefix = path.slice(0, path.length - suffix.length);
  return path.endsWith(suffix) && (prefix === '' || prefix.endsWith('.')) ? [prefix] : [];
}

/** A chunk for each branch of the state, so that parameters and their moments are laid out alike. */
function intoChunks(state: Chunk): readonly Chunk[] {
  const branches = groupBy(state, ({ path }) =>
    path.includes('.') ? (path.split('.')[0] ?? '') : '',
  );
  return [...branches.values()].flatMap((branch) => {
    const chunks: Member[][] = [[]];
    let size = 0;
    for (const member of branch) {
      if (size + member.place.size > maxChunkElements) {
        chunks.push([]);
        size = 0;
      }
      size += member.place.size;
      chunks.at(-1)?.push(member);
    }
    return chunks.filter((chunk) => chunk.length >= 2);
  });
}

function groupBy<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

function sizeOfAll(chunk: Chunk): number {
  return chunk.reduce((sum, { place }) => sum + place.size, 0);
}

/** The members of a chunk, out of its vector. */
function unpack(vector: Tensor | undefined, chunk: Chunk): readonly [GraphNode, Tensor][] {
  if (vector === undefined) throw new Error('internal: a chunk has no place');
  const sizes = chunk.map(({ place }) => place.size);
  const node = createNode({
    name: 'unpack',
    params: {},
    inputs: [vector],
    outputs: sizes.map((size) => ({ shape: [size], dtype: vector.dtype })),
    lower: (graph, [x = '']) =>
      graph.multi('Split', [x, graph.int64s(sizes)], sizes.length, { axis: 0 }),
  });
  const pieces = outputsOf(node);
  return chunk.flatMap(({ place }, i): [GraphNode, Tensor][] => {
    const piece = pieces[i]?.reshape(place.shape);
    return piece ? [[place.node, piece]] : [];
  });
}

// Operations that treat each element alike, so that they can be applied to a vector of many tensors.
const elementwise = new Set(
  'abs add cast cos div equal exp greater greaterEqual less lessEqual log maximum minimum mul neg pow relu sigmoid sign sin sqrt square sub tanh where'.split(
    ' ',
  ),
);

/**
 * Joins tensors into one vector, as deep in the graph as possible: the vector of sums is the sum of
 * vectors, and the vector of a chunk's members is the chunk.
 */
function joiner(
  chunks: readonly Chunk[],
  places: readonly Tensor[],
): (values: readonly Tensor[]) => Tensor {
  const keyOf = (values: readonly Tensor[]) =>
    values.map(({ node, index }) => `${node.id}:${index}`).join();
  const known = new Map(
    chunks.flatMap((chunk, i): [string, Tensor][] => {
      const vector = places[i];
      return vector ? [[keyOf(chunk.map(({ place }) => place)), vector]] : [];
    }),
  );
  const join = (values: readonly Tensor[]): Tensor => {
    const key = keyOf(values);
    const made = known.get(key) ?? joinOperations(values, join) ?? joinCopies(values);
    known.set(key, made);
    return made;
  };
  return join;
}

function joinCopies(values: readonly Tensor[]): Tensor {
  return concatOp(
    values.map((value) => value.reshape([value.size])),
    { axis: 0 },
  );
}

function joinOperations(
  values: readonly Tensor[],
  join: (values: readonly Tensor[]) => Tensor,
): Tensor | null {
  const [first] = values;
  if (!first || !elementwise.has(first.node.name)) return null;
  const { node } = first;
  const key = paramsKey(node);
  const isAlike = values.every(
    (value) => value.node.name === node.name && paramsKey(value.node) === key,
  );
  if (!isAlike) return null;
  const columns = node.inputs.map((_, i) => values.flatMap((value) => value.node.inputs[i] ?? []));
  const isShared = (column: readonly Tensor[]) =>
    column[0]?.size === 1 &&
    column.every((x) => x.node === column[0]?.node && x.index === column[0].index);
  const isFull = (column: readonly Tensor[]) =>
    column.every((x, i) => x.dtype === column[0]?.dtype && x.size === values[i]?.size);
  if (!columns.every((column) => isShared(column) || isFull(column))) return null;
  if (columns.every(isShared)) return null;
  const joined = columns.map((column) => {
    const [shared] = column;
    return isShared(column) && shared ? shared.reshape([]) : join(column);
  });
  return node.withInputs?.(joined)[0] ?? null;
}
