import { createHash } from 'node:crypto';
import { CheckpointError } from '@working-papers/grad';
import type { ZodType } from 'zod';

/** JSON with a SHA-256 over its content, so that a change or a tear shows. */
export function seal(content: object): Uint8Array {
  const text = JSON.stringify(content);
  return new TextEncoder().encode(`{"sha256":"${sha256(text)}","content":${text}}\n`);
}

/** What {@link unseal} needs besides the bytes. */
export interface Unsealing<T> {
  readonly schema: ZodType<T>;
  /** Names the object in messages. */
  readonly where: string;
  /** What to do about a damaged one. */
  readonly remedy: string;
}

/**
 * Reads what {@link seal} wrote.
 *
 * @throws {CheckpointError} If it is not as it was written, or not of the form.
 */
export function unseal<T>(bytes: Uint8Array, { schema, where, remedy }: Unsealing<T>): T {
  const fail = (problem: string, cause?: unknown): never => {
    throw new CheckpointError(`${where}: ${problem}; ${remedy}`, { cause });
  };
  let sealed: unknown;
  try {
    sealed = JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    return fail('is not JSON', cause);
  }
  if (typeof sealed !== 'object' || sealed === null) return fail('is not an object');
  if (!('sha256' in sealed) || !('content' in sealed)) return fail('has no SHA-256 and content');
  if (sha256(JSON.stringify(sealed.content)) !== sealed.sha256) {
    return fail('is not as it was written: its SHA-256 is another');
  }
  const parsed = schema.safeParse(sealed.content);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return fail(`${issue?.path.join('.') || 'the content'}: ${issue?.message}`);
}

/** In hexadecimal digits. */
export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
