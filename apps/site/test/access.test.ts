import { describe, expect, it } from 'vitest';
import type { SignedInUser } from '@working-papers/daily';
import { requireFresh, requirePermission, requireUser } from '../src/lib/server/auth.ts';
import { checkOrigin } from '../src/lib/server/checkOrigin.ts';
import { clientAddress } from '../src/lib/server/clientAddress.ts';

const person = (role: SignedInUser['role'], isEmailVerified = true): SignedInUser => ({
  id: 'p',
  name: 'Ada',
  handle: 'ada',
  role,
  isEmailVerified,
  createdAt: new Date(0),
});
const fresh = { id: 's', isFresh: true };

/** What a page answers: the status, and where it leads. */
function answerOf(ask: () => unknown): string {
  try {
    ask();
    return 'in';
  } catch (error) {
    const { status, location } = Object.assign({ status: 0, location: '' }, error);
    return `${status} ${location}`.trim();
  }
}

describe('a page', () => {
  const nobody = { user: null, scopes: null, returnTo: '/library?x=1', session: null };

  it('sends nobody to sign in and back, and answers a form with 401', () => {
    expect(answerOf(() => requireUser(nobody))).toBe('303 /sign-in?next=%2Flibrary%3Fx%3D1');
    expect(answerOf(() => requireUser({ ...nobody, returnTo: null }))).toBe('401');
  });

  it.each([
    ['reader', 'reader', 'in'],
    ['reader', 'submitter', '403'],
    ['submitter', 'moderator', '403'],
    ['moderator', 'moderator', 'in'],
    ['moderator', 'admin', '403'],
    ['admin', 'moderator', 'in'],
  ] as const)('answers a %s, where a %s is needed, with %s', (role, needed, answer) => {
    expect(answerOf(() => requireUser({ ...nobody, user: person(role) }, needed))).toBe(answer);
  });

  it('lets a token moderate only with the scope admin', () => {
    const moderator = { ...nobody, user: person('moderator') };
    const ask = (scopes: readonly ('write' | 'admin')[]) =>
      answerOf(() => requireUser({ ...moderator, scopes }, 'moderator'));
    expect([ask(['write']), ask(['write', 'admin'])]).toEqual(['403', 'in']);
  });

  it('asks for a confirmed address where the table does', () => {
    const ask = (isEmailVerified: boolean) =>
      answerOf(() =>
        requirePermission({ ...nobody, user: person('reader', isEmailVerified) }, 'vote'),
      );
    expect([ask(false), ask(true)]).toEqual(['403', 'in']);
  });

  it('asks to sign in again, an hour after, for what protects the account', () => {
    const user = person('reader');
    const ask = (session: typeof fresh | null) =>
      answerOf(() => requireFresh({ ...nobody, user, session }, '/settings/tokens'));
    expect(ask(fresh)).toBe('in');
    expect(ask({ ...fresh, isFresh: false })).toBe(
      '303 /sign-in?again=1&next=%2Fsettings%2Ftokens',
    );
    expect(ask(null)).toBe('403');
  });
});

describe('a request that changes something', () => {
  const url = new URL('https://papers.example/x');
  const ask = (method: string, headers: Record<string, string>, id: string | null = '/x') =>
    checkOrigin({ request: new Request(url, { method, headers }), url, route: { id } as never })
      ?.status;

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])('by %s comes from this site', (method) => {
    expect(ask(method, { origin: 'https://papers.example' })).toBeUndefined();
    expect(ask(method, { origin: 'https://papers.example.evil.example' })).toBe(403);
    expect(ask(method, { origin: 'http://papers.example' })).toBe(403);
    expect(ask(method, { origin: 'null' })).toBe(403);
  });

  it('comes from a program if it has neither origin nor cookies', () => {
    expect(ask('POST', { authorization: 'Bearer x' })).toBeUndefined();
    expect(ask('POST', { cookie: 'wp_session=x' })).toBe(403);
    expect(ask('POST', { 'sec-fetch-site': 'cross-site' })).toBe(403);
  });

  it('may come from anywhere where e-mails are unsubscribed, and when it only reads', () => {
    expect(ask('POST', { origin: 'https://mail.example' }, '/u/[token]')).toBeUndefined();
    expect(ask('GET', { origin: 'https://evil.example' })).toBeUndefined();
  });
});

it.each([
  [0, '203.0.113.1', 'socket'],
  [1, null, 'socket'],
  [1, '203.0.113.1', '203.0.113.1'],
  [1, 'forged, 203.0.113.1', '203.0.113.1'],
  [2, 'forged, 203.0.113.1, 10.0.0.1', '203.0.113.1'],
  [3, '10.0.0.1', 'socket'],
])('with %j proxies, %j comes from %j', (proxies, forwarded, address) => {
  const headers = new Headers(forwarded === null ? {} : { 'x-forwarded-for': forwarded });
  const request = new Request('http://x/', { headers });
  expect(clientAddress({ request, getClientAddress: () => 'socket' }, proxies)).toBe(address);
});
