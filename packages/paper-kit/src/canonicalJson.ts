import { ConfigError } from '@working-papers/grad';

/**
 * The one text of a value in plain JSON: keys in the order of their code units, no white space, as
 * RFC 8785 has it. Equal values have equal texts, whoever wrote their fields in which order.
 *
 * @param where - Names the value in the message.
 * @throws {ConfigError} If a part of it is not plain JSON, such as undefined, NaN, a typed array or an
 * object of a class; the message names the part.
 */
export function canonicalJson(value: unknown, where: string): string {
  const write = (part: unknown, path: string): string => {
    if (part === null || typeof part === 'boolean' || typeof part === 'string') {
      return JSON.stringify(part);
    }
    if (typeof part === 'number' && Number.isFinite(part)) return JSON.stringify(part);
    if (Array.isArray(part)) {
      return `[${part.map((each, i) => write(each, `${path}[${i}]`)).join(',')}]`;
    }
    if (isPlainObject(part)) {
      const fields = Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1));
      const texts = fields.map(
        ([key, each]) => `${JSON.stringify(key)}:${write(each, `${path}.${key}`)}`,
      );
      return `{${texts.join(',')}}`;
    }
    throw new ConfigError(`${path} is ${describe(part)}; expected plain JSON`);
  };
  return write(value, where);
}

/**
 * The address of a value in plain JSON: the SHA-256 of its {@link canonicalJson}.
 *
 * @returns 64 hexadecimal digits.
 * @throws {ConfigError} As {@link canonicalJson}.
 */
export async function addressOf(value: unknown, where: string): Promise<string> {
  const bytes = new TextEncoder().encode(canonicalJson(value, where));
  const digest = await crypto.subtle.digest('SHA-256', bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function describe(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'object' && value !== null) return `a ${value.constructor.name}`;
  return String(value);
}
