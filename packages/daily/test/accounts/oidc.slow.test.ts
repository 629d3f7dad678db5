import { createSign, generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { readSession, startOidc } from '../../src/accounts/signIn.ts';
import { openMemoryDatabase } from '../../src/database/open.ts';
import type { Database } from '../../src/database/database.ts';
import { openBrowser, openTestAccounts, type TestAccounts } from './browser.ts';

/** Whom the provider vouches for at the next sign-in. */
let claims = { sub: '1', email: 'ada@example.org', email_verified: true, name: 'Ada Lovelace' };
let forgedKey = false;
let provider: Server;
let issuer: string;
let folder: string;
let database: Database;
let accounts: TestAccounts;
let settings: Record<string, string>;

beforeAll(async () => {
  const key = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 });
  let nonce: string | null = null;
  provider = createServer((request, response) => {
    const url = new URL(request.url ?? '/', issuer);
    const answer = (body: object) => {
      response.setHeader('Content-Type', 'application/json');
      response.end(JSON.stringify(body));
    };
    if (url.pathname.endsWith('/openid-configuration')) {
      return answer({
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/keys`,
        id_token_signing_alg_values_supported: ['RS256'],
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
      });
    }
    if (url.pathname.endsWith('/keys')) {
      return answer({
        keys: [{ ...key.publicKey.export({ format: 'jwk' }), kid: 'k', alg: 'RS256', use: 'sig' }],
      });
    }
    if (url.pathname.endsWith('/authorize')) {
      nonce = url.searchParams.get('nonce');
      return answer({});
    }
    const now = Math.floor(Date.now() / 1000);
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const payload = { iss: issuer, aud: 'site', iat: now, exp: now + 60, ...claims };
    const signed = `${encode({ alg: 'RS256', kid: 'k' })}.${encode({ ...payload, ...(nonce !== null && { nonce }) })}`;
    const { privateKey } = forgedKey ? other : key;
    const signature = createSign('RSA-SHA256').update(signed).sign(privateKey, 'base64url');
    return answer({ access_token: 'a', token_type: 'Bearer', id_token: `${signed}.${signature}` });
  });
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
  const address = provider.address();
  issuer = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/realm`;
  folder = await mkdtemp(join(tmpdir(), 'wp-oidc-'));
  database = await openMemoryDatabase();
  settings = {
    ORIGIN: 'http://localhost:3000',
    WP_OIDC_ISSUER: issuer,
    WP_OIDC_CLIENT_ID: 'site',
    WP_OIDC_CLIENT_SECRET: 'hush',
  };
  accounts = openTestAccounts(database, folder, settings);
}, 180_000);
afterAll(async () => {
  provider.close();
  await database.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  claims = { sub: '1', email: 'ada@example.org', email_verified: true, name: 'Ada Lovelace' };
  forgedKey = false;
  await database.query('delete from users');
});

/** Goes to the provider and back. */
async function signInThere(next = '/library', browser = openBrowser(), comesBack = browser) {
  const { url, cookies } = await startOidc(accounts, browser.client, { next });
  browser.keep(cookies);
  const there = new URL(url);
  await fetch(there);
  const back = new URL('http://localhost:3000/auth/callback/oidc');
  back.searchParams.set('code', 'c');
  back.searchParams.set('state', there.searchParams.get('state') ?? '');
  const { client } = comesBack;
  const answer = await accounts.auth.handle(client, new Request(back, { headers: client.headers }));
  comesBack.keep(answer.headers.getSetCookie());
  const session = await readSession(accounts, client);
  return { there, to: answer.headers.get('location'), user: session?.user };
}

it('signs in whom the provider vouches for, and goes on to a path of this site', async () => {
  const { there, to, user } = await signInThere('/library');
  expect(there.origin + there.pathname).toBe(`${issuer}/authorize`);
  expect(there.searchParams.get('redirect_uri')).toBe('http://localhost:3000/auth/callback/oidc');
  expect(there.searchParams.get('code_challenge_method')).toBe('S256');
  expect(to).toBe('/library');
  expect(user).toMatchObject({ name: 'Ada Lovelace', role: 'reader', isEmailVerified: true });
  const again = await signInThere('//evil.example');
  expect(again.to).toBe('/');
  expect(again.user?.id).toBe(user?.id);
});

it('does not sign in by a token that another key has signed', async () => {
  forgedKey = true;
  expect((await signInThere()).user).toBeUndefined();
});

it('does not sign in another browser than the one that set out', async () => {
  expect((await signInThere('/', openBrowser(), openBrowser())).user).toBeUndefined();
});

it('does not take over an account by an address that the provider has not confirmed', async () => {
  await database.query(
    `insert into users (id, name, email, email_verified, handle) values ('owner', 'Ada', 'ada@example.org', true, 'ada')`,
  );
  claims = { ...claims, sub: '2', email_verified: false };
  expect((await signInThere()).user).toBeUndefined();
});

it('takes whoever has a name that cannot be kept in as a reader', async () => {
  claims = { ...claims, name: 'Ada\u0000\u202e' };
  expect((await signInThere()).user?.name).toBe('Reader');
});

it('keeps out who may not have an account', async () => {
  const closed = openTestAccounts(database, folder, {
    ...settings,
    WP_SIGN_UP: 'closed',
  });
  const kept = accounts;
  accounts = closed;
  const { user, to } = await signInThere();
  accounts = kept;
  expect(user).toBeUndefined();
  expect(to).toMatch(/^\/sign-in\?failed=provider/);
});
