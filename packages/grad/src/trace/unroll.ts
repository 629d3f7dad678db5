import { ConfigError, ShapeError } from '../errors.ts';
import { concat } from '../ops/concat.ts';
import { formatShape, sameShape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { flattenTensors, mapTensors, zipTensors } from '../tree.ts';

/**
 * k steps of a loop in one graph (`lax.scan` of JAX, unrolled), so that a compiled function makes k
 * steps per call: worth it where a step takes less than the call itself, tens of microseconds. The
 * graph grows k-fold.
 *
 * @param step - Maps a state and one input to the next state and an output; all are trees of tensors.
 * @param steps - k, a positive integer.
 * @returns A function of the first state and of the inputs stacked along a first axis of size k. It
 * returns the last state and the outputs stacked in the same way.
 * @throws {ConfigError} If `steps` is not a positive integer or a step changes the form of the state.
 * @throws {ShapeError} On calling: if an input has another first axis, or a step changes the shape of
 * the state.
 */
export function unroll<State, Input, Output>(
  step: (state: State, input: Input) => readonly [state: State, output: Output],
  steps: number,
): (state: State, inputs: Input) => [state: State, outputs: Output] {
  if (!Number.isInteger(steps) || steps < 1) {
    throw new ConfigError(`unroll: steps = ${steps} is not a positive integer`);
  }
  return (first, inputs) => {
    checkStacked(inputs, steps);
    let [state, output] = step(first, at(inputs, 0));
    checkState(first, state);
    const outputs: [Output, ...Output[]] = [output];
    for (let i = 1; i < steps; i++) {
      [state, output] = step(state, at(inputs, i));
      outputs.push(output);
    }
    return [state, stack(outputs)];
  };
}

/** The part of every tensor of a tree at an index of the first axis. */
function at<T>(tree: T, index: number): T {
  return mapTensors(tree, (value) =>
    value.slice({ axis: 0, start: index, end: index + 1 }).reshape(value.shape.slice(1)),
  );
}

/** Trees of one form as one whose tensors have a new first axis. */
function stack<T>(trees: readonly [T, ...T[]]): T {
  return zipTensors(trees, (values) =>
    concat(
      values.map((value) => value.reshape([1, ...value.shape])),
      0,
    ),
  );
}

function checkStacked(inputs: unknown, steps: number): void {
  for (const { path, value } of flattenTensors(inputs)) {
    if (value.shape[0] === steps) continue;
    throw new ShapeError(
      `unroll: input ${path || 'of each step'} has shape ${formatShape(value.shape)}; expected ${steps} steps along its first axis`,
    );
  }
}

function checkState<State>(before: State, state: State): void {
  zipTensors([before, state], ([a, b], path) => {
    const isSame = a && b && sameShape(a.shape, b.shape) && a.dtype === b.dtype;
    if (isSame) return a;
    const describe = (value: Tensor | undefined) => value && value.dtype + formatShape(value.shape);
    throw new ShapeError(
      `unroll: a step changes ${path || 'the state'} from ${describe(a)} to ${describe(b)}`,
    );
  });
}
