import type { Database } from '../database/database.ts';
import { explainMailFailure, MailError } from '../mail/mailError.ts';
import type { Mailer } from '../mail/mailer.ts';
import { composeDigest, type DigestContent, type FindPapers } from './content.ts';
import {
  claimDelivery,
  listDue,
  planDeliveries,
  postpone,
  recordDone,
  recordFailure,
  tidyUp,
  type ClaimedDelivery,
  type Delivery,
} from './deliveries.ts';
import { digestMessageId, writeDigest } from './digestMail.ts';
import { filtersInWords, filtersKey } from './filters.ts';
import { hashToken, subscriptionToken, type DigestSite } from './links.ts';
import { suppress } from './suppressions.ts';

/** With what digests are sent. */
export interface DigestSending {
  readonly database: Database;
  readonly mailer: Mailer;
  readonly site: DigestSite;
  /** For subscriptions to searches. */
  readonly findPapers: FindPapers;
  /** The time; default the clock. */
  readonly now?: () => Date;
  /** Ends it between two e-mails. */
  readonly signal?: AbortSignal;
}

/** What became of the digests that were due. */
export interface DigestReport {
  readonly sent: number;
  /** There was nothing new, so nothing was sent. */
  readonly empty: number;
  /** To be tried again. */
  readonly postponed: number;
  /** Given up: the address does not exist, or it failed too often. */
  readonly failed: number;
}

/**
 * Sends the digests that are due, one after the other; to be called every few minutes, by any number of
 * processes. Each has a row in the database before it is sent and is sent once; if the process dies
 * after the server took an e-mail and before that is noted, that one is sent again, with the same
 * Message-ID, when its lease is over. What the server did not take is tried again after 5, 30 and 120
 * minutes; an address that it says does not exist is never written to again.
 *
 * @throws {MailError} If the server takes no e-mail at all: the rest waits for the next call.
 */
export async function sendDueDigests(sending: DigestSending): Promise<DigestReport> {
  const { database, site, signal, now = () => new Date() } = sending;
  await tidyUp(database, now());
  await planDeliveries(database, site.domain, now());
  const contents = contentsOnce(sending);
  const report = { sent: 0, empty: 0, postponed: 0, failed: 0 };
  for (;;) {
    signal?.throwIfAborted();
    const delivery = await claimDelivery(database, now());
    if (delivery === null) return report;
    report[await deliver(sending, delivery, contents)] += 1;
  }
}

/**
 * Writes what `sendDueDigests` would send to a mailer of files, and notes nothing.
 *
 * @returns How many.
 */
export async function rehearseDueDigests(sending: DigestSending): Promise<number> {
  const { database, mailer, site, now = () => new Date() } = sending;
  const contents = contentsOnce(sending);
  let written = 0;
  for (const delivery of await listDue(database, now())) {
    const content = await contents(delivery);
    if (content.total === 0) continue;
    const id = digestMessageId(delivery.subscription, delivery.period.name, site.domain);
    await mailer.send(mailOf(site, { ...delivery, messageId: id }, content));
    written += 1;
  }
  return written;
}

type Contents = (delivery: Delivery) => Promise<DigestContent>;

/** Subscriptions with the same period and filters get the same, put together once. */
function contentsOnce({ database, findPapers }: DigestSending): Contents {
  const known = new Map<string, DigestContent>();
  return async ({ period, filters }) => {
    const key = `${period.name} ${filtersKey(filters)}`;
    const content =
      known.get(key) ?? (await composeDigest(database, { period, filters, findPapers }));
    known.set(key, content);
    return content;
  };
}

async function deliver(
  { database, mailer, site, now = () => new Date() }: DigestSending,
  delivery: ClaimedDelivery,
  contents: Contents,
): Promise<keyof DigestReport> {
  const content = await contents(delivery).catch(async (error: unknown) => {
    await postpone(database, delivery, now());
    throw error;
  });
  if (content.total === 0) {
    await recordDone(database, delivery, { state: 'empty', now: now() });
    return 'empty';
  }
  await keepTokenHash(database, site.secret, delivery.subscription);
  const failure = await failureOf(mailer.send(mailOf(site, delivery, content)));
  if (failure === null) {
    await recordDone(database, delivery, { state: 'sent', now: now() });
    return 'sent';
  }
  if (failure.fault === 'server') {
    await postpone(database, delivery, now());
    throw failure;
  }
  const isFinal = failure.fault === 'address';
  const { smtpCode } = failure;
  const state = await database.transaction(async (connection) => {
    if (isFinal) {
      const { email } = delivery;
      await suppress(connection, { email, reason: 'bounced', secret: site.secret, now: now() });
    }
    return recordFailure(connection, delivery, { smtpCode, isFinal, now: now() });
  });
  return state === 'due' ? 'postponed' : 'failed';
}

async function failureOf(sent: Promise<void>): Promise<MailError | null> {
  try {
    await sent;
    return null;
  } catch (error) {
    return error instanceof MailError ? error : explainMailFailure(error);
  }
}

function mailOf(
  site: DigestSite,
  delivery: Delivery & { readonly messageId: string },
  content: DigestContent,
) {
  return writeDigest(content, site, {
    email: delivery.email,
    token: subscriptionToken(site.secret, delivery.subscription),
    messageId: delivery.messageId,
    filters: filtersInWords(delivery.filters),
  });
}

/** After a change of the secret, the links of new e-mails must lead somewhere; those of old ones end. */
async function keepTokenHash(database: Database, secret: string, id: string): Promise<void> {
  const hash = hashToken(subscriptionToken(secret, id));
  await database.query(
    'update subscriptions set unsubscribe_hash = $2 where id = $1 and unsubscribe_hash <> $2',
    [id, hash],
  );
}
