import type { Configuration } from '../configuration.ts';
import { Refusal } from '../refusal.ts';

/** Whoever sends a request, as far as accounts need to know. */
export interface Client {
  /** Of the request: the cookie and the browser's name are read. */
  readonly headers: Headers;
  /** As the server sees it; only its network is ever kept. */
  readonly address: string;
  /** Where the site was reached: what links in e-mails may start with is decided by `linkOrigin`. */
  readonly origin: string;
}

/**
 * What the links in e-mails start with: ORIGIN. Without it only somebody at this machine gets such
 * e-mails, because the address by which a request came is the sender's to choose.
 *
 * @throws {Refusal} `conflict`, if ORIGIN is needed and not set.
 */
export function linkOrigin({ ORIGIN }: Pick<Configuration, 'ORIGIN'>, { origin }: Client): string {
  if (ORIGIN !== undefined) return ORIGIN;
  const { hostname } = new URL(origin);
  if (hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]') return origin;
  throw new Refusal(
    'conflict',
    'This site cannot send links yet: its operator has to set ORIGIN to its address.',
  );
}

/**
 * A path of this site to go to, as given in an address.
 *
 * @returns The path, or `fallback` for anything that leads elsewhere.
 */
export function ownPath(text: string | null | undefined, fallback = '/'): string {
  if (text === null || text === undefined || !/^\/(?![/\\])/.test(text)) return fallback;
  const base = 'http://own.invalid';
  if (/[\p{Cc}\\]/u.test(text) || !URL.canParse(text, base)) return fallback;
  const url = new URL(text, base);
  // A path such as `/.//other.example` turns into one that leads elsewhere.
  if (url.origin !== base || url.pathname.startsWith('//')) return fallback;
  return `${url.pathname}${url.search}${url.hash}`;
}
