import { randomBytes, randomUUID } from 'node:crypto';
import { checkEmail } from '../accounts/identity.ts';
import type { Letter } from '../accounts/letters.ts';
import { networkOf } from '../accounts/network.ts';
import type { Connection, Database } from '../database/database.ts';
import { kyselyOn } from '../database/kysely.ts';
import { Refusal } from '../refusal.ts';
import { checkFilters, filtersInWords, filtersKey, type DigestFilters } from './filters.ts';
import { hashToken, isToken, subscriptionToken } from './links.ts';
import { isCadence, isTimeZone, type Cadence } from './periods.ts';
import { isSuppressed } from './suppressions.ts';

/** What somebody chooses, as a form has it. */
export interface SubscriptionChoice {
  readonly cadence: string;
  readonly hour: number;
  readonly timeZone: string;
  readonly filters: Partial<DigestFilters>;
}

/** The same, checked. */
export interface CheckedChoice {
  readonly cadence: Cadence;
  readonly hour: number;
  readonly timeZone: string;
  readonly filters: DigestFilters;
}

/** With what subscribing works. */
export interface Subscribing {
  readonly database: Database;
  readonly secret: string;
  readonly title: string;
  /** What links start with. */
  readonly origin: string;
  /** Sends a letter without letting anybody wait for it, so that the time says nothing. */
  readonly post: (letter: Letter) => void;
}

const hourMs = 3_600_000;
const perAddressAndDay = 3;
const perClientAndHour = 10;
const confirmationMs = 48 * hourMs;

/**
 * Asks for a digest. A letter with a link goes to the address, and nothing else ever does until that link
 * is used. Whoever asks learns nothing about the address: not whether it is known, nor whether it
 * gets a letter, which it does not after three in a day or a complaint.
 *
 * @param request - `address`: the client's, of which only the network is kept, for a week.
 * @throws {Refusal} `invalid`, if the address or the choice has not the right form; `limited`, after ten
 * requests of one network in an hour.
 */
export async function subscribe(
  { database, secret, title, origin, post }: Subscribing,
  request: SubscriptionChoice & {
    readonly email: string;
    readonly address: string;
    readonly userId: string | null;
  },
  now: Date = new Date(),
): Promise<void> {
  const email = checkEmail(request.email);
  const choice = checkChoice(request);
  const letter = await database.transaction(async (connection) => {
    await connection.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [email]);
    const earlier = await countRequests(connection, email, request.address, now);
    if (earlier.ofClient >= perClientAndHour) {
      throw new Refusal('limited', 'Too many requests; try again in an hour.', hourMs / 1000);
    }
    await kyselyOn(connection)
      .insertInto('confirmation_mails')
      .values({ email_key: email, at: now, network: networkOf(request.address) ?? 'unknown' })
      .execute();
    if (earlier.ofAddress >= perAddressAndDay) return null;
    if (await isSuppressed(connection, email, secret)) return null;
    const row = { ...choice, email, userId: request.userId };
    const token = randomBytes(32).toString('base64url');
    const id = await keepPending(connection, { ...row, secret, tokenHash: hashToken(token) }, now);
    const known = id === null ? await activeId(connection, email, choice) : null;
    const path =
      known === null ? `/subscribe/confirm/${token}` : `/u/${subscriptionToken(secret, known)}`;
    const link = `${origin}${path}`;
    return known === null
      ? confirmationLetter(email, { title, link, choice })
      : knownLetter(email, { title, link, choice });
  });
  if (letter !== null) post(letter);
}

/**
 * Uses the link of the letter: from now on digests are sent. A link works once, for 48 hours.
 *
 * @returns The token of the links in the digests, for the page that follows.
 * @throws {Refusal} `missing`, if the link is unknown, used or too old.
 */
export async function confirmSubscription(
  connection: Connection,
  input: { readonly token: string; readonly secret: string },
  now: Date = new Date(),
): Promise<string> {
  const confirmed = isToken(input.token)
    ? await kyselyOn(connection)
        .updateTable('subscriptions')
        .set({ state: 'active', confirm_hash: null, confirmed_at: now, starts_at: now })
        .where('confirm_hash', '=', hashToken(input.token))
        .where('state', '=', 'pending')
        .where('requested_at', '>', new Date(now.getTime() - confirmationMs))
        .returning('id')
        .executeTakeFirst()
    : undefined;
  if (confirmed !== undefined) return subscriptionToken(input.secret, confirmed.id);
  throw new Refusal(
    'missing',
    'This link has been used already, or is older than 48 hours. Ask for another one.',
  );
}

/**
 * Checks what somebody chooses.
 *
 * @throws {Refusal} `invalid`, naming what cannot be.
 */
export function checkChoice({
  cadence,
  hour,
  timeZone,
  filters,
}: SubscriptionChoice): CheckedChoice {
  if (!isCadence(cadence)) throw new Refusal('invalid', 'Choose daily, weekly or monthly.');
  if (!Number.isInteger(hour) || hour < 0 || hour > 23) {
    throw new Refusal('invalid', 'The hour is a number from 0 to 23.');
  }
  if (!isTimeZone(timeZone)) {
    throw new Refusal('invalid', 'The time zone has a name such as Europe/Berlin, or UTC.');
  }
  return { cadence, hour, timeZone, filters: checkFilters(filters) };
}

async function countRequests(
  connection: Connection,
  email: string,
  address: string,
  now: Date,
): Promise<{ ofAddress: number; ofClient: number }> {
  const { rows } = await connection.query<{ ofAddress: number; ofClient: number }>(
    `select count(*) filter (where email_key = $1)::int as "ofAddress",
            count(*) filter (where network = $2 and at > $4)::int as "ofClient"
     from confirmation_mails where at > $3 and (email_key = $1 or network = $2)`,
    [
      email,
      networkOf(address) ?? 'unknown',
      new Date(now.getTime() - 24 * hourMs),
      new Date(now.getTime() - hourMs),
    ],
  );
  return rows[0] ?? { ofAddress: 0, ofClient: 0 };
}

/** @returns Null if the same is active: nobody but its reader changes that. */
async function keepPending(
  connection: Connection,
  row: CheckedChoice & {
    readonly email: string;
    readonly userId: string | null;
    readonly secret: string;
    readonly tokenHash: string;
  },
  now: Date,
): Promise<string | null> {
  const id = randomUUID();
  const asked = {
    user_id: row.userId,
    hour: row.hour,
    time_zone: row.timeZone,
    state: 'pending',
    confirm_hash: row.tokenHash,
    requested_at: now,
    soft_failures: 0,
    ended_at: null,
  } as const;
  const kept = await kyselyOn(connection)
    .insertInto('subscriptions')
    .values({
      ...asked,
      id,
      email: row.email,
      email_key: row.email,
      cadence: row.cadence,
      filters: JSON.stringify(row.filters),
      filters_key: filtersKey(row.filters),
      unsubscribe_hash: hashToken(subscriptionToken(row.secret, id)),
    })
    .onConflict((conflict) =>
      conflict
        .columns(['email_key', 'cadence', 'filters_key'])
        .doUpdateSet(asked)
        .where('subscriptions.state', '<>', 'active'),
    )
    .returning('id')
    .executeTakeFirst();
  return kept?.id ?? null;
}

async function activeId(
  connection: Connection,
  email: string,
  { cadence, filters }: CheckedChoice,
): Promise<string | null> {
  const found = await kyselyOn(connection)
    .selectFrom('subscriptions')
    .select('id')
    .where('email_key', '=', email)
    .where('cadence', '=', cadence)
    .where('filters_key', '=', filtersKey(filters))
    .executeTakeFirst();
  return found?.id ?? null;
}

interface LetterFacts {
  readonly title: string;
  readonly link: string;
  readonly choice: CheckedChoice;
}

function confirmationLetter(to: string, { title, link, choice }: LetterFacts): Letter {
  const what = filtersInWords(choice.filters);
  return {
    to,
    subject: `Confirm your ${choice.cadence} papers from ${title}`,
    paragraphs: [
      `Somebody, probably you, asked for the ${choice.cadence} e-mail of ${title}${what === '' ? '' : `: ${what}`}.`,
      'It starts once you confirm. The link works once, for 48 hours.',
    ],
    link: { text: 'Confirm', url: link },
    closing: 'If you did not ask for it, do nothing: you will not hear from us.',
  };
}

function knownLetter(to: string, { title, link, choice }: LetterFacts): Letter {
  return {
    to,
    subject: `You already get the ${choice.cadence} papers from ${title}`,
    paragraphs: ['Somebody, probably you, asked for an e-mail that this address gets already.'],
    link: { text: 'Change or end it', url: link },
    closing: 'If that was not you, do nothing: nothing has changed.',
  };
}
