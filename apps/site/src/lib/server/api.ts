import { createHash } from 'node:crypto';
import type { RequestEvent } from '@sveltejs/kit';
import { limits, Refusal, refusalStatus, takeToken, type LimitName } from '@working-papers/daily';
import { ParameterRefusal, type Asked } from '@working-papers/daily/api';
import { problem } from './problem.ts';

type Event = Pick<RequestEvent, 'request' | 'url' | 'locals'>;

/** What a call answers. */
export interface ApiAnswer {
  readonly body: string;
  /** Default JSON. */
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Under which address visitors reach the site. */
export function originOf({ url, locals }: Pick<Event, 'url' | 'locals'>): string {
  return locals.site.configuration.ORIGIN ?? url.origin;
}

/** What the functions of `@working-papers/daily/api` want to know. */
export function askedOf(event: Event): Asked {
  const { database, search } = event.locals.site;
  return { database, search, address: event.url, origin: originOf(event) };
}

/**
 * Answers a program: within its limit, with an entity tag, and with a problem document if something is
 * refused. Other sites' pages may read what anybody may.
 */
export async function answerApi(
  event: Event,
  answer: () => Promise<ApiAnswer>,
  limit: LimitName = 'api',
): Promise<Response> {
  const { locals } = event;
  const taker = { account: locals.user?.id, address: locals.address };
  const allowance = await takeToken(locals.site.database, limit, taker);
  const response = allowance.isAllowed
    ? await orProblemDocument(event, answer)
    : problem(429, `Too many ${limits[limit].what}; try again in ${allowance.seconds} s.`);
  const { tokens, seconds } = limits[limit].network;
  response.headers.set('RateLimit-Policy', `"fixed window";"${limit}";q=${tokens};w=${seconds}`);
  response.headers.set('RateLimit', `"${limit}";r=${allowance.remaining};t=${allowance.seconds}`);
  if (!allowance.isAllowed) response.headers.set('Retry-After', `${allowance.seconds}`);
  response.headers.set('Access-Control-Allow-Origin', '*');
  response.headers.set('Access-Control-Expose-Headers', 'ETag, Link, RateLimit, Retry-After');
  return response;
}

/** As `answerApi` for JSON. */
export function answerJson(
  event: Event,
  answer: () => Promise<unknown>,
  limit: LimitName = 'api',
): Promise<Response> {
  return answerApi(event, async () => ({ body: JSON.stringify(await answer()) }), limit);
}

/** An answer that anybody may keep for a minute, or a short one if whoever asks has it already. */
export function tagged(request: Request, { body, type, headers }: ApiAnswer): Response {
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  const all = {
    'Content-Type': type ?? 'application/json',
    'Cache-Control': 'public, max-age=60, stale-while-revalidate=600',
    ETag: etag,
    ...headers,
  };
  const known = request.headers.get('if-none-match') ?? '';
  const isKnown = known.trim() === '*' || known.includes(etag);
  return isKnown
    ? new Response(null, { status: 304, headers: all })
    : new Response(body, { headers: all });
}

/** Whether a call is refused, and why, as a problem document; else its answer. */
export async function orProblemDocument(
  { request }: Pick<Event, 'request'>,
  answer: () => Promise<ApiAnswer>,
): Promise<Response> {
  try {
    return tagged(request, await answer());
  } catch (cause) {
    return refused(cause);
  }
}

/** A refusal as a problem document; anything else is thrown on. */
export function refused(cause: unknown): Response {
  if (!(cause instanceof Refusal)) throw cause;
  const { parameter, value, accepted } =
    cause instanceof ParameterRefusal
      ? cause
      : { parameter: undefined, value: null, accepted: undefined };
  return problem(refusalStatus[cause.reason], cause.message, {
    ...(parameter !== undefined && { parameter }),
    ...(value !== null && { value }),
    ...(accepted !== undefined && { accepted }),
  });
}
