import { hostData, type Tensor } from '../../src/index.ts';

/** The inputs of a program by path. */
export type Arrays = Readonly<Record<string, Tensor>>;

/** The numbers at a path; int64 as int32, the only integers that the rivals have. */
export function take(arrays: Arrays, path: string) {
  const value = arrays[path];
  if (value === undefined) throw new Error(`internal: the inputs have no ${path}`);
  const data = hostData(value);
  const shape = [...value.shape];
  if (data instanceof Float32Array) return { data, shape, dtype: 'float32' } as const;
  return { data: Int32Array.from(data, Number), shape, dtype: 'int32' } as const;
}

/** The paths that begin with a prefix. */
export function pathsUnder(arrays: Arrays, prefix: string): readonly string[] {
  return Object.keys(arrays).filter((path) => path.startsWith(`${prefix}.`));
}

/** 0 where a position may look, a large negative number where it may not; row-major. */
export function causalMask(seq: number): Float32Array {
  return Float32Array.from({ length: seq * seq }, (_, i) =>
    i % seq > Math.floor(i / seq) ? -1e9 : 0,
  );
}
