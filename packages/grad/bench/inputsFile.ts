import { writeFile } from 'node:fs/promises';
import {
  encodeSafetensors,
  flattenTensors,
  hostData,
  type Safetensor,
  type Tensor,
} from '../src/index.ts';

/** Writes a program's initial weights and data for those who cannot make them: a safetensors file. */
export async function writeInputs(file: string, inputs: object): Promise<void> {
  const tensors = flattenTensors(inputs).map(({ path, value }) => [path, stored(value)] as const);
  await writeFile(file, encodeSafetensors(Object.fromEntries(tensors)));
}

function stored(value: Tensor): Safetensor {
  const data = hostData(value);
  const { shape } = value;
  if (data instanceof Float32Array) return { dtype: 'F32', shape, data };
  if (data instanceof Float64Array) return { dtype: 'F64', shape, data };
  if (data instanceof Int32Array) return { dtype: 'I32', shape, data };
  if (data instanceof BigInt64Array) return { dtype: 'I64', shape, data };
  return { dtype: 'BOOL', shape, data };
}
