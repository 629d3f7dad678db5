import type { Connection } from '../database/database.ts';
import { Refusal } from '../refusal.ts';
import { networkOf } from './network.ts';

/** A bucket of `tokens` that fills up evenly within `seconds`. */
interface Bucket {
  readonly tokens: number;
  readonly seconds: number;
}

interface Limit {
  /** What is limited, as the end of "too many ...". */
  readonly what: string;
  readonly account?: Bucket;
  readonly network: Bucket;
}

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/**
 * How often what may be done: per account, and per network (IPv4 /24, IPv6 /56), which is larger
 * because people share one. For signing in and for mail, the account is the address that was typed.
 */
export const limits = {
  api: {
    what: 'requests',
    account: { tokens: 500, seconds: 5 * minute },
    network: { tokens: 500, seconds: 5 * minute },
  },
  search: {
    what: 'searches',
    account: { tokens: 50, seconds: 5 * minute },
    network: { tokens: 50, seconds: 5 * minute },
  },
  signIn: {
    what: 'attempts to sign in',
    account: { tokens: 8, seconds: 15 * minute },
    network: { tokens: 40, seconds: 15 * minute },
  },
  signUp: { what: 'new accounts', network: { tokens: 10, seconds: hour } },
  mail: {
    what: 'e-mails',
    account: { tokens: 3, seconds: day },
    network: { tokens: 10, seconds: hour },
  },
  change: {
    what: 'changes',
    account: { tokens: 60, seconds: minute },
    network: { tokens: 240, seconds: minute },
  },
  comment: {
    what: 'comments',
    account: { tokens: 20, seconds: hour },
    network: { tokens: 60, seconds: hour },
  },
  vote: {
    what: 'votes',
    account: { tokens: 120, seconds: hour },
    network: { tokens: 600, seconds: hour },
  },
  report: {
    what: 'reports',
    account: { tokens: 20, seconds: day },
    network: { tokens: 60, seconds: day },
  },
  submit: {
    what: 'submissions',
    account: { tokens: 10, seconds: hour },
    network: { tokens: 30, seconds: hour },
  },
  visitorRun: {
    what: 'stored runs',
    account: { tokens: 30, seconds: hour },
    network: { tokens: 60, seconds: hour },
  },
  export: {
    what: 'exports',
    account: { tokens: 5, seconds: hour },
    network: { tokens: 20, seconds: hour },
  },
} as const satisfies Record<string, Limit>;

export type LimitName = keyof typeof limits;

/** Who does it. */
export interface Taker {
  /** Id of an account, or what stands for it, for example the hash of an address. */
  readonly account?: string | undefined;
  /** The client's address as the server sees it; one that is none shares a bucket with all such. */
  readonly address: string;
  readonly now?: Date;
}

/** What is left, as the `RateLimit` header says it. */
export interface Allowance {
  readonly isAllowed: boolean;
  /** Whole tokens left in the bucket that is emptier. */
  readonly remaining: number;
  /** Seconds until the bucket is full again; if nothing is allowed, until the next token. */
  readonly seconds: number;
}

/**
 * Takes a token of each bucket that a limit has for the account and the network. The buckets lie in
 * the database, so that all processes share them.
 */
export async function takeToken(
  connection: Connection,
  name: LimitName,
  { account, address, now = new Date() }: Taker,
): Promise<Allowance> {
  const limit: Limit = limits[name];
  const network = networkOf(address) ?? 'unknown';
  const first = await take(connection, `${name} network ${network}`, limit.network, now);
  if (!first.isAllowed || account === undefined || limit.account === undefined) return first;
  const second = await take(connection, `${name} account ${account}`, limit.account, now);
  return !second.isAllowed || second.remaining < first.remaining ? second : first;
}

/**
 * As `takeToken`, for pages and forms.
 *
 * @throws {Refusal} `limited`, if there is no token.
 */
export async function requireToken(
  connection: Connection,
  name: LimitName,
  taker: Taker,
): Promise<void> {
  const { isAllowed, seconds } = await takeToken(connection, name, taker);
  if (isAllowed) return;
  throw new Refusal(
    'limited',
    `Too many ${limits[name].what}; try again in ${inWords(seconds)}.`,
    seconds,
  );
}

/** Removes buckets that are full again: they say nothing. */
export async function forgetFullBuckets(connection: Connection, now: Date): Promise<void> {
  const longest = Math.max(
    ...Object.values<Limit>(limits).flatMap(({ account, network }) => [
      account?.seconds ?? 0,
      network.seconds,
    ]),
  );
  await connection.query('delete from rate_buckets where at < $1', [
    new Date(now.getTime() - longest * 1000),
  ]);
}

async function take(
  connection: Connection,
  key: string,
  { tokens, seconds }: Bucket,
  now: Date,
): Promise<Allowance> {
  const { rows } = await connection.query<{ tokens: number }>(takeOne, [key, tokens, seconds, now]);
  const left = rows[0]?.tokens;
  if (left !== undefined) {
    return {
      isAllowed: true,
      remaining: Math.floor(left),
      seconds: Math.ceil(((tokens - left) * seconds) / tokens),
    };
  }
  const waiting = await connection.query<{ tokens: number }>(
    `select ${filled} as tokens from rate_buckets b where key = $1`,
    [key, tokens, seconds, now],
  );
  const missing = 1 - (waiting.rows[0]?.tokens ?? 0);
  return {
    isAllowed: false,
    remaining: 0,
    seconds: Math.max(1, Math.ceil((missing * seconds) / tokens)),
  };
}

/** What is in a bucket at $4, of size $2, filled within $3 seconds; a clock set back fills nothing. */
const filled = `least($2::float8, b.tokens
  + greatest(0, extract(epoch from $4::timestamptz - b.at)::float8) * $2::float8 / $3::float8)`;

/** One statement, so that two that come together cannot take the same token. */
const takeOne = `
  insert into rate_buckets as b (key, tokens, at) values ($1, $2::float8 - 1, $4::timestamptz)
  on conflict (key) do update
    set tokens = ${filled} - 1, at = greatest(b.at, $4::timestamptz)
    where ${filled} >= 1
  returning b.tokens`;

function inWords(seconds: number): string {
  if (seconds < 90) return seconds === 1 ? '1 second' : `${seconds} seconds`;
  const minutes = Math.ceil(seconds / minute);
  return minutes < 90 ? `${minutes} minutes` : `${Math.ceil(minutes / 60)} hours`;
}
