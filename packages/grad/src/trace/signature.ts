import { ConfigError } from '../errors.ts';
import { isConcrete, Tensor } from '../tensor.ts';
import { isBranch } from '../tree.ts';

/**
 * What decides which graph a call runs: the form of its arguments, shapes and element types of the
 * tensors, and the settings. One line for each leaf.
 *
 * @throws {ConfigError} If a tensor is a place in a graph, or a leaf neither a tensor nor a setting.
 */
export function signatureOf(name: string, args: readonly unknown[]): string {
  return signatureAt(name, args, '');
}

function signatureAt(name: string, value: unknown, path: string): string {
  if (value instanceof Tensor) {
    if (!isConcrete(value)) throw placeError(name, value, path);
    return `${path}: ${value.dtype}[${value.shape.join(', ')}]\n`;
  }
  if (!isBranch(value)) return `${path} = ${settingKey(name, value, path)}\n`;
  // Empty lists and objects have no leaves, and no line of their own would tell them apart.
  let signature = Array.isArray(value) ? `${path}[${value.length}]\n` : `${path}{}\n`;
  for (const key in value) {
    signature += signatureAt(name, value[key], path === '' ? key : `${path}.${key}`);
  }
  return signature;
}

function placeError(name: string, value: Tensor, path: string): ConfigError {
  const { node } = value;
  const what =
    node.name === 'input'
      ? `input ${String(node.params['path'])} of a function that is being compiled`
      : `the result of ${node.name}`;
  return new ConfigError(
    `${name}: argument ${path} is ${what}, a place in a graph; pass numbers, or build it inside the function`,
  );
}

type Setting = null | undefined | number | string | boolean | bigint;

function isSetting(value: unknown): value is Setting {
  return (
    value === null || ['number', 'string', 'boolean', 'undefined', 'bigint'].includes(typeof value)
  );
}

function settingKey(name: string, value: unknown, path: string): string {
  if (!isSetting(value)) {
    throw new ConfigError(
      `${name}: argument ${path} is ${describe(value)}; expected a tensor or a plain setting (wrap numbers in tensor(...))`,
    );
  }
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'bigint') return `${value}n`;
  return Object.is(value, -0) ? '-0' : String(value);
}

/** A value as messages name it. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (isSetting(value)) return `the ${typeof value} ${String(value)}`;
  if (typeof value === 'function') return `the function ${value.name || 'without a name'}`;
  return `an object of class ${value.constructor?.name ?? 'unknown'}`;
}

/** The error of a function that is compiled for ever new signatures; it says what varies. */
export function tooManySignatures(name: string, signatures: readonly string[]): ConfigError {
  const columns = signatures.map((signature) => signature.split('\n'));
  const varying = (columns[0] ?? []).find((part, i) =>
    columns.some((column) => column[i] !== part),
  );
  return new ConfigError(
    `${name}: called with ${signatures.length} different signatures; ${varying || 'the form of the arguments'} varies. Pass varying numbers as tensors and keep shapes fixed, or raise maxSignatures`,
  );
}
