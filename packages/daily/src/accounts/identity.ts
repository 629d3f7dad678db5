import { randomInt } from 'node:crypto';
import { z } from 'zod';
import type { Connection } from '../database/database.ts';
import { kyselyOn } from '../database/kysely.ts';
import { nameId } from '../nameId.ts';
import { Refusal } from '../refusal.ts';

const maxNameLength = 80;
const handlePattern = /^[a-z0-9](?:-?[a-z0-9]){2,29}$/;
/** Names that would be taken for the site's own. */
const reservedHandles = new Set(
  'admin administrator api deleted deleted-user moderator nobody root security staff support system working-papers'.split(
    ' ',
  ),
);

/**
 * A name as it is kept: without blanks around it, in NFC, without anything that breaks a line or turns
 * the direction of writing.
 *
 * @throws {Refusal} `invalid`, if nothing or too much is left.
 */
export function checkName(text: string): string {
  const name = text.normalize('NFC').trim().replace(/\s+/g, ' ');
  if (/[\p{Cc}\p{Cs}\u2028-\u202e\u2066-\u2069\u200e\u200f]/u.test(name)) {
    throw new Refusal('invalid', 'The name has characters that cannot be shown; leave them out.');
  }
  if (name === '' || name.length > maxNameLength) {
    throw new Refusal('invalid', `A name has 1 to ${maxNameLength} characters.`);
  }
  return name;
}

/** A name that a provider gives: what cannot be kept of it becomes `Reader`, for its owner to change. */
export function nameFrom(text: string): string {
  try {
    return checkName(text);
  } catch (error) {
    if (error instanceof Refusal) return 'Reader';
    throw error;
  }
}

/**
 * An address as it is kept and compared: NFC, lower case.
 *
 * @throws {Refusal} `invalid`, if it is none.
 */
export function checkEmail(text: string): string {
  const email = text.trim().normalize('NFC').toLowerCase();
  if (email.length > 254 || !z.email().safeParse(email).success) {
    throw new Refusal('invalid', 'That is not an e-mail address of the form name@example.org.');
  }
  return email;
}

/**
 * A handle as a person chooses it.
 *
 * @throws {Refusal} `invalid`, if it has another form or is reserved.
 */
export function checkHandle(text: string): string {
  const handle = text.trim().replace(/^@/, '').toLowerCase();
  if (!handlePattern.test(handle)) {
    throw new Refusal(
      'invalid',
      'A handle has 3 to 30 letters a to z, digits and single hyphens between them.',
    );
  }
  if (reservedHandles.has(handle)) {
    throw new Refusal('invalid', `The handle ${handle} is reserved; choose another.`);
  }
  return handle;
}

/** Finds a free handle for a name; the address never shows in it. */
export async function freeHandle(connection: Connection, name: string): Promise<string> {
  const id = nameId(name).slice(0, 24).replace(/-$/, '');
  const isUsable = handlePattern.test(id) && !reservedHandles.has(id);
  const base = isUsable ? id : 'reader';
  if (isUsable && !(await isTaken(connection, base))) return base;
  for (;;) {
    const handle = `${base}-${randomInt(1000, 100_000)}`;
    if (!(await isTaken(connection, handle))) return handle;
  }
}

async function isTaken(connection: Connection, handle: string): Promise<boolean> {
  const found = await kyselyOn(connection)
    .selectFrom('users')
    .select('id')
    .where('handle', '=', handle)
    .executeTakeFirst();
  return found !== undefined;
}
