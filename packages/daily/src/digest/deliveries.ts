/**
 * Which digest goes to whom, and what became of it: a row for each subscription and period, made before
 * anything is sent. Whoever sends holds a lease on the row; if it dies, another takes over later.
 */
import type { Connection } from '../database/database.ts';
import { kyselyOn } from '../database/kysely.ts';
import { storedFilters, type DigestFilters } from './filters.ts';
import { cadences, duePeriods, parsePeriod, type Period } from './periods.ts';

/** Longer than an e-mail can take; see the time-outs of the mailer. */
const leaseMs = 5 * 60_000;
const minuteMs = 60_000;
const dayMs = 86_400_000;

/** After a failure; after the last one the digest is given up. */
const retryMinutes = [5, 30, 120] as const;
/** So many digests given up in a row end a subscription. */
const maxSoftFailures = 5;
/** How long is remembered what was sent: far longer than any period stays due. */
const keptDays = 120;
const pendingDays = 7;

/** A digest for one subscription. */
export interface Delivery {
  readonly subscription: string;
  readonly email: string;
  readonly filters: DigestFilters;
  readonly period: Period;
}

/** One that is being sent by whoever holds it. */
export interface ClaimedDelivery extends Delivery {
  readonly messageId: string;
  /** With this one. */
  readonly attempts: number;
}

/** Active subscriptions of a cadence, hour and time zone that have no row for a period yet. */
const due = `from subscriptions s
  where s.state = 'active' and s.cadence = $1 and s.hour = $2 and s.time_zone = $3
    and s.starts_at < $4
    and not exists (select from deliveries d where d.subscription_id = s.id and d.period = $5)`;

interface DueGroup {
  readonly period: Period;
  /** For `due`. */
  readonly parameters: readonly unknown[];
}

async function dueGroups(connection: Connection, now: Date): Promise<DueGroup[]> {
  const groups = await kyselyOn(connection)
    .selectFrom('subscriptions')
    .select(['cadence', 'hour', 'time_zone'])
    .distinct()
    .where('state', '=', 'active')
    .execute();
  return groups.flatMap(({ cadence, hour, time_zone: timeZone }) =>
    duePeriods(cadence, { hour, timeZone }, now).map(({ period, due: at }) => ({
      period,
      parameters: [cadence, hour, timeZone, at, period.name],
    })),
  );
}

/** Makes the rows for what is due. A row that is there stays as it is. */
export async function planDeliveries(
  connection: Connection,
  domain: string,
  now: Date,
): Promise<void> {
  for (const { parameters } of await dueGroups(connection, now)) {
    await connection.query(
      `insert into deliveries (subscription_id, period, state, next_try_at, message_id)
       select s.id, $5, 'due', $6, '<' || $5 || '.' || s.id || '@' || $7 || '>' ${due}
       on conflict do nothing`,
      [...parameters, now, domain],
    );
  }
}

/** What `planDeliveries` would make rows for. */
export async function listDue(connection: Connection, now: Date): Promise<Delivery[]> {
  const found: Delivery[] = [];
  for (const { period, parameters } of await dueGroups(connection, now)) {
    const { rows } = await connection.query<{ id: string; email: string; filters: unknown }>(
      `select s.id, s.email, s.filters ${due} order by s.id`,
      parameters,
    );
    found.push(
      ...rows.map(({ id, email, filters }) => ({
        subscription: id,
        email,
        filters: storedFilters(filters),
        period,
      })),
    );
  }
  return found;
}

interface ClaimedRow {
  readonly id: string;
  readonly email: string;
  readonly filters: unknown;
  readonly period: string;
  readonly attempts: number;
  readonly messageId: string;
}

/** Takes one delivery whose time has come, or whose holder has died; of several processes one gets it. */
export async function claimDelivery(
  connection: Connection,
  now: Date,
): Promise<ClaimedDelivery | null> {
  const { rows } = await connection.query<ClaimedRow>(
    `update deliveries d
     set state = 'sending', attempts = d.attempts + 1, leased_until = $2
     from subscriptions s
     where s.id = d.subscription_id and (d.subscription_id, d.period) = (
       select e.subscription_id, e.period
       from deliveries e join subscriptions t on t.id = e.subscription_id
       where t.state = 'active' and (e.state = 'due' and e.next_try_at <= $1
         or e.state = 'sending' and e.leased_until <= $1)
       order by e.next_try_at, e.subscription_id, e.period
       limit 1 for update of e skip locked)
     returning s.id, s.email, s.filters, d.period, d.attempts, d.message_id as "messageId"`,
    [now, new Date(now.getTime() + leaseMs)],
  );
  const [row] = rows;
  if (row === undefined) return null;
  const period = periodNamed(row.period);
  if (period === null) throw new Error(`internal: a delivery for the period ${row.period}`);
  return {
    subscription: row.id,
    email: row.email,
    filters: storedFilters(row.filters),
    period,
    messageId: row.messageId,
    attempts: row.attempts,
  };
}

/** The cadence may have been changed since the row was made; the name tells which it was. */
function periodNamed(name: string): Period | null {
  for (const cadence of cadences) {
    const period = parsePeriod(cadence, name);
    if (period !== null) return period;
  }
  return null;
}

/** Notes that the server took the e-mail, or that there was nothing to send. */
export async function recordDone(
  connection: Connection,
  { subscription, period }: Delivery,
  outcome: { readonly state: 'sent' | 'empty'; readonly now: Date },
): Promise<void> {
  const { state, now } = outcome;
  const kysely = kyselyOn(connection);
  await kysely
    .updateTable('deliveries')
    .set({ state, sent_at: state === 'sent' ? now : null, leased_until: null, smtp_code: null })
    .where('subscription_id', '=', subscription)
    .where('period', '=', period.name)
    .execute();
  if (state === 'empty') return;
  await kysely
    .updateTable('subscriptions')
    .set({ soft_failures: 0 })
    .where('id', '=', subscription)
    .where('soft_failures', '>', 0)
    .execute();
}

/** Gives a delivery back that could not even be tried, to be tried in five minutes. */
export async function postpone(
  connection: Connection,
  { subscription, period, attempts }: ClaimedDelivery,
  now: Date,
): Promise<void> {
  await kyselyOn(connection)
    .updateTable('deliveries')
    .set({
      state: 'due',
      attempts: attempts - 1,
      leased_until: null,
      next_try_at: new Date(now.getTime() + retryMinutes[0] * minuteMs),
    })
    .where('subscription_id', '=', subscription)
    .where('period', '=', period.name)
    .execute();
}

/** Notes that the server did not take the e-mail: it is tried again, later each time, or given up. */
export async function recordFailure(
  connection: Connection,
  { subscription, period, attempts }: ClaimedDelivery,
  failure: { readonly smtpCode: number | undefined; readonly isFinal: boolean; readonly now: Date },
): Promise<'due' | 'failed' | 'bounced'> {
  const { smtpCode, isFinal, now } = failure;
  const minutes = isFinal ? undefined : retryMinutes[attempts - 1];
  const state = minutes === undefined ? (isFinal ? 'bounced' : 'failed') : 'due';
  const kysely = kyselyOn(connection);
  await kysely
    .updateTable('deliveries')
    .set({
      state,
      smtp_code: smtpCode ?? null,
      leased_until: null,
      next_try_at: minutes === undefined ? null : new Date(now.getTime() + minutes * minuteMs),
    })
    .where('subscription_id', '=', subscription)
    .where('period', '=', period.name)
    .execute();
  if (state !== 'failed') return state;
  const { soft_failures: failures } = await kysely
    .updateTable('subscriptions')
    .set(({ eb }) => ({ soft_failures: eb('soft_failures', '+', 1) }))
    .where('id', '=', subscription)
    .returning('soft_failures')
    .executeTakeFirstOrThrow();
  if (failures >= maxSoftFailures) {
    await kysely
      .updateTable('subscriptions')
      .set({ state: 'bounced', ended_at: now })
      .where('id', '=', subscription)
      .execute();
  }
  return state;
}

/** Gives up what has waited for too long, and removes what is over: old rows, and requests nobody confirmed. */
export async function tidyUp(connection: Connection, now: Date): Promise<void> {
  const before = (days: number) => new Date(now.getTime() - days * dayMs);
  const kysely = kyselyOn(connection);
  await kysely
    .updateTable('deliveries')
    .set({ state: 'failed', next_try_at: null })
    .where('state', '=', 'due')
    .where('created_at', '<', before(2))
    .execute();
  await kysely.deleteFrom('deliveries').where('created_at', '<', before(keptDays)).execute();
  await kysely
    .deleteFrom('subscriptions')
    .where('state', '=', 'pending')
    .where('requested_at', '<', before(pendingDays))
    .execute();
}
