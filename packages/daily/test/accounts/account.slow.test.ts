import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readAuditLog } from '../../src/accounts/auditLog.ts';
import { deleteAccount } from '../../src/accounts/deleteAccount.ts';
import { exportAccount } from '../../src/accounts/exportAccount.ts';
import { becomeFirstAdmin, offerFirstAdmin } from '../../src/accounts/firstAdmin.ts';
import { forgetWhatIsOver } from '../../src/accounts/forget.ts';
import {
  passkeyCreationOptions,
  passkeyRequestOptions,
  signInWithPasskey,
  addPasskey,
} from '../../src/accounts/passkeys.ts';
import { dependentTables, ownerColumns, tablesByAddress } from '../../src/accounts/personalData.ts';
import { readSession, signInWithPassword } from '../../src/accounts/signIn.ts';
import {
  createApiToken,
  findTokenHolder,
  listApiTokens,
  revokeApiToken,
} from '../../src/accounts/tokens.ts';
import { changeRole, findUser, renameUser } from '../../src/accounts/users.ts';
import type { Database } from '../../src/database/database.ts';
import { testDatabases, type TestDatabase } from '../databases.ts';
import { openBrowser, openTestAccounts, type TestAccounts } from './browser.ts';

/** Tables in which nobody's rows are. */
const publicTables = new Set(
  `authors claims digests implementations kysely_migration measurements kysely_migration_lock organizations paper_links paper_organizations papers paper_versions
   rate_buckets run_figures runs settings suppressions ingest_log job_runs jobs paper_removals sources users verdicts verifications`.split(
    /\s+/,
  ),
);

describe.each(testDatabases)('on $name', ({ open, isMissing }) => {
  let opened: TestDatabase;
  let database: Database;
  let folder: string;
  let accounts: TestAccounts;
  let people = 0;
  beforeAll(async () => {
    if (isMissing) return;
    folder = await mkdtemp(join(tmpdir(), 'wp-accounts-'));
    opened = await open();
    database = opened.database;
    accounts = openTestAccounts(database, folder);
    await database.query(
      `insert into papers (id, title, day, source, tags) values ('2501.00001', 'A paper', '2025-01-02', 'catalogue', '{}')`,
    );
  }, 180_000);
  afterAll(async () => {
    if (isMissing) return;
    await opened.remove();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    if (!isMissing) await database.query('delete from rate_buckets');
  });

  async function person(role = 'reader') {
    const id = `person-${(people += 1)}`;
    await database.query(
      `insert into users (id, name, email, email_verified, handle, role) values ($1, 'Ada', $2, true, $1, $3)`,
      [id, `${id}@example.org`, role],
    );
    const user = await findUser(database, { id });
    if (user === null) throw new Error('no user');
    return user;
  }

  describe.skipIf(isMissing)('a token', () => {
    it('finds its holder by its hash, and is kept nowhere', async () => {
      const user = await person();
      const { token } = await createApiToken(database, user, {
        name: 'Laptop',
        scopes: ['read', 'write', 'read'],
        days: null,
      });
      expect(token).toMatch(/^wp_[\w-]{43}$/);
      expect(await findTokenHolder(database, token)).toEqual({ user, scopes: ['read', 'write'] });
      const { rows } = await database.query('select * from api_tokens');
      expect(JSON.stringify(rows)).not.toContain(token.slice(10));
      expect(await findTokenHolder(database, `${token.slice(0, -1)}_`)).toBeNull();
      expect(await findTokenHolder(database, 'wp_')).toBeNull();
    });

    it('notes its last use, to the minute', async () => {
      const user = await person();
      const scopes = ['read'] as const;
      const { token } = await createApiToken(database, user, { name: 'x', scopes, days: null });
      const at = (seconds: number) => new Date(Date.UTC(2030, 0, 1, 0, 0, seconds));
      const lastUse = async (now: Date) => {
        await findTokenHolder(database, token, now);
        return (await listApiTokens(database, user.id))[0]?.lastUsedAt;
      };
      expect(await lastUse(at(0))).toEqual(at(0));
      expect(await lastUse(at(59))).toEqual(at(0));
      expect(await lastUse(at(60))).toEqual(at(60));
    });

    it('ends by its date, with its owner’s ban, and when it is revoked by its owner', async () => {
      const [user, mallory] = [await person(), await person()];
      const scopes = ['read'] as const;
      const { token, id } = await createApiToken(database, user, { name: 'x', scopes, days: 30 });
      const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);
      expect(await findTokenHolder(database, token, inDays(29))).not.toBeNull();
      expect(await findTokenHolder(database, token, inDays(31))).toBeNull();
      await database.query('update users set banned_until = $2 where id = $1', [
        user.id,
        inDays(1),
      ]);
      expect(await findTokenHolder(database, token)).toBeNull();
      expect(await findTokenHolder(database, token, inDays(2))).not.toBeNull();
      await database.query('update users set banned_until = null where id = $1', [user.id]);
      await revokeApiToken(database, mallory.id, id);
      expect(await findTokenHolder(database, token)).not.toBeNull();
      await revokeApiToken(database, user.id, id);
      expect(await findTokenHolder(database, token)).toBeNull();
    });

    it('administers for moderators and admins only', async () => {
      const scopes = ['admin'] as const;
      const refused = createApiToken(database, await person(), { name: 'x', scopes, days: 1 });
      await expect(refused).rejects.toThrowErrorMatchingInlineSnapshot(
        `[Refusal: Tokens of moderators and admins only may administer.]`,
      );
      const moderator = await person('moderator');
      await createApiToken(database, moderator, { name: 'x', scopes, days: 1 });
    });
  });

  describe.skipIf(isMissing)('the first admin', () => {
    it('comes by a link that works once, as long as there is no admin', async () => {
      await database.query(`update users set role = 'reader'`);
      const stale = await offerFirstAdmin(database);
      const path = await offerFirstAdmin(database);
      const tokenOf = (link: string | null) =>
        new URL(link ?? '', 'http://x').searchParams.get('token') ?? '';
      const become = (link: string | null, email: string) =>
        becomeFirstAdmin(accounts, openBrowser().client, {
          token: tokenOf(link),
          name: 'Root',
          email,
          password: 'correct horse battery',
        });
      await expect(become(stale, 'root@example.org')).rejects.toMatchObject({
        reason: 'forbidden',
      });
      const browser = openBrowser();
      browser.keep(await become(path, 'Root@example.org'));
      const user = (await readSession(accounts, browser.client))?.user;
      expect(user).toMatchObject({ role: 'admin', isEmailVerified: true });
      expect(user?.handle).toMatch(/^reader-\d+$/);
      await expect(become(path, 'second@example.org')).rejects.toMatchObject({
        reason: 'forbidden',
      });
      expect(await offerFirstAdmin(database)).toBeNull();
      const again = openBrowser();
      again.keep(
        await signInWithPassword(accounts, again.client, {
          email: 'root@example.org',
          password: 'correct horse battery',
        }),
      );
      expect((await readSession(accounts, again.client))?.user.role).toBe('admin');
    });

    it('cannot be stepped down from or deleted while being the last', async () => {
      await database.query(`update users set role = 'reader'`);
      const admin = await person('admin');
      const change = { actor: admin.id, userId: admin.id, role: 'reader' } as const;
      await expect(changeRole(database, change)).rejects.toMatchObject({ reason: 'conflict' });
      const deletion = { userId: admin.id, confirmation: admin.handle };
      await expect(deleteAccount(database, deletion)).rejects.toMatchObject({
        reason: 'conflict',
      });
      await person('admin');
      await changeRole(database, change);
      expect((await findUser(database, { id: admin.id }))?.role).toBe('reader');
    });
  });

  describe.skipIf(isMissing)('a person', () => {
    it('is renamed, unless the handle is taken', async () => {
      const [user, other] = [await person(), await person()];
      await renameUser(database, user.id, { name: ' Ada  King ', handle: '@Ada-King' });
      expect(await findUser(database, { handle: 'ada-king' })).toMatchObject({
        id: user.id,
        name: 'Ada King',
      });
      const taken = renameUser(database, other.id, { name: 'Eve', handle: 'ada-king' });
      await expect(taken).rejects.toThrowErrorMatchingInlineSnapshot(
        `[Refusal: The handle ada-king is taken; choose another.]`,
      );
      const reserved = renameUser(database, other.id, { name: 'Eve', handle: 'admin' });
      await expect(reserved).rejects.toMatchObject({ reason: 'invalid' });
    });
  });

  describe.skipIf(isMissing)('an account', () => {
    /** Fills every table that can have rows of a person with one. */
    async function busyPerson() {
      const user = await person();
      const { id } = user;
      const paper = '2501.00001';
      const email = `${id}@example.org`;
      const sql = (text: string, ...values: unknown[]) => database.query(text, values);
      await sql(
        `insert into sessions (id, user_id, token, expires_at) values ($1, $1, 'session-secret-' || $1, now() + interval '1 day')`,
        id,
      );
      await sql(
        `insert into accounts (id, user_id, account_id, provider_id, password) values ($1, $1, $1, 'credential', 'password-secret')`,
        id,
      );
      await sql(
        `insert into passkeys (id, name, public_key, user_id, credential_id, counter, device_type, backed_up) values ($1, 'Key', 'key-secret', $1, $1, 0, 'singleDevice', false)`,
        id,
      );
      await createApiToken(database, user, { name: 'Laptop', scopes: ['read'], days: null });
      await sql('update papers set upvotes = upvotes + 1 where id = $1', paper);
      await sql(
        `insert into papers (id, title, day, source, tags, submitted_by) values ('p-' || $1, 'Mine', '2025-01-03', 'submitted', '{}', $1)`,
        id,
      );
      await sql(
        `insert into votes (user_id, paper_id, counted_at) values ($1, $2, now())`,
        id,
        paper,
      );
      await sql(
        `insert into comments (id, paper_id, user_id, markdown, html) values ('c-' || $1, $2, $1, 'What I said', '<p>What I said</p>')`,
        id,
        paper,
      );
      await sql(
        `insert into comment_versions (comment_id, markdown) values ('c-' || $1, 'What I said first')`,
        id,
      );
      await sql(`insert into follows (user_id, kind, target) values ($1, 'tag', 'vision')`, id);
      await sql(
        `insert into library_items (user_id, paper_id, state, note) values ($1, $2, 'saved', 'Read this')`,
        id,
        paper,
      );
      await sql(`insert into tags (id, user_id, name) values ('t-' || $1, $1, 'later')`, id);
      await sql(
        `insert into item_tags (tag_id, user_id, paper_id) values ('t-' || $1, $1, $2)`,
        id,
        paper,
      );
      await sql(
        `insert into subscriptions (id, email, email_key, user_id, cadence, hour, time_zone, unsubscribe_hash) values ('s-' || $1, $2, $2, $1, 'daily', 7, 'UTC', 'unsubscribe-secret-' || $1)`,
        id,
        email,
      );
      await sql(
        `insert into subscriptions (id, email, email_key, cadence, hour, time_zone, unsubscribe_hash) values ('w-' || $1, $2, $2, 'weekly', 7, 'UTC', 'weekly-secret-' || $1)`,
        id,
        email,
      );
      await sql(
        `insert into deliveries (subscription_id, period, message_id) values ('s-' || $1, '2025-01-02', 'm-' || $1)`,
        id,
      );
      await sql(`insert into confirmation_mails (email_key) values ($1)`, email);
      return user;
    }

    it('is known in every table that could hold something of it', async () => {
      const { rows } = await database.query<{ name: string }>(
        `select table_name as name from information_schema.tables
         where table_schema = current_schema() and table_type = 'BASE TABLE'`,
      );
      const known = new Set<string>([
        ...(await ownerColumns(database)).map(({ table }) => table),
        ...[...dependentTables, ...tablesByAddress].map(({ table }) => table),
        ...publicTables,
      ]);
      expect(rows.map(({ name }) => name).filter((name) => !known.has(name))).toEqual([]);
    });

    it('is exported whole, without what proves who somebody is, and nothing of others', async () => {
      const [user, other] = [await busyPerson(), await busyPerson()];
      const zip = await exportAccount(database, user.id);
      const files = Object.fromEntries(
        Object.entries(unzipSync(zip)).map(([name, bytes]) => [
          name,
          new TextDecoder().decode(bytes),
        ]),
      );
      expect(Object.keys(files).toSorted().join(' ')).toMatchInlineSnapshot(
        `"README.txt accounts.json api_tokens.json audit_log.actor.json comment_versions.json comments.json confirmation_mails.json deliveries.json follows.json item_tags.json library.bib library_items.json papers.submitted_by.json passkeys.json sessions.json subscriptions.json tags.json users.json votes.json"`,
      );
      const all = Object.values(files).join('\n');
      expect(files['library.bib']).toContain('eprint = {2501.00001}');
      expect(all).toContain('What I said first');
      expect(JSON.parse(files['subscriptions.json'] ?? '')).toHaveLength(2);
      expect(all).not.toMatch(/secret/);
      expect(all).not.toContain(other.id);
    });

    it('is deleted only by its handle', async () => {
      const user = await person();
      const deletion = { userId: user.id, confirmation: 'somebody' };
      await expect(deleteAccount(database, deletion)).rejects.toThrow(
        `Type ${user.handle} to delete this account.`,
      );
      expect(await findUser(database, user)).not.toBeNull();
    });

    it('leaves nothing behind but comments without a name and the fact that it went', async () => {
      const user = await busyPerson();
      const votes = async () =>
        (
          await database.query<{ upvotes: number }>(
            `select upvotes from papers where id = '2501.00001'`,
          )
        ).rows[0]?.upvotes;
      const before = (await votes()) ?? 0;
      const confirmation = `@${user.handle.toUpperCase()}`;
      await deleteAccount(database, { userId: user.id, confirmation });
      expect(await votes()).toBe(before - 1);
      const comment = await database.query('select user_id, markdown from comments where id = $1', [
        `c-${user.id}`,
      ]);
      expect(comment.rows).toEqual([{ user_id: null, markdown: 'What I said' }]);
      const [entry] = await readAuditLog(database, { subject: { kind: 'user', id: user.id } });
      expect(entry).toMatchObject({ action: 'user.delete', actor: null });
      expect(await traces(user.id)).toEqual([
        'audit_log',
        'comment_versions',
        'comments',
        'papers',
      ]);
      expect(await traces(`${user.id}@example.org`)).toEqual([]);
    });

    it('takes its votes out of the trending keys', async () => {
      const [user, other] = [await person(), await person()];
      const at = (days: number) => new Date(Date.UTC(2025, 0, days));
      const age = (days: number) => at(days).getTime() / 129_600_000;
      await database.query(
        `insert into papers (id, title, day, source, tags, upvotes, hot_key) values
           ('hot', 'Hot', '2025-01-02', 'catalogue', '{}', 2, $1),
           ('alone', 'Alone', '2025-01-02', 'catalogue', '{}', 1, $2)`,
        [Math.log2(2 ** (age(1) - age(2)) + 1) + age(2), age(1)],
      );
      await database.query(
        `insert into votes (user_id, paper_id, at, counted_at) values
           ($1, 'hot', $3, $3), ($2, 'hot', $4, $4), ($1, 'alone', $3, $3)`,
        [user.id, other.id, at(1), at(2)],
      );
      await deleteAccount(database, { userId: user.id, confirmation: user.handle });
      const { rows } = await database.query<{ upvotes: number; hot_key: number | null }>(
        `select upvotes, hot_key from papers where id in ('hot', 'alone') order by id`,
      );
      expect(rows.map(({ upvotes }) => upvotes)).toEqual([0, 1]);
      expect(rows[0]?.hot_key).toBeNull();
      expect(rows[1]?.hot_key).toBeCloseTo(age(2), 6);
    });

    /** Tables in which a text stands as a word somewhere. */
    async function traces(text: string) {
      const { rows } = await database.query<{ name: string }>(
        `select table_name as name from information_schema.tables
         where table_schema = current_schema() and table_type = 'BASE TABLE' order by 1`,
      );
      const found: string[] = [];
      for (const { name } of rows) {
        const pattern = `(^|[^0-9a-z])${text.replaceAll('.', '\\.')}([^0-9]|$)`;
        const hits = await database.query(
          `select 1 from "${name}" t where to_jsonb(t)::text ~ $1`,
          [pattern],
        );
        if (hits.rows.length > 0) found.push(name);
      }
      return found;
    }
  });

  describe.skipIf(isMissing)('a passkey', () => {
    it('is asked for with a challenge that is used up by the first answer', async () => {
      const user = await person();
      const { client } = openBrowser();
      const options = await passkeyCreationOptions(accounts, client, user);
      expect(options).toMatchObject({
        rp: { id: 'localhost', name: 'Working Papers' },
        user: { name: user.handle, displayName: 'Ada' },
        attestation: 'none',
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      });
      expect(JSON.stringify(options)).not.toContain('@');
      const answer = { name: 'x', response: forged(options.challenge) };
      const kept = () =>
        database.query(`select 1 from verifications where identifier like 'passkey:%'`);
      expect((await kept()).rows).toHaveLength(1);
      await expect(addPasskey(accounts, client, user, answer)).rejects.toMatchObject({
        reason: 'unauthenticated',
      });
      expect((await kept()).rows).toHaveLength(0);
    });

    it('that is unknown, or no answer at all, says the same', async () => {
      const { client } = openBrowser();
      const { challenge } = await passkeyRequestOptions(accounts, client);
      for (const response of [null, {}, 'x', forged(challenge), { id: 'a'.repeat(1e5) }]) {
        await expect(signInWithPasskey(accounts, client, { response })).rejects.toMatchObject({
          reason: 'unauthenticated',
          message: 'This passkey was not accepted; try again, or sign in another way.',
        });
      }
    });

    function forged(challenge: string) {
      const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
      return {
        id: 'AAAA',
        rawId: 'AAAA',
        type: 'public-key',
        clientExtensionResults: {},
        response: {
          clientDataJSON: encode({
            type: 'webauthn.create',
            challenge,
            origin: 'http://localhost:3000',
          }),
          attestationObject: 'oA',
          authenticatorData: 'AAAA',
          signature: 'AAAA',
        },
      };
    }
  });

  it.skipIf(isMissing)('forgets what is over, and networks after seven days', async () => {
    const user = await person();
    await database.query(
      `insert into sessions (id, user_id, token, expires_at, ip_address, created_at) values
         ('old', $1, 'a', now() + interval '9 days', '192.0.2.0/24', now() - interval '8 days'),
         ('new', $1, 'b', now() + interval '9 days', '192.0.2.0/24', now()),
         ('over', $1, 'c', now() - interval '1 day', '192.0.2.0/24', now())`,
      [user.id],
    );
    await forgetWhatIsOver(database, new Date());
    const { rows } = await database.query(
      'select id, ip_address from sessions where user_id = $1 order by id',
      [user.id],
    );
    expect(rows).toEqual([
      { id: 'new', ip_address: '192.0.2.0/24' },
      { id: 'old', ip_address: null },
    ]);
  });
});
