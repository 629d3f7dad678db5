import { compile, type Compiled, type CompileOptions, type Tensor } from '@working-papers/grad';

/** What one step of training returns; further fields are scalars, the step's metrics. */
export interface StepResult<State> {
  readonly state: State;
  /** One number. */
  readonly loss: Tensor;
}

/** A compiled step of training: one graph for forward pass, gradient and optimiser. */
export interface CompiledStep<State, Batch> extends Compiled<
  [state: State, batch: Batch, learningRate: Tensor],
  StepResult<State>
> {
  /** The same step, slowly, looking for the first operation that gives NaN or an infinity. */
  readonly checked: (
    state: State,
    batch: Batch,
    learningRate: Tensor,
  ) => Promise<StepResult<State>>;
}

/**
 * Compiles a step for `train`: as grad's `compile` does, and so that, should the loss ever become NaN,
 * it can be told which operation did it. A step can serve several trainings.
 *
 * @param step - From the state, a batch and the learning rate, a scalar, to the next state and the
 * loss; see `gradientStep` for the usual one.
 */
export function compileStep<State, Batch>(
  step: (state: State, batch: Batch, learningRate: Tensor) => StepResult<State>,
  options: Omit<CompileOptions, 'checkFinite' | 'donate'>,
): CompiledStep<State, Batch> {
  const named = { name: step.name || 'training step', ...options };
  const fast = compile(step, named);
  const checked = compile(step, { ...named, checkFinite: true });
  const { dispose } = fast;
  return Object.assign(fast, {
    checked,
    dispose: async () => {
      await Promise.all([dispose(), checked.dispose()]);
    },
  });
}
