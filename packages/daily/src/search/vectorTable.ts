/** Vectors of one dimension by id, in one piece of memory. */
export class VectorTable {
  readonly #dimension: number;
  readonly #rows = new Map<string, number>();
  readonly #free: number[] = [];
  #values: Float32Array;

  /** @param dimension - 0 for a table that stays empty. */
  constructor(dimension: number) {
    this.#dimension = dimension;
    this.#values = new Float32Array(64 * dimension);
  }

  /** A table of what `entries` gave. */
  static from(dimension: number, entries: VectorEntries): VectorTable {
    const table = new VectorTable(dimension);
    entries.ids.forEach((id, row) => {
      table.set(id, entries.values.subarray(row * dimension, (row + 1) * dimension));
    });
    return table;
  }

  set(id: string, vector: Float32Array): void {
    if (vector.length !== this.#dimension) {
      throw new Error(`internal: a vector of ${vector.length}, the table has ${this.#dimension}`);
    }
    const row = this.#rows.get(id) ?? this.#free.pop() ?? this.#rows.size;
    const start = row * this.#dimension;
    if (start + this.#dimension > this.#values.length) this.#grow();
    this.#values.set(vector, start);
    this.#rows.set(id, row);
  }

  delete(id: string): void {
    const row = this.#rows.get(id);
    if (row === undefined) return;
    this.#rows.delete(id);
    this.#free.push(row);
  }

  /** Dot products with all vectors: cosines, as they have length 1. */
  cosines(vector: Float32Array): Map<string, number> {
    const cosines = new Map<string, number>();
    const [dimension, values] = [this.#dimension, this.#values];
    if (vector.length !== dimension) return cosines;
    for (const [id, row] of this.#rows) {
      const start = row * dimension;
      let sum = 0;
      for (let i = 0; i < dimension; i++) sum += values[start + i]! * vector[i]!;
      cosines.set(id, sum);
    }
    return cosines;
  }

  /** All of it, to be stored. */
  entries(): VectorEntries {
    const ids = [...this.#rows.keys()];
    const values = new Float32Array(ids.length * this.#dimension);
    let to = 0;
    for (const row of this.#rows.values()) {
      const start = row * this.#dimension;
      values.set(this.#values.subarray(start, start + this.#dimension), to);
      to += this.#dimension;
    }
    return { ids, values };
  }

  #grow(): void {
    const larger = new Float32Array(2 * this.#values.length + this.#dimension);
    larger.set(this.#values);
    this.#values = larger;
  }
}

/** Vectors one after the other, in the order of the ids. */
export interface VectorEntries {
  readonly ids: readonly string[];
  readonly values: Float32Array;
}
