import { randomUUID } from 'node:crypto';
import type { Connection } from '../database/database.ts';
import { kyselyOn } from '../database/kysely.ts';
import { recordAudit } from './auditLog.ts';
import { checkEmail } from './identity.ts';
import { hashPrivately } from './secret.ts';

const lifetimeMs = 14 * 86_400_000;

/**
 * Lets an address have an account where WP_SIGN_UP is `invited`, for 14 days. Only a hash of the address
 * is kept; the invitation itself is a letter, which the caller sends.
 *
 * @returns The address, as it is written to.
 * @throws {Refusal} `invalid`, if it is no address.
 */
export async function invite(
  connection: Connection,
  input: { readonly actor: string; readonly email: string; readonly secret: string },
  now: Date = new Date(),
): Promise<string> {
  const email = checkEmail(input.email);
  const identifier = identifierOf(email, input.secret);
  await kyselyOn(connection)
    .insertInto('verifications')
    .values({
      id: randomUUID(),
      identifier,
      value: input.actor,
      expires_at: new Date(now.getTime() + lifetimeMs),
    })
    .execute();
  const subject = { kind: 'invitation', id: identifier };
  await recordAudit(connection, { actor: input.actor, action: 'user.invite', subject }, now);
  return email;
}

/** Whether an address has been invited, and not too long ago. */
export async function isInvited(
  connection: Connection,
  input: { readonly email: string; readonly secret: string },
  now: Date = new Date(),
): Promise<boolean> {
  const found = await kyselyOn(connection)
    .selectFrom('verifications')
    .select('id')
    .where('identifier', '=', identifierOf(input.email, input.secret))
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return found !== undefined;
}

function identifierOf(email: string, secret: string): string {
  return `invitation:${hashPrivately(secret, email)}`;
}
