import { isFloat } from '../dtype.ts';
import { ConfigError, ShapeError } from '../errors.ts';
import { formatShape, sameShape } from '../shape.ts';
import { upcomingId, type Tensor } from '../tensor.ts';
import { flatten, flattenTensors } from '../tree.ts';
import { closureOf, withOwnGradient, withTensors } from './custom.ts';

/** A function with a gradient of its own. */
export interface CustomVjp<Args extends readonly unknown[], Out> {
  /** Name in error messages. */
  readonly name: string;
  /** Computes the value; no gradient passes through its operations. */
  readonly forward: (...args: Args) => Out;
  /**
   * Cotangents of the arguments: for each, a tree of its form, or null if no gradient flows to it.
   *
   * @param context - The arguments, the output, and `dy`: cotangents of the output, zeros where none
   * arrived.
   */
  readonly backward: (context: { readonly args: Args; readonly output: Out; readonly dy: Out }) => {
    readonly [K in keyof Args]: Args[K] | null;
  };
}

/**
 * A function whose gradient is not that of its operations: straight-through and surrogate gradients,
 * or a form that is cheaper or safer. `backward` is written in operations, so it can be differentiated
 * again.
 *
 * @returns A function of the same arguments, trees of tensors and settings.
 * @throws {ConfigError} On calling: if `forward` uses a tensor that is no argument, whose gradient
 * would be lost, or `backward` returns trees of another form than the arguments.
 * @throws {ShapeError} On differentiating: if a cotangent has another shape than its argument.
 */
export function customVjp<const Args extends readonly unknown[], Out>({
  name,
  forward,
  backward,
}: CustomVjp<Args, Out>): (...args: Args) => Out {
  return (...args) => {
    const firstId = upcomingId();
    const { result, reads } = closureOf(forward(...args), firstId);
    const inputs = flattenTensors(args).map(({ value }) => value);
    const isArgument = ({ node }: Tensor) => inputs.some((input) => input.node === node);
    const captured = reads.find((value) => !isArgument(value));
    if (captured !== undefined) {
      throw new ConfigError(
        `${name}: uses the result of ${captured.node.name} with shape ${formatShape(captured.shape)}, which is no argument, so its gradient would be lost; pass it as an argument, or stop its gradient with stopGradient outside`,
      );
    }
    const values = flattenTensors(result).map(({ value }) => value);
    const outputs = withOwnGradient(name, { values, inputs }, (context) => {
      const own = withTensors(args, context.inputs);
      const output = withTensors(result, context.outputs);
      const dy = withTensors(result, context.dys);
      return cotangentsOf(name, own, backward({ args: own, output, dy }));
    });
    return withTensors(result, outputs);
  };
}

function cotangentsOf(
  name: string,
  args: readonly unknown[],
  cotangents: readonly unknown[],
): readonly (Tensor | null)[] {
  if (cotangents.length !== args.length) {
    throw new ConfigError(
      `${name}: backward returns ${cotangents.length} cotangents for ${args.length} arguments; give null for those without`,
    );
  }
  return args.flatMap((arg, i) => {
    const inputs = flattenTensors(arg);
    const given = cotangents[i];
    if (given === null || given === undefined) return inputs.map(() => null);
    const own = flattenTensors(given);
    return inputs.map(({ path, value }, at) => {
      const cotangent = own[at];
      if (cotangent === undefined || cotangent.path !== path || own.length !== inputs.length) {
        throw new ConfigError(
          `${name}: the cotangent of argument ${i} has ${flatten(given).length} leaves and the argument ${inputs.length}, or other paths`,
        );
      }
      if (!isFloat(value.dtype)) return null;
      if (!sameShape(cotangent.value.shape, value.shape)) {
        throw new ShapeError(
          `${name}: the cotangent of argument ${i}${path && `.${path}`} has shape ${formatShape(cotangent.value.shape)}; expected ${formatShape(value.shape)}`,
        );
      }
      return cotangent.value;
    });
  });
}

const passThrough = customVjp({
  name: 'straightThrough',
  forward: (value: Tensor, _x: Tensor) => value,
  backward: ({ dy }) => [null, dy],
});

/**
 * The value of one tensor with the gradient of another: rounding, quantising or sampling that is
 * differentiated as if it were not there (arXiv:1308.3432). Exact, where x + stopGradient(value - x)
 * rounds.
 *
 * @param value - What is returned; no gradient flows to it.
 * @param x - The shape of `value`; gets the whole gradient.
 * @throws {ShapeError} If the shapes differ.
 */
export function straightThrough(value: Tensor, x: Tensor): Tensor {
  if (!sameShape(value.shape, x.shape)) {
    throw new ShapeError(
      `straightThrough: the value is ${formatShape(value.shape)} and what it stands for ${formatShape(x.shape)}; they must be alike`,
    );
  }
  return passThrough(value, x);
}
