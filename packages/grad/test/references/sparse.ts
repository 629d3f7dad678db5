import { at, build, count, none, sum, type Reference } from './values.ts';

interface Params {
  readonly k: number;
  readonly latents: number;
}

/** Products of sparse codes, written as sums over all pairs. */
export const sparse = {
  linearTopK: ([x = none, w = none, b = none], { k }: Params) => {
    const [batch = 0, d = 0] = x.shape;
    const dense = (row: number, latent: number) =>
      at(b, [latent]) + sum(count(d).map((i) => at(x, [row, i]) * at(w, [latent, i])));
    const order = count(batch).map((row) =>
      count(w.shape[0] ?? 0).toSorted((i, j) => dense(row, j) - dense(row, i) || i - j),
    );
    const chosen = (row = 0, rank = 0) => order[row]?.[rank] ?? NaN;
    return [
      build([batch, k], ([row = 0, rank]) => dense(row, chosen(row, rank))),
      build([batch, k], ([row, rank]) => chosen(row, rank)),
    ];
  },
  sampledMatmul: ([rows = none, indices = none, table = none]) =>
    build(indices.shape, ([row = 0, j = 0]) =>
      sum(
        count(rows.shape[1] ?? 0).map(
          (i) => at(rows, [row, i]) * at(table, [at(indices, [row, j]), i]),
        ),
      ),
    ),
  sparseMatmul: ([values = none, indices = none, table = none]) =>
    build([values.shape[0] ?? 0, table.shape[1] ?? 0], ([row = 0, i = 0]) =>
      sum(
        count(values.shape[1] ?? 0).map(
          (j) => at(values, [row, j]) * at(table, [at(indices, [row, j]), i]),
        ),
      ),
    ),
  sparseTransposeMatmul: ([values = none, indices = none, rows = none], { latents }: Params) =>
    build([latents, rows.shape[1] ?? 0], ([latent, i = 0]) =>
      sum(
        values.data.map((value, pair) => {
          const row = Math.floor(pair / (values.shape[1] ?? 1));
          return indices.data[pair] === latent ? value * at(rows, [row, i]) : 0;
        }),
      ),
    ),
} satisfies Readonly<Record<string, Reference>>;
