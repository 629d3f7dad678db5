import type { RequestEvent } from '@sveltejs/kit';
import { findTokenHolder, type SignedInUser, type TokenScope } from '@working-papers/daily';
import { readSession } from '@working-papers/daily/accounts';
import { clientAddress } from './clientAddress.ts';
import { problem } from './problem.ts';
import type { Site } from './site.ts';

/** Who asks, by which proof, and from where. */
export interface Identity {
  readonly user: SignedInUser | null;
  /** The session of a browser; null for nobody, and for a token. */
  readonly session: { readonly id: string; readonly isFresh: boolean } | null;
  /** What the token may do, where one was sent; null for a browser. */
  readonly scopes: readonly TokenScope[] | null;
  /** As `clientAddress` finds it; for rate limits, and never kept whole. */
  readonly address: string;
  /** Where to come back to after signing in: this page, if it was asked for by a link. */
  readonly returnTo: string | null;
  /** Cookies to send with the answer. */
  readonly setCookies: string[];
}

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Finds out who asks: by `Authorization: Bearer` for programs, by the session's cookie for browsers. A
 * token counts below /api and for /mcp only, and needs the scope `write` to change something.
 *
 * @returns The refusal of a token that is worthless or may not do that.
 */
export async function identify(
  site: Site,
  event: Pick<RequestEvent, 'request' | 'url' | 'getClientAddress'>,
): Promise<Identity | Response> {
  const { request, url } = event;
  const address = clientAddress(event, site.configuration.WP_TRUSTED_PROXIES);
  const isForPrograms = /^\/(api|mcp)(\/|$)/.test(url.pathname);
  const isLink = safeMethods.has(request.method) && !isForPrograms;
  const unknown: Identity = {
    user: null,
    session: null,
    scopes: null,
    address,
    returnTo: isLink ? `${url.pathname}${url.search}` : null,
    setCookies: [],
  };
  const token = /^Bearer (\S+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
  if (isForPrograms && token !== undefined) {
    const holder = await findTokenHolder(site.database, token);
    if (holder === null) {
      return problem(
        401,
        'The token is unknown, expired or revoked; make another in the settings.',
      );
    }
    const isAllowed = safeMethods.has(request.method) || holder.scopes.includes('write');
    if (!isAllowed) return problem(403, 'The token lacks the scope write.', { scope: 'write' });
    return { ...unknown, ...holder };
  }
  const client = { headers: request.headers, address, origin: url.origin };
  const session = await readSession(site.accounts, client);
  if (session === null) return unknown;
  const { user, id, isFresh, cookies } = session;
  return { ...unknown, user, session: { id, isFresh }, setCookies: [...cookies] };
}

/** Sends the cookies that came up, and keeps what one person sees from everybody else's caches. */
export function personalise(headers: Headers, { user, setCookies }: Identity): void {
  for (const cookie of setCookies) headers.append('Set-Cookie', cookie);
  if (user === null && setCookies.length === 0) return;
  headers.append('Vary', 'Cookie');
  headers.set('Cache-Control', 'private, no-cache');
}
