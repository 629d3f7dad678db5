import { ConfigError } from './errors.ts';
import { Tensor } from './tensor.ts';

/**
 * Parameters, batches, states: plain nested objects and arrays. Leaves are tensors and, where a
 * function also takes settings, other plain values. The order is that in which keys were inserted;
 * a leaf's path reads `blocks.3.attention.wq`.
 */
export type Tree<Leaf> = Leaf | readonly Tree<Leaf>[] | { readonly [key: string]: Tree<Leaf> };

/** A leaf of a tree with its path. */
export interface TreeLeaf {
  readonly path: string;
  readonly value: unknown;
}

/** The leaves of a tree in order. */
export function flatten(tree: unknown, path = ''): readonly TreeLeaf[] {
  const leaves: TreeLeaf[] = [];
  visit(tree, path, leaves);
  return leaves;
}

function visit(tree: unknown, path: string, leaves: TreeLeaf[]): void {
  if (!isBranch(tree)) {
    leaves.push({ path, value: tree });
    return;
  }
  for (const [key, child] of Object.entries(tree)) {
    visit(child, path === '' ? key : `${path}.${key}`, leaves);
  }
}

/** The tensors of a tree in order, with their paths; other leaves are left out. */
export function flattenTensors(tree: unknown): readonly { path: string; value: Tensor }[] {
  return flatten(tree).flatMap(({ path, value }) =>
    value instanceof Tensor ? [{ path, value }] : [],
  );
}

/**
 * A tree of the same form with each tensor replaced; other leaves stay.
 *
 * @param transform - Called once per tensor in the order of {@link flatten}.
 */
export function mapTensors<T>(
  tree: T,
  transform: (value: Tensor, path: string) => Tensor,
  path = '',
): T {
  // The one place where a tree's type is rebuilt: the form is kept, and tensors stay tensors.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return rebuild(tree, transform, path) as T;
}

function rebuild(
  tree: unknown,
  transform: (value: Tensor, path: string) => Tensor,
  path: string,
): unknown {
  if (tree instanceof Tensor) return transform(tree, path);
  if (!isBranch(tree)) return tree;
  const at = (key: string) => (path === '' ? key : `${path}.${key}`);
  if (Array.isArray(tree)) {
    return tree.map((child: unknown, i) => rebuild(child, transform, at(String(i))));
  }
  return Object.fromEntries(
    Object.entries(tree).map(([key, child]) => [key, rebuild(child, transform, at(key))]),
  );
}

/**
 * Combines the tensors of trees of the same form, leaf by leaf.
 *
 * @throws {ConfigError} If the trees differ in form; the message names the first path.
 */
export function zipTensors<T>(
  trees: readonly [T, ...unknown[]],
  combine: (values: readonly Tensor[], path: string) => Tensor,
): T {
  const [first, ...others] = trees;
  const columns = others.map((tree) => flattenTensors(tree));
  let i = 0;
  const result = mapTensors(first, (value, path) => {
    const values = columns.map((column) => {
      const leaf = column[i];
      if (leaf === undefined || leaf.path !== path) {
        throw new ConfigError(
          `zipTensors: trees differ: ${path} in the first, ${leaf?.path ?? 'nothing'} in another`,
        );
      }
      return leaf.value;
    });
    i++;
    return combine([value, ...values], path);
  });
  const longer = columns.find((column) => column.length !== i);
  if (longer !== undefined) {
    throw new ConfigError(`zipTensors: trees differ: ${longer[i]?.path} is missing in the first`);
  }
  return result;
}

/** Whether a value is a plain object or an array, and so holds further values. */
export function isBranch(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || value instanceof Tensor) return false;
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
