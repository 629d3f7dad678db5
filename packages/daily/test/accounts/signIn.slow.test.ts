import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { banUser, liftBan } from '../../src/accounts/bans.ts';
import {
  changePassword,
  confirmEmailChange,
  hasPassword,
  requestEmailChange,
} from '../../src/accounts/credentials.ts';
import { invite } from '../../src/accounts/invitations.ts';
import { listSessions, revokeOtherSessions, revokeSession } from '../../src/accounts/sessions.ts';
import {
  openLink,
  readSession,
  requestPasswordReset,
  requestSignInLink,
  resetPassword,
  signInWithPassword,
  signOut,
  signUp,
} from '../../src/accounts/signIn.ts';
import { emailOf } from '../../src/accounts/users.ts';
import type { Database } from '../../src/database/database.ts';
import { Refusal } from '../../src/refusal.ts';
import { testDatabases, type TestDatabase } from '../databases.ts';
import { openBrowser, openTestAccounts, type TestAccounts, type TestBrowser } from './browser.ts';

const password = 'correct horse battery';
let people = 0;
const newEmail = () => `ada${(people += 1)}@example.org`;

describe.each(testDatabases)('on $name', ({ open, isMissing }) => {
  let opened: TestDatabase;
  let database: Database;
  let folder: string;
  let accounts: TestAccounts;
  beforeAll(async () => {
    if (isMissing) return;
    folder = await mkdtemp(join(tmpdir(), 'wp-accounts-'));
    opened = await open();
    database = opened.database;
    accounts = openTestAccounts(database, folder);
  }, 180_000);
  afterAll(async () => {
    if (isMissing) return;
    await opened.remove();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    if (!isMissing) await database.query('delete from rate_buckets');
  });

  /** Makes an account, and gives the browser that is signed in to it. */
  async function joinSite(email = newEmail(), chosen: string | null = password) {
    const browser = openBrowser();
    await signUp(accounts, browser.client, { email, name: 'Ada Lovelace' });
    const token = await accounts.tokenFor(email);
    browser.keep(
      await openLink(accounts, browser.client, { token, password: chosen ?? undefined }),
    );
    return { browser, email, user: await userOf(browser) };
  }

  async function userOf({ client }: TestBrowser) {
    const session = await readSession(accounts, client);
    if (session === null) throw new Error('nobody is signed in');
    return session.user;
  }

  async function signedIn(email: string, with_ = password) {
    const browser = openBrowser();
    browser.keep(await signInWithPassword(accounts, browser.client, { email, password: with_ }));
    return browser;
  }

  const count = async (sql: string, parameters: unknown[] = []) =>
    (await database.query(sql, parameters)).rows.length;

  describe.skipIf(isMissing)('signing up', () => {
    it('makes the account when the link is opened, not before, and signs in', async () => {
      const email = newEmail();
      const { client, keep } = openBrowser();
      await signUp(accounts, client, { email: ` ${email.toUpperCase()} `, name: 'Ada Lovelace' });
      const token = await accounts.tokenFor(email);
      expect(await count('select 1 from users where email = $1', [email])).toBe(0);
      keep(await openLink(accounts, client, { token, password }));
      const session = await readSession(accounts, client);
      expect(session?.user).toMatchObject({
        name: 'Ada Lovelace',
        role: 'reader',
        isEmailVerified: true,
      });
      expect(session?.user.handle).toMatch(/^ada-lovelace/);
      expect(JSON.stringify(session)).not.toContain('@');
      expect(session?.isFresh).toBe(true);
      expect((await userOf(await signedIn(email))).id).toBe(session?.user.id);
      expect(accounts.failures).toEqual([]);
    });

    it('takes a link once', async () => {
      const email = newEmail();
      const { client } = openBrowser();
      await signUp(accounts, client, { email, name: 'Ada' });
      const token = await accounts.tokenFor(email);
      await openLink(accounts, client, { token });
      await expect(openLink(accounts, openBrowser().client, { token })).rejects.toMatchObject({
        name: 'Refusal',
        reason: 'invalid',
        message: 'This link has been used, or is older than half an hour; ask for a new one.',
      });
    });

    it('refuses a link that is older than half an hour', async () => {
      const email = newEmail();
      const { client } = openBrowser();
      await signUp(accounts, client, { email, name: 'Ada' });
      const token = await accounts.tokenFor(email);
      await database.query(
        `update verifications set expires_at = expires_at - interval '31 minutes'`,
      );
      await expect(openLink(accounts, client, { token })).rejects.toMatchObject({
        reason: 'invalid',
      });
    });

    it('keeps of a link what does not open it', async () => {
      const email = newEmail();
      await signUp(accounts, openBrowser().client, { email, name: 'Ada' });
      const token = await accounts.tokenFor(email);
      const { rows } = await database.query('select * from verifications');
      expect(JSON.stringify(rows)).not.toContain(token);
    });

    it('answers alike whether the address has an account, and signs in instead', async () => {
      const { email, user } = await joinSite();
      const { client, keep } = openBrowser();
      const known = await signUp(accounts, client, { email, name: 'Mallory' });
      const unknown = await signUp(accounts, client, { email: newEmail(), name: 'Mallory' });
      expect(known).toEqual(unknown);
      const { subject, text } = await accounts.mailFor(email);
      expect(subject).toBe('Sign in to Working Papers');
      const token = new URL(/http\S+/.exec(text)![0]).searchParams.get('token')!;
      keep(await openLink(accounts, client, { token }));
      expect((await userOf({ client } as TestBrowser)).id).toBe(user.id);
      expect((await userOf({ client } as TestBrowser)).name).toBe('Ada Lovelace');
    });

    it('gives people of the same name different handles, none of them from the address', async () => {
      const handles = [
        (await joinSite('first.secret@example.org')).user.handle,
        (await joinSite('second.secret@example.org')).user.handle,
      ];
      expect(new Set(handles).size).toBe(2);
      expect(handles.join()).not.toMatch(/secret|first|second/);
    });

    it('refuses names that would break a line, and writes others where they belong', async () => {
      const { client } = openBrowser();
      const bad = signUp(accounts, client, { email: newEmail(), name: 'A\u0000da' });
      await expect(bad).rejects.toMatchObject({ reason: 'invalid' });
      const turned = signUp(accounts, client, { email: newEmail(), name: 'Ada \u202e' });
      await expect(turned).rejects.toMatchObject({ reason: 'invalid' });
      const email = newEmail();
      const name = 'Ada\r\nBcc: all@example.org <b>"x"</b>';
      await signUp(accounts, client, { email, name });
      const mail = await accounts.mailFor(email);
      expect(mail.subject).not.toMatch(/[\r\n]/);
      const token = new URL(/http\S+/.exec(mail.text)![0]).searchParams.get('token')!;
      const browser = openBrowser();
      browser.keep(await openLink(accounts, browser.client, { token }));
      expect((await userOf(browser)).name).toBe('Ada Bcc: all@example.org <b>"x"</b>');
    });

    it.each([
      'no-at.example.org',
      'a@b@example.org',
      'a@example.org\r\nBcc: b@example.org',
      'a@example.org,b@example.org',
      `${'a'.repeat(250)}@example.org`,
      '',
    ])('refuses the address %j', async (email) => {
      const refused = signUp(accounts, openBrowser().client, { email, name: 'Ada' });
      await expect(refused).rejects.toMatchObject({ reason: 'invalid' });
    });

    it('makes no account where that is closed, and for the invited only where they are', async () => {
      const closed = {
        ...accounts,
        ...openTestAccounts(database, folder, { WP_SIGN_UP: 'closed' }),
      };
      await expect(
        signUp(closed, openBrowser().client, { email: newEmail(), name: 'Ada' }),
      ).rejects.toMatchObject({ reason: 'forbidden' });
      const invited = openTestAccounts(database, folder, { WP_SIGN_UP: 'invited' });
      const [guest, stranger] = [newEmail(), newEmail()];
      const { user: admin } = await joinSite();
      await invite(database, { actor: admin.id, email: guest, secret: invited.secret });
      await signUp(invited, openBrowser().client, { email: stranger, name: 'Eve' });
      await signUp(invited, openBrowser().client, { email: guest, name: 'Bob' });
      const browser = openBrowser();
      browser.keep(
        await openLink(invited, browser.client, { token: await invited.tokenFor(guest) }),
      );
      expect((await userOf(browser)).name).toBe('Bob');
      expect(invited.mails.map(({ to }) => to)).toEqual([]);
      await database.query(`delete from verifications where identifier like 'invitation:%'`);
    });

    it('makes no account from a link when the invitation is gone by then', async () => {
      const email = newEmail();
      await signUp(accounts, openBrowser().client, { email, name: 'Ada' });
      const token = await accounts.tokenFor(email);
      const closed = openTestAccounts(database, folder, { WP_SIGN_UP: 'closed' });
      await expect(openLink(closed, openBrowser().client, { token })).rejects.toMatchObject({
        reason: 'forbidden',
        message: 'This address cannot have an account here.',
      });
      expect(await count('select 1 from users where email = $1', [email])).toBe(0);
    });

    it('sends no link to another host, unless this machine asks', async () => {
      const client = { ...openBrowser().client, origin: 'https://evil.example' };
      const refused = signUp(accounts, client, { email: newEmail(), name: 'Ada' });
      await expect(refused).rejects.toMatchObject({ reason: 'conflict' });
      const settled = openTestAccounts(database, folder, { ORIGIN: 'https://papers.example' });
      const email = newEmail();
      await signUp(settled, client, { email, name: 'Ada' });
      const { text } = await settled.mailFor(email);
      expect(/https?:\S+/.exec(text)?.[0]).toMatch(/^https:\/\/papers\.example\/sign-in\/link\?/);
    });
  });

  describe.skipIf(isMissing)('signing in', () => {
    it('says the same of a wrong password and of an unknown address', async () => {
      const { email } = await joinSite();
      const tried = [
        { email, password: 'wrong password' },
        { email: newEmail(), password: 'wrong password' },
        { email: (await joinSite(newEmail(), null)).email, password: 'wrong password' },
      ].map((input) =>
        signInWithPassword(accounts, openBrowser().client, input).catch((error: unknown) => error),
      );
      const errors = await Promise.all(tried);
      expect(new Set(errors.map(String))).toEqual(
        new Set(['Refusal: The address or the password is wrong.']),
      );
    });

    it('stops guessing: after eight attempts even the right password waits', async () => {
      const { email } = await joinSite();
      const attempt = (with_: string) =>
        signInWithPassword(accounts, openBrowser().client, { email, password: with_ });
      for (let tries = 0; tries < 8; tries += 1) {
        await expect(attempt('wrong password')).rejects.toMatchObject({
          reason: 'unauthenticated',
        });
      }
      await expect(attempt(password)).rejects.toMatchObject({ reason: 'limited' });
    });

    it('stops one network from trying many addresses', async () => {
      const { client } = openBrowser();
      const reasons: string[] = [];
      for (let tries = 0; tries < 42; tries += 1) {
        const email = `nobody${tries}@example.org`;
        await requestSignInLink(accounts, client, { email }).catch((error: unknown) => {
          reasons.push(error instanceof Refusal ? error.reason : String(error));
        });
      }
      expect(reasons).toHaveLength(32);
      expect(new Set(reasons)).toEqual(new Set(['limited']));
      accounts.mails.length = 0;
    });

    it('sends a link to whoever has an account, and a word to who has none', async () => {
      const { email, user } = await joinSite(newEmail(), null);
      const { client, keep } = openBrowser();
      await requestSignInLink(accounts, client, { email, next: '/library?x=1' });
      const { text } = await accounts.mailFor(email);
      const link = new URL(/http\S+/.exec(text)![0]);
      expect(link.searchParams.get('next')).toBe('/library?x=1');
      keep(await openLink(accounts, client, { token: link.searchParams.get('token')! }));
      expect((await readSession(accounts, client))?.user.id).toBe(user.id);
      const unknown = newEmail();
      await requestSignInLink(accounts, client, { email: unknown });
      expect((await accounts.mailFor(unknown)).subject).toBe('No account at Working Papers yet');
    });

    it('puts no foreign address into a link', async () => {
      const { email } = await joinSite();
      await requestSignInLink(accounts, openBrowser().client, { email, next: '//evil.example' });
      const { text } = await accounts.mailFor(email);
      expect(text).not.toContain('evil');
    });

    it('begins a session of its own, whatever the browser brought along', async () => {
      const { email } = await joinSite();
      const { client, keep, cookies } = openBrowser();
      keep(['wp_session=fixed.by-mallory; Path=/']);
      keep(await signInWithPassword(accounts, client, { email, password }));
      const first = cookies.get('wp_session');
      expect(first).not.toContain('fixed');
      keep(await signInWithPassword(accounts, client, { email, password }));
      expect(cookies.get('wp_session')).not.toBe(first);
    });

    it('keeps the cookie from scripts and other sites, and with https to this host', async () => {
      const { email } = await joinSite();
      const plain = await signInWithPassword(accounts, openBrowser().client, { email, password });
      expect(plain.map((cookie) => cookie.replace(/=[^;]+/, '=x'))).toEqual([
        'wp_session=x; Max-Age=2592000; Path=/; HttpOnly; SameSite=Lax',
      ]);
      const https = openTestAccounts(database, folder, { ORIGIN: 'https://papers.example' });
      const secure = await signInWithPassword(https, openBrowser().client, { email, password });
      expect(secure.map((cookie) => cookie.replace(/=[^;]+/, '=x'))).toEqual([
        '__Host-wp_session=x; Max-Age=2592000; Path=/; HttpOnly; Secure; SameSite=Lax',
      ]);
    });

    it('does not take a cookie whose signature is not ours', async () => {
      const { browser } = await joinSite();
      const cookie = browser.cookies.get('wp_session')!;
      const forged = openBrowser();
      forged.keep([`wp_session=${cookie.slice(0, -8)}AAAAAAA%3D; Path=/`]);
      expect(await readSession(accounts, forged.client)).toBeNull();
      const { rows } = await database.query<{ token: string }>('select token from sessions');
      forged.keep([`wp_session=${rows[0]!.token}; Path=/`]);
      expect(await readSession(accounts, forged.client)).toBeNull();
    });

    it('ends with signing out, in the database too', async () => {
      const { browser, user } = await joinSite();
      const stolen = openBrowser();
      stolen.keep([...browser.cookies].map(([name, value]) => `${name}=${value}; Path=/`));
      browser.keep(await signOut(accounts, browser.client));
      expect(browser.cookies.has('wp_session')).toBe(false);
      expect(await readSession(accounts, stolen.client)).toBeNull();
      expect(await count('select 1 from sessions where user_id = $1', [user.id])).toBe(0);
    });

    it('keeps of an address its network only', async () => {
      const browser = openBrowser('203.0.113.77');
      const { email } = await joinSite();
      browser.keep(await signInWithPassword(accounts, browser.client, { email, password }));
      const [newest] = await listSessions(database, (await userOf(browser)).id);
      expect(newest?.network).toBe('203.0.113.0/24');
    });
  });

  describe.skipIf(isMissing)('sessions', () => {
    it('are listed and ended by their owner, and by nobody else', async () => {
      const { email, browser, user } = await joinSite();
      const second = await signedIn(email);
      const { user: mallory } = await joinSite();
      const listed = await listSessions(database, user.id);
      expect(listed).toHaveLength(2);
      expect(listed[0]?.browser).toBe('Another browser');
      await revokeSession(database, mallory.id, listed[0]!.id);
      expect(await listSessions(database, user.id)).toHaveLength(2);
      await revokeSession(database, user.id, listed[0]!.id);
      expect(await readSession(accounts, second.client)).toBeNull();
      expect(await readSession(accounts, browser.client)).not.toBeNull();
    });

    it('end all but this one', async () => {
      const { email, browser, user } = await joinSite();
      const second = await signedIn(email);
      const session = await readSession(accounts, browser.client);
      await revokeOtherSessions(database, user.id, session!.id);
      expect(await readSession(accounts, second.client)).toBeNull();
      expect(await readSession(accounts, browser.client)).not.toBeNull();
    });

    it('are over after their time, and fresh for an hour', async () => {
      const { browser } = await joinSite();
      const later = new Date(Date.now() + 3_601_000);
      expect((await readSession(accounts, browser.client, later))?.isFresh).toBe(false);
      await database.query(`update sessions set expires_at = now() - interval '1 second'`);
      expect(await readSession(accounts, browser.client)).toBeNull();
    });
  });

  describe.skipIf(isMissing)('a password', () => {
    it('is changed with the old one, which ends all other sessions', async () => {
      const { email, browser, user } = await joinSite();
      const second = await signedIn(email);
      const wrong = changePassword(accounts, browser.client, {
        userId: user.id,
        current: 'wrong password',
        password: 'another battery',
      });
      await expect(wrong).rejects.toMatchObject({ message: 'The current password is wrong.' });
      browser.keep(
        await changePassword(accounts, browser.client, {
          userId: user.id,
          current: password,
          password: 'another battery',
        }),
      );
      expect(await readSession(accounts, second.client)).toBeNull();
      expect((await userOf(browser)).id).toBe(user.id);
      await expect(signedIn(email)).rejects.toMatchObject({ reason: 'unauthenticated' });
      expect((await userOf(await signedIn(email, 'another battery'))).id).toBe(user.id);
    });

    it('is set without an old one only where there is none', async () => {
      const { email, browser, user } = await joinSite(newEmail(), null);
      expect(await hasPassword(accounts, user.id)).toBe(false);
      const set = () =>
        changePassword(accounts, browser.client, { userId: user.id, current: undefined, password });
      await set();
      expect(await hasPassword(accounts, user.id)).toBe(true);
      expect((await userOf(await signedIn(email))).id).toBe(user.id);
      await expect(set()).rejects.toMatchObject({ reason: 'invalid' });
    });

    it('has 10 to 128 characters', async () => {
      const { browser, user } = await joinSite(newEmail(), null);
      const set = (chosen: string) =>
        changePassword(accounts, browser.client, {
          userId: user.id,
          current: undefined,
          password: chosen,
        });
      await expect(set('123456789')).rejects.toThrowErrorMatchingInlineSnapshot(
        `[Refusal: A password has 10 to 128 characters; a few words are best.]`,
      );
      await expect(set('x'.repeat(129))).rejects.toMatchObject({ reason: 'invalid' });
    });

    it('is chosen anew with a link, once, and all sessions end', async () => {
      const { email, browser } = await joinSite();
      await requestPasswordReset(accounts, openBrowser().client, { email });
      const token = await accounts.tokenFor(email);
      const reset = (chosen: string) =>
        resetPassword(accounts, openBrowser().client, { token, password: chosen ?? undefined });
      await reset('another battery');
      expect(await readSession(accounts, browser.client)).toBeNull();
      await expect(reset('a third battery')).rejects.toMatchObject({ reason: 'invalid' });
      await expect(signedIn(email, 'another battery')).resolves.toBeDefined();
    });

    it('is kept as a slow hash', async () => {
      const { user } = await joinSite();
      const { rows } = await database.query<{ password: string }>(
        'select password from accounts where user_id = $1',
        [user.id],
      );
      expect(rows[0]?.password).toMatch(/^[0-9a-f]{32}:[0-9a-f]{128}$/);
    });

    it('is asked for anew without a word about unknown addresses', async () => {
      await requestPasswordReset(accounts, openBrowser().client, { email: newEmail() });
      const { email } = await joinSite();
      await requestPasswordReset(accounts, openBrowser().client, { email });
      await accounts.mailFor(email);
      expect(accounts.mails).toEqual([]);
    });
  });

  describe.skipIf(isMissing)('an address', () => {
    it('changes when the new one is confirmed, and the old one is told', async () => {
      const { email, browser, user } = await joinSite();
      const changed = newEmail();
      await requestEmailChange(accounts, browser.client, { userId: user.id, email: changed });
      expect((await accounts.mailFor(email)).subject).toMatch(/about to change/);
      const token = await accounts.tokenFor(changed);
      expect(await emailOf(database, user.id)).toBe(email);
      browser.keep(await confirmEmailChange(accounts, browser.client, { token }));
      expect(await emailOf(database, user.id)).toBe(changed);
      expect((await userOf(browser)).isEmailVerified).toBe(true);
      const again = confirmEmailChange(accounts, browser.client, { token });
      await expect(again).rejects.toMatchObject({ reason: 'invalid' });
    });

    it('of another account gets nothing, and the answer does not tell', async () => {
      const { email: taken } = await joinSite();
      const { browser, user } = await joinSite();
      accounts.mails.length = 0;
      const answer = requestEmailChange(accounts, browser.client, {
        userId: user.id,
        email: taken,
      });
      await expect(answer).resolves.toBeUndefined();
      expect(accounts.mails.map(({ to }) => to)).not.toContain(taken);
      accounts.mails.length = 0;
    });

    it('is not changed by somebody who is signed in as another', async () => {
      const { browser, user } = await joinSite();
      const { browser: mallory } = await joinSite();
      const changed = newEmail();
      await requestEmailChange(accounts, browser.client, { userId: user.id, email: changed });
      const token = await accounts.tokenFor(changed);
      const stolen = confirmEmailChange(accounts, mallory.client, { token });
      await expect(stolen).rejects.toMatchObject({ reason: 'invalid' });
      accounts.mails.length = 0;
    });
  });

  describe.skipIf(isMissing)('a ban', () => {
    it('signs out, keeps out, and keeps the address from another account', async () => {
      const { email, browser, user } = await joinSite();
      const { user: moderator } = await joinSite();
      await database.query(`update users set role = 'moderator' where id = $1`, [moderator.id]);
      const { secret } = accounts;
      const actor = moderator.id;
      await banUser(database, { actor, userId: user.id, reason: 'spam', until: null, secret });
      expect(await readSession(accounts, browser.client)).toBeNull();
      await expect(signedIn(email)).rejects.toMatchObject({
        reason: 'forbidden',
        message: 'This account is closed for now; write to the site’s contact.',
      });
      await liftBan(database, { actor, userId: user.id, secret });
      await expect(signedIn(email)).resolves.toBeDefined();
      await banUser(database, { actor, userId: user.id, reason: 'spam', until: null, secret });
      await database.query('delete from users where id = $1', [user.id]);
      await signUp(accounts, openBrowser().client, { email, name: 'Again' });
      const token = await accounts.tokenFor(email);
      const again = openLink(accounts, openBrowser().client, { token });
      await expect(again).rejects.toMatchObject({ reason: 'forbidden' });
    });

    it('does not reach over the own role', async () => {
      const [{ user: first }, { user: second }] = [await joinSite(), await joinSite()];
      await database.query(`update users set role = 'moderator' where id = any($1)`, [
        [first.id, second.id],
      ]);
      const refused = banUser(database, {
        actor: first.id,
        userId: second.id,
        reason: 'x',
        until: null,
        secret: accounts.secret,
      });
      await expect(refused).rejects.toMatchObject({ reason: 'forbidden' });
    });
  });
});
