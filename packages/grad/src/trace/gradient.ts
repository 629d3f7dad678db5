import { isFloat } from '../dtype.ts';
import { ConfigError, ShapeError } from '../errors.ts';
import { add } from '../ops/add.ts';
import { alias } from '../ops/alias.ts';
import { formatShape, sameShape } from '../shape.ts';
import { ones, Tensor, zeros, type GraphNode } from '../tensor.ts';
import { flattenTensors, mapTensors, zipTensors } from '../tree.ts';
import { topologicalOrder } from './order.ts';
import { inheritOrigin } from './origin.ts';

/**
 * Reverse-mode gradient of a scalar function with respect to every tensor of its first argument.
 *
 * @param fn - Returns a scalar loss.
 * @returns A function of the same arguments that returns the gradient as a tree of the form of the
 * first argument; zeros where the loss does not depend on a leaf.
 * @throws {ShapeError} If the loss is not a scalar.
 * @throws {ConfigError} If a leaf, whose path the message names, or the loss is of an integer type, or
 * the first argument holds no tensor.
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
    const leaves = asLeaves('grad', params);
    const loss = checkLoss(fn(leaves, ...rest));
    return [loss, gradientOf(loss, leaves)];
  };
}

/**
 * Like {@link valueAndGrad} for a function that returns more than its loss, for example metrics or a
 * new state: JAX's `has_aux`.
 *
 * @param fn - Returns the loss, which is differentiated, and anything else, which is not.
 * @returns A function that returns `[loss, gradient, aux]`.
 */
export function valueAndGradWithAux<Params, Rest extends readonly unknown[], Aux>(
  fn: (params: Params, ...rest: Rest) => readonly [loss: Tensor, aux: Aux],
): (params: Params, ...rest: Rest) => [loss: Tensor, gradient: Params, aux: Aux] {
  return (params, ...rest) => {
    const leaves = asLeaves('grad', params);
    const [loss, aux] = fn(leaves, ...rest);
    return [checkLoss(loss), gradientOf(loss, leaves), aux];
  };
}

/**
 * Value of a function and its vector-Jacobian product.
 *
 * @param fn - Returns a tensor or a tree of tensors.
 * @returns The output and a function that maps cotangents, a tree of the output's form, to the
 * cotangents of `params`, a tree of its form; it throws a {@link ShapeError} if a cotangent is of
 * another shape or element type than its output, and a {@link ConfigError} if the trees differ.
 */
export function vjp<Params, Out>(
  fn: (params: Params) => Out,
  params: Params,
): [output: Out, pullBack: (dy: Out) => Params] {
  const leaves = asLeaves('vjp', params);
  const output = fn(leaves);
  return [
    output,
    (dy) => {
      const seeds: Tensor[] = [];
      zipTensors([output, dy], ([y, seed], path) => {
        if (!y || !seed) throw new Error('internal: zipTensors gave one tensor');
        checkAlike(seed, y, `vjp: the cotangent${path && ` ${path}`} is`);
        seeds.push(seed);
        return y;
      });
      const outputs = flattenTensors(output).map(({ value }) => value);
      return pullBack(outputs, seeds, leaves);
    },
  ];
}

/**
 * Value of a function and its Jacobian-vector product along `tangent`, by differentiating the
 * vector-Jacobian product with respect to its cotangent: no operation needs a second rule.
 *
 * @param fn - Returns a tensor or a tree of tensors.
 * @param tangent - A tree of the form, shapes and element types of `params`.
 * @returns The output and the directional derivative, both of the output's form.
 * @throws {ShapeError} If a tangent is of another shape or element type.
 * @throws {ConfigError} If the trees differ.
 */
export function jvp<Params, Out>(
  fn: (params: Params) => Out,
  params: Params,
  tangent: Params,
): [output: Out, tangent: Out] {
  checkTangent('jvp', params, tangent);
  const [output, pull] = vjp(fn, params);
  const nowhere = mapTensors(output, ({ shape, dtype }) => zeros(shape, dtype));
  const [, push] = vjp(pull, nowhere);
  return [output, push(tangent)];
}

/**
 * Product of the Hessian of a scalar function with a vector, H v, by differentiating the inner product
 * of gradient and vector: about twice the cost of the gradient, and the Hessian is never built.
 *
 * @param vector - A tree of the form, shapes and element types of `params`.
 * @returns A tree of that form.
 * @throws As {@link grad} and {@link jvp}.
 */
export function hessianVectorProduct<Params>(
  fn: (params: Params) => Tensor,
  params: Params,
  vector: Params,
): Params {
  checkTangent('hessianVectorProduct', params, vector);
  return grad((at: Params) => {
    const terms: Tensor[] = [];
    zipTensors([grad(fn)(at), vector], ([slope, v]) => {
      if (!slope || !v) throw new Error('internal: zipTensors gave one tensor');
      terms.push(slope.mul(v).sum());
      return slope;
    });
    return terms.reduce((sum, term) => add(sum, term));
  })(params);
}

/** Cotangents of the leaves of a tree from those of outputs; the leaves are nodes of their own. */
export function pullBack<Params>(
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
    if (seed && isFloat(output.dtype)) accumulate(output, seed);
  });
  const leaves = new Set(flattenTensors(params).map(({ value }) => value.node));
  const between = dependents(outputs, leaves);
  for (const node of [...between].toReversed()) {
    const dys = cotangents.get(node);
    if (dys === undefined || leaves.has(node)) continue;
    const origin = node.origin && { ...node.origin, gradientOf: node.name };
    const dxs = inheritOrigin(origin, () => node.vjp?.(dys));
    dxs?.forEach((dx, i) => {
      const input = node.inputs[i];
      if (dx && input && between.has(input.node)) accumulate(input, dx);
    });
  }
  return mapTensors(
    params,
    (leaf) => cotangents.get(leaf.node)?.[leaf.index] ?? zeros(leaf.shape, leaf.dtype),
  );
}

function gradientOf<Params>(loss: Tensor, leaves: Params): Params {
  return pullBack([loss], [ones([], loss.dtype)], leaves);
}

function checkLoss(loss: Tensor): Tensor {
  if (!(loss instanceof Tensor)) {
    throw new ConfigError(
      `grad: the function returns ${typeof loss === 'object' ? 'a tree' : String(loss)} and not its loss; use valueAndGradWithAux to return more`,
    );
  }
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
  return loss;
}

function checkTangent(name: string, params: unknown, tangent: unknown): void {
  zipTensors([params, tangent], ([x, v], path) => {
    if (!x || !v) throw new Error('internal: zipTensors gave one tensor');
    checkAlike(v, x, `${name}: the tangent${path && ` ${path}`} is`);
    return x;
  });
}

function checkAlike(value: Tensor, wanted: Tensor, what: string): void {
  if (sameShape(value.shape, wanted.shape) && value.dtype === wanted.dtype) return;
  const [got, expected] = [value, wanted].map(({ dtype, shape }) => dtype + formatShape(shape));
  throw new ShapeError(`${what} ${got}; expected ${expected}`);
}

// Fresh nodes stand for the leaves, so that other uses of the same tensors are not differentiated.
function asLeaves<Params>(name: string, params: Params): Params {
  if (flattenTensors(params).length === 0) {
    throw new ConfigError(`${name}: the first argument holds no tensor to differentiate by`);
  }
  return mapTensors(params, (value, path) => {
    if (!isFloat(value.dtype)) {
      throw new ConfigError(
        `${name}: ${path || 'the argument'} is of type ${value.dtype}, which has no gradient; pass it as a later argument`,
      );
    }
    return alias(value);
  });
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
