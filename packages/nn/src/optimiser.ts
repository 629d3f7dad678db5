import type { Operand } from '@working-papers/grad';

/** What every optimiser keeps: its parameters, and beside them what it remembers of each. */
export interface OptimiserState<Params> {
  readonly params: Params;
}

/**
 * An optimiser with its settings, but for the learning rate: what a training step needs to know of it.
 * `adam.with`, `sgd.with` and `muon.with` make one.
 */
export interface Optimiser<Params, State extends OptimiserState<Params>> {
  /** The state before the first step. */
  readonly init: (params: Params) => State;
  /**
   * The state after one step; built inside a compiled function.
   *
   * @param learningRate - A tensor where it changes from step to step.
   */
  readonly update: (state: State, gradients: Params, learningRate: Operand) => State;
}
