import type { Backend } from '../src/index.ts';

/** Sizes that a benchmark gives its program. */
export type Settings = Readonly<Record<string, number>>;

/** Something to time. */
export interface Program {
  readonly name: string;
  /** One step. Resolves to a number that only the finished work gives, mostly the loss. */
  readonly run: () => Promise<number>;
  readonly dispose: () => Promise<void>;
}

/** What a file of `programs/` exports. */
export interface ProgramModule {
  /**
   * Initial weights and data as a tree of tensors, drawn from a fixed key: every contender starts
   * from these numbers. PyTorch's side finds them by their paths, as in `params.layers.0.w`.
   */
  readonly inputs: (settings: Settings) => object;
  /** Our step, starting from `inputs(settings)`. */
  readonly make: (backend: Backend, settings: Settings) => Promise<Program>;
}
