import { isFloat } from '../dtype.ts';
import { ConfigError, ShapeError } from '../errors.ts';
import { add } from '../ops/add.ts';
import { alias } from '../ops/alias.ts';
import { formatShape, sameShape } from '../shape.ts';
import { ones, zeros, type GraphNode, type Tensor } from '../tensor.ts';
import { flattenTensors, mapTensors } from '../tree.ts';
import { topologicalOrder } from './order.ts';

/**
 * Reverse-mode gradient of a scalar function with respect to every tensor of its first argument.
 *
 * @param fn - Returns a scalar loss.
 * @returns A function of the same arguments that returns the gradient as a tree of the form of the
 * first argument; zeros where the loss does not depend on a leaf.
 * @throws {ShapeError} If the loss is not a scalar.
 * @throws {ConfigError} If a leaf, whose path the message names, or the loss is of an integer type.
 */
export function grad<Params, Rest extends readonly unknown[]>(
  fn: (params: Params, ...rest: Rest) => Tensor,
): (params: Params, ...rest: Rest) => Params {
  return (params, ...rest) => valueAndGrad(fn)(params, ...rest)[1];
}

/** Like {@link grad}, and returns the loss too: `[loss, gradient]`. */
export function valueAndGrad<Params, Rest extends readonly unknown[]>(
  fn: (params: Params, ...rest: Rest) => Tensor,
): (params: Params, ...rest: Rest) => [loss: Tensor, gradient: Params] {
  return (params, ...rest) => {
    const leaves = asLeaves(params);
    const loss = fn(leaves, ...rest);
    if (loss.rank !== 0) {
      throw new ShapeError(
        `grad: the loss has shape ${formatShape(loss.shape)}; return a scalar, for example its mean()`,
      );
    }
    if (!isFloat(loss.dtype)) {
      throw new ConfigError(
        `grad: the loss is of type ${loss.dtype}, which has no gradient; return floating-point numbers`,
      );
    }
    return [loss, pullBack([loss], [ones([], loss.dtype)], leaves)];
  };
}

/**
 * Value of a function and its vector-Jacobian product.
 *
 * @returns The output and a function that maps a cotangent of the output's shape to the cotangent of
 * `params`, as a tree of its form; it throws a {@link ShapeError} if the cotangent is of another shape
 * or element type than the output.
 */
export function vjp<Params>(
  fn: (params: Params) => Tensor,
  params: Params,
): [output: Tensor, pullBack: (dy: Tensor) => Params] {
  const leaves = asLeaves(params);
  const output = fn(leaves);
  return [
    output,
    (dy) => {
      checkAlike(dy, output, 'vjp: the cotangent is');
      return pullBack([output], [dy], leaves);
    },
  ];
}

/**
 * Value of a function and its Jacobian-vector product along `tangent`, by differentiating the
 * vector-Jacobian product with respect to its cotangent: no operation needs a second rule.
 *
 * @param tangent - A tensor of the shape and element type of `x`.
 * @returns The output and the directional derivative, both of the output's shape.
 * @throws {ShapeError} If `tangent` is of another shape or element type.
 */
export function jvp(
  fn: (x: Tensor) => Tensor,
  x: Tensor,
  tangent: Tensor,
): [output: Tensor, tangent: Tensor] {
  checkAlike(tangent, x, 'jvp: the tangent is');
  const [output, pull] = vjp(fn, x);
  const [, push] = vjp(pull, zeros(output.shape, output.dtype));
  return [output, push(tangent)];
}

function checkAlike(value: Tensor, wanted: Tensor, what: string): void {
  if (sameShape(value.shape, wanted.shape) && value.dtype === wanted.dtype) return;
  const [got, expected] = [value, wanted].map(({ dtype, shape }) => dtype + formatShape(shape));
  throw new ShapeError(`${what} ${got}; expected ${expected}`);
}

// Fresh nodes stand for the leaves, so that other uses of the same tensors are not differentiated.
function asLeaves<Params>(params: Params): Params {
  return mapTensors(params, (value, path) => {
    if (!isFloat(value.dtype)) {
      throw new ConfigError(
        `grad: ${path || 'the argument'} is of type ${value.dtype}, which has no gradient; pass it as a later argument`,
      );
    }
    return alias(value);
  });
}

function pullBack<Params>(
  outputs: readonly Tensor[],
  seeds: readonly Tensor[],
  params: Params,
): Params {
  const cotangents = new Map<GraphNode, (Tensor | null)[]>();
  const accumulate = (value: Tensor, cotangent: Tensor) => {
    const slots = cotangents.get(value.node) ?? value.node.outputs.map(() => null);
    const before = slots[value.index];
    slots[value.index] = before ? add(before, cotangent) : cotangent;
    cotangents.set(value.node, slots);
  };
  outputs.forEach((output, i) => {
    const seed = seeds[i];
    if (seed) accumulate(output, seed);
  });
  const leaves = new Set(flattenTensors(params).map(({ value }) => value.node));
  const between = dependents(outputs, leaves);
  for (const node of [...between].toReversed()) {
    const dys = cotangents.get(node);
    if (dys === undefined || leaves.has(node)) continue;
    node.vjp?.(dys).forEach((dx, i) => {
      const input = node.inputs[i];
      if (dx && input && between.has(input.node)) accumulate(input, dx);
    });
  }
  return mapTensors(
    params,
    (leaf) => cotangents.get(leaf.node)?.[leaf.index] ?? zeros(leaf.shape, leaf.dtype),
  );
}

/** The nodes between the leaves and the outputs, in topological order. */
function dependents(
  outputs: readonly Tensor[],
  leaves: ReadonlySet<GraphNode>,
): ReadonlySet<GraphNode> {
  const dependent = new Set<GraphNode>();
  for (const node of topologicalOrder(outputs)) {
    if (leaves.has(node) || node.inputs.some((input) => dependent.has(input.node))) {
      dependent.add(node);
    }
  }
  return dependent;
}
