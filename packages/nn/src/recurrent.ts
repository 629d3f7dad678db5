import { ConfigError, foldIn, type Key, type Shape, type Tensor } from '@working-papers/grad';
import { torchUniform } from './initialisers.ts';

/** Parameters of a recurrent layer; columns are its gates one after the other, as rows are in PyTorch. */
export interface Recurrent {
  /** [dIn, gates dHidden]. */
  readonly wIn: Tensor;
  /** [dHidden, gates dHidden]. */
  readonly wHidden: Tensor;
  /** [gates dHidden]. */
  readonly bIn: Tensor;
  /** [gates dHidden]. */
  readonly bHidden: Tensor;
}

/** Fresh parameters of a layer with so many gates. */
export function initRecurrent(
  operation: string,
  key: Key,
  sizes: { readonly dIn: number; readonly dHidden: number; readonly gates: number },
): Recurrent {
  const { dIn, dHidden, gates } = sizes;
  if (![dIn, dHidden].every((size) => Number.isInteger(size) && size > 0)) {
    throw new ConfigError(
      `${operation}: dIn = ${dIn}, dHidden = ${dHidden}; expected positive integers`,
    );
  }
  const width = gates * dHidden;
  const draw = (name: string, shape: Shape) => torchUniform(foldIn(key, name), shape, dHidden);
  return {
    wIn: draw('wIn', [dIn, width]),
    wHidden: draw('wHidden', [dHidden, width]),
    bIn: draw('bIn', [width]),
    bHidden: draw('bHidden', [width]),
  };
}
