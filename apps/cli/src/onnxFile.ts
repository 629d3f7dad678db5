import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import {
  RuntimeUnavailableError,
  compile,
  flattenTensors,
  hostData,
  type Backend,
  type Tensor,
} from '@working-papers/grad';
import type { TrainedModel } from '@working-papers/paper-kit';

/** An ONNX file that has been checked. */
export interface OnnxFile {
  readonly bytes: number;
  /** `in.0.x float32 [1, 196]`, by the names that the file has. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Between ONNX Runtime with the file and the engine, relative to the largest number of an output. */
  readonly largestDifference: number;
}

const tolerance = 1e-4;

/**
 * Writes a function as an ONNX file. It gets its name after ONNX Runtime has loaded it from the disk and
 * given what the engine gives for the example.
 *
 * @param name - In messages.
 * @throws {RuntimeUnavailableError} If the two differ.
 */
export async function writeOnnxFile(
  { apply, example }: TrainedModel,
  file: string,
  { backend, name }: { readonly backend: Backend; readonly name: string },
): Promise<OnnxFile> {
  const compiled = compile(apply, { backend, name, optimization: 'all' });
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    const inputs = named('in', [example]);
    const outputs = named('out', await compiled(example));
    await writeFile(temporary, compiled.toOnnx(example));
    const onnx = await readFile(temporary);
    const largestDifference = await differenceOf(onnx, { inputs, outputs, backend, name });
    if (!(largestDifference <= tolerance)) {
      throw new RuntimeUnavailableError(
        `${name}: the file gives other numbers than the engine, by ${largestDifference}; try another --backend`,
      );
    }
    await rename(temporary, file);
    const shown = (all: readonly NamedValue[]) => all.map(describe);
    return {
      bytes: onnx.length,
      inputs: shown(inputs),
      outputs: shown(outputs),
      largestDifference,
    };
  } finally {
    await rm(temporary, { force: true });
    await compiled.dispose();
  }
}

interface NamedValue {
  readonly name: string;
  readonly value: Tensor;
}

/** Tensors by the names that they have in a file of `toOnnx`. */
function named(prefix: 'in' | 'out', tree: unknown): readonly NamedValue[] {
  return flattenTensors(tree).map(({ path, value }) => ({ name: `${prefix}.${path}`, value }));
}

function describe({ name, value: { dtype, shape } }: NamedValue): string {
  return `${name} ${dtype} [${shape.join(', ')}]`;
}

async function differenceOf(
  onnx: Uint8Array,
  given: {
    readonly inputs: readonly NamedValue[];
    readonly outputs: readonly NamedValue[];
    readonly backend: Backend;
    readonly name: string;
  },
): Promise<number> {
  const session = await given.backend.createSession(onnx, { optimization: 'all' });
  try {
    const feeds = given.inputs.map(({ name, value }) => {
      const { shape, dtype } = value;
      return [name, { shape, dtype, data: hostData(value) }] as const;
    });
    const results = await session.run(Object.fromEntries(feeds));
    const differences = given.outputs.map(({ name, value }) => {
      const own = results[name];
      if (own) return largestOf(own.data, hostData(value));
      throw new RuntimeUnavailableError(`${given.name}: the file has no output ${name}`);
    });
    return Math.max(...differences);
  } finally {
    await session.release();
  }
}

function largestOf(a: ArrayLike<number | bigint>, b: ArrayLike<number | bigint>): number {
  let [difference, scale] = [0, 1];
  for (let i = 0; i < b.length; i++) {
    const [own, other] = [Number(a[i]), Number(b[i])];
    scale = Math.max(scale, Math.abs(other));
    difference = Math.max(difference, Number.isNaN(own) ? Infinity : Math.abs(own - other));
  }
  return difference / scale;
}
