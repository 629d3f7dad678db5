import { ConfigError } from '@working-papers/grad';

/**
 * A configuration as plain JSON with sorted keys, so that equal ones have equal texts.
 *
 * @param path - Where in the configuration it stands.
 * @throws {ConfigError} If a value has no JSON form, such as a tensor, a function or NaN.
 */
export function plainConfig(value: unknown, path = ''): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (Array.isArray(value)) {
    return value.map((each: unknown, i) => plainConfig(each, below(path, String(i))));
  }
  if (!isPlainObject(value)) {
    throw new ConfigError(
      `train: config${path && ` ${path}`} is ${describe(value)}; expected what JSON can hold`,
    );
  }
  return Object.fromEntries(
    Object.keys(value)
      .filter((key) => value[key] !== undefined)
      .toSorted()
      .map((key) => [key, plainConfig(value[key], below(path, key))]),
  );
}

/** The first place where two plain configurations differ, with the values as JSON; null if none. */
export function firstDifference(
  first: unknown,
  second: unknown,
  path = '',
): { readonly path: string; readonly values: readonly [string, string] } | null {
  if (isBranch(first) && isBranch(second)) {
    for (const key of new Set([...Object.keys(first), ...Object.keys(second)])) {
      const difference = firstDifference(first[key], second[key], below(path, key));
      if (difference) return difference;
    }
    if (Array.isArray(first) === Array.isArray(second)) return null;
  }
  const [a, b] = [JSON.stringify(first) ?? 'absent', JSON.stringify(second) ?? 'absent'];
  return a === b ? null : { path, values: [a, b] };
}

function describe(value: unknown): string {
  if (isBranch(value)) return `an object of class ${value.constructor.name}`;
  return typeof value === 'number' ? String(value) : `of type ${typeof value}`;
}

function below(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}

function isBranch(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (!isBranch(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
