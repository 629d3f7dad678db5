/** The element types of tensors. */
export const dtypes = ['float32', 'float64', 'int32', 'int64', 'bool'] as const;

/** One of {@link dtypes}. */
export type DType = (typeof dtypes)[number];

/** The array that holds each element type; `bool` is one byte per element. */
export interface TypedArrays {
  float32: Float32Array;
  float64: Float64Array;
  int32: Int32Array;
  int64: BigInt64Array;
  bool: Uint8Array;
}

/** Any of {@link TypedArrays}. */
export type TypedArray = TypedArrays[DType];

/** Whether a gradient can flow through values of this type. */
export function isFloat(dtype: DType): boolean {
  return dtype === 'float32' || dtype === 'float64';
}
