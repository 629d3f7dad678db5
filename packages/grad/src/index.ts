export { isFloat } from './dtype.ts';
export type { DType, TypedArray } from './dtype.ts';
export {
  CheckpointError,
  ConfigError,
  DataError,
  RuntimeUnavailableError,
  ShapeError,
  WorkingPapersError,
} from './errors.ts';
export type {
  Backend,
  Capabilities,
  RuntimeTensor,
  Session,
  SessionOptions,
} from './runtime/backend.ts';
