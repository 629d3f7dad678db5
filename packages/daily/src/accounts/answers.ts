import { isAPIError } from 'better-auth/api';
import { Refusal } from '../refusal.ts';
import type { Accounts } from './accounts.ts';
import { maxPasswordLength, minPasswordLength } from './auth.ts';
import type { Client } from './client.ts';
import { requireToken } from './rateLimit.ts';
import { hashPrivately } from './secret.ts';

/** Values for `Set-Cookie`, to be sent with the answer. */
export type SetCookies = readonly string[];

/** The `Cookie` header of a browser that was given these cookies. */
export function cookieHeader(cookies: SetCookies): string {
  return cookies.map((cookie) => cookie.split(';', 1)[0] ?? '').join('; ');
}

/** Takes a token for signing in or mail; the account is the address that was typed. */
export async function limit(
  { database, secret }: Accounts,
  { address }: Client,
  what: {
    readonly name: 'signIn' | 'signUp' | 'mail';
    readonly email?: string;
    readonly account?: string;
  },
): Promise<void> {
  const account =
    what.account ?? (what.email === undefined ? undefined : hashPrivately(secret, what.email));
  await requireToken(database, what.name, { account, address });
}

/**
 * Whether a password is long enough; nothing is asked of its letters.
 *
 * @throws {Refusal} `invalid`
 */
export function checkPassword(password: string): void {
  if (password.length >= minPasswordLength && password.length <= maxPasswordLength) return;
  throw new Refusal(
    'invalid',
    `A password has ${minPasswordLength} to ${maxPasswordLength} characters; a few words are best.`,
  );
}

/**
 * The cookies of the library's answer. What it refuses becomes a refusal of ours, in words that tell
 * nothing about other people's accounts.
 */
export async function answered(
  call: Promise<{ readonly headers: Headers }>,
  invalid?: string,
): Promise<SetCookies> {
  try {
    return (await call).headers.getSetCookie();
  } catch (error) {
    if (!isAPIError(error)) throw error;
    throw asRefusal(error, invalid);
  }
}

function asRefusal(
  error: {
    readonly body?: { readonly code?: string | undefined } | undefined;
    readonly headers: HeadersInit;
  },
  invalid: string | undefined,
): Refusal {
  // Where the library would send a browser on, it says in the address what was wrong.
  const location = new Headers(error.headers).get('location') ?? '';
  const code = error.body?.code ?? /[?&]error=(\w+)/.exec(location)?.[1];
  if (code === 'BANNED') {
    return new Refusal('forbidden', 'This account is closed for now; write to the site’s contact.');
  }
  if (code === 'MAY_NOT_JOIN') {
    return new Refusal('forbidden', 'This address cannot have an account here.');
  }
  if (invalid !== undefined) return new Refusal('invalid', invalid);
  return new Refusal('unauthenticated', 'The address or the password is wrong.');
}
