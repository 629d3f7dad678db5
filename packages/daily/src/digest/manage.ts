import type { Connection, Database } from '../database/database.ts';
import { kyselyOn } from '../database/kysely.ts';
import { Refusal } from '../refusal.ts';
import { filtersKey, storedFilters, type DigestFilters } from './filters.ts';
import { hashToken, isToken } from './links.ts';
import type { Cadence } from './periods.ts';
import { checkChoice, type SubscriptionChoice } from './subscribe.ts';

/** A subscription as the page behind its links shows it; the address is not among it. */
export interface Subscription {
  readonly cadence: Cadence;
  readonly hour: number;
  readonly timeZone: string;
  readonly filters: DigestFilters;
  readonly state: 'pending' | 'active' | 'unsubscribed' | 'bounced' | 'complained';
}

/** Reads the subscription of a link; null if there is none. */
export async function readSubscription(
  connection: Connection,
  token: string,
): Promise<Subscription | null> {
  if (!isToken(token)) return null;
  const found = await kyselyOn(connection)
    .selectFrom('subscriptions')
    .select(['cadence', 'hour', 'time_zone', 'filters', 'state'])
    .where('unsubscribe_hash', '=', hashToken(token))
    .executeTakeFirst();
  if (found === undefined) return null;
  const { time_zone: timeZone, filters, ...rest } = found;
  return { ...rest, timeZone, filters: storedFilters(filters) };
}

/** Ends a subscription, at once. An unknown link, and one that was used before, do no harm. */
export async function unsubscribe(
  database: Database,
  token: string,
  now: Date = new Date(),
): Promise<void> {
  if (!isToken(token)) return;
  await database.transaction(async (connection) => {
    const ended = await kyselyOn(connection)
      .updateTable('subscriptions')
      .set({ state: 'unsubscribed', ended_at: now, confirm_hash: null })
      .where('unsubscribe_hash', '=', hashToken(token))
      .where('state', 'in', ['pending', 'active'])
      .returning('id')
      .executeTakeFirst();
    if (ended === undefined) return;
    await kyselyOn(connection)
      .deleteFrom('deliveries')
      .where('subscription_id', '=', ended.id)
      .where('state', '=', 'due')
      .execute();
  });
}

/**
 * Changes a subscription, or takes up one again that its reader had ended. Digests that were due before
 * are not sent again.
 *
 * @throws {Refusal} `invalid` for a choice that cannot be; `missing` if the link is unknown, or its
 * address cannot be written to; `conflict` if the address has such a subscription already.
 */
export async function changeSubscription(
  database: Database,
  input: { readonly token: string; readonly choice: SubscriptionChoice },
  now: Date = new Date(),
): Promise<void> {
  const choice = checkChoice(input.choice);
  await database.transaction(async (connection) => {
    const kysely = kyselyOn(connection);
    const own = await kysely
      .selectFrom('subscriptions')
      .select(['id', 'email_key'])
      .where('unsubscribe_hash', '=', hashToken(input.token))
      .where('state', 'in', ['active', 'unsubscribed'])
      .where('confirmed_at', 'is not', null)
      .executeTakeFirst();
    if (own === undefined) throw new Refusal('missing', 'This link leads to no subscription.');
    const key = filtersKey(choice.filters);
    const same = await kysely
      .selectFrom('subscriptions')
      .select(['id', 'state'])
      .where('email_key', '=', own.email_key)
      .where('cadence', '=', choice.cadence)
      .where('filters_key', '=', key)
      .where('id', '<>', own.id)
      .executeTakeFirst();
    if (same?.state === 'active') {
      throw new Refusal('conflict', 'This address gets the same e-mail already.');
    }
    if (same !== undefined) {
      await kysely.deleteFrom('subscriptions').where('id', '=', same.id).execute();
    }
    await kysely
      .updateTable('subscriptions')
      .set({
        cadence: choice.cadence,
        hour: choice.hour,
        time_zone: choice.timeZone,
        filters: JSON.stringify(choice.filters),
        filters_key: key,
        state: 'active',
        starts_at: now,
        ended_at: null,
      })
      .where('id', '=', own.id)
      .execute();
  });
}
