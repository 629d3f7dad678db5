import { embedding, type Key, type Tensor } from '@working-papers/grad';
import { normalInit, type Initialiser } from './initialisers.ts';

/** Parameters of an embedding. */
export interface Embedding {
  /** [rows, dModel], a vector for each token or position. */
  readonly table: Tensor;
}

/** A table of vectors that are looked up by index. */
export const embeddingLayer = {
  /**
   * Fresh parameters.
   *
   * @param rows - For example the size of the vocabulary.
   * @param options - `weight`: its initialiser, with a fan-in of `rows`; default standard normal, as
   * PyTorch's `nn.Embedding`.
   */
  init(
    key: Key,
    rows: number,
    dModel: number,
    { weight = normalInit(1) }: { readonly weight?: Initialiser } = {},
  ): Embedding {
    return { table: weight(key, [rows, dModel], { fanIn: rows, fanOut: dModel }) };
  },

  /**
   * @param indices - int32 or int64, any shape, each from 0 to rows - 1.
   * @returns [...indices.shape, dModel].
   */
  apply({ table }: Embedding, indices: Tensor): Tensor {
    return embedding(table, indices);
  },
};
