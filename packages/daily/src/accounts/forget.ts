import type { Connection } from '../database/database.ts';
import { kyselyOn } from '../database/kysely.ts';
import { forgetFullBuckets } from './rateLimit.ts';

const networksMs = 7 * 86_400_000;

/**
 * Removes what is over: sessions, links, bans and full buckets, and networks older than seven days. To
 * be called once a day.
 */
export async function forgetWhatIsOver(connection: Connection, now: Date): Promise<void> {
  const kysely = kyselyOn(connection);
  const old = new Date(now.getTime() - networksMs);
  await kysely.deleteFrom('sessions').where('expires_at', '<', now).execute();
  await kysely.deleteFrom('verifications').where('expires_at', '<', now).execute();
  await kysely.deleteFrom('bans').where('until', '<', now).execute();
  await forgetFullBuckets(connection, now);
  await kysely
    .updateTable('sessions')
    .set({ ip_address: null })
    .where('created_at', '<', old)
    .where('ip_address', 'is not', null)
    .execute();
  await connection.query('update votes set network = null where at < $1 and network is not null', [
    old,
  ]);
  await connection.query(
    'update visitor_runs set network = null where at < $1 and network is not null',
    [old],
  );
  await connection.query('delete from confirmation_mails where at < $1', [old]);
}
