import { hashPrivately } from '../accounts/secret.ts';
import type { Connection } from '../database/database.ts';
import { kyselyOn } from '../database/kysely.ts';

/** Why an address is never written to again. */
export type SuppressionReason = 'bounced' | 'complained';

/**
 * Ends all digests to an address for good: its mailbox does not exist, or its owner called an e-mail
 * spam. Kept is a keyed hash, also after the subscription is gone.
 */
export async function suppress(
  connection: Connection,
  input: {
    readonly email: string;
    readonly reason: SuppressionReason;
    readonly secret: string;
    readonly now: Date;
  },
): Promise<void> {
  const { email, reason, secret, now } = input;
  const kysely = kyselyOn(connection);
  await kysely
    .insertInto('suppressions')
    .values({ email_hash: hashPrivately(secret, email), reason, at: now })
    .onConflict((conflict) => conflict.column('email_hash').doUpdateSet({ reason, at: now }))
    .execute();
  await kysely
    .updateTable('subscriptions')
    .set({ state: reason, ended_at: now, confirm_hash: null })
    .where('email_key', '=', email.normalize('NFC').toLowerCase())
    .execute();
}

/** Whether an address must not be written to. */
export async function isSuppressed(
  connection: Connection,
  email: string,
  secret: string,
): Promise<boolean> {
  const found = await kyselyOn(connection)
    .selectFrom('suppressions')
    .select('reason')
    .where('email_hash', '=', hashPrivately(secret, email))
    .executeTakeFirst();
  return found !== undefined;
}
