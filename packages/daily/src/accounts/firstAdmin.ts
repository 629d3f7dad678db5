import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Connection } from '../database/database.ts';
import { kyselyOn } from '../database/kysely.ts';
import { Refusal } from '../refusal.ts';
import type { Accounts } from './accounts.ts';
import { answered, checkPassword, cookieHeader, limit, type SetCookies } from './answers.ts';
import { recordAudit } from './auditLog.ts';
import type { Client } from './client.ts';
import { checkEmail, checkName, freeHandle } from './identity.ts';
import { startSession } from './signIn.ts';

const lifetimeMs = 86_400_000;

/**
 * As long as there is no admin, makes the token of a link by which the operator becomes one. It works
 * once, for 24 hours, and makes earlier ones worthless.
 *
 * @returns The path of the link, to be shown to the operator; null if there is an admin.
 */
export async function offerFirstAdmin(
  connection: Connection,
  now: Date = new Date(),
): Promise<string | null> {
  if (await hasAdmin(connection)) return null;
  const token = randomBytes(32).toString('base64url');
  const kysely = kyselyOn(connection);
  await kysely.deleteFrom('verifications').where('identifier', 'like', 'first-admin:%').execute();
  await kysely
    .insertInto('verifications')
    .values({
      id: randomUUID(),
      identifier: identifierOf(token),
      value: 'first-admin',
      expires_at: new Date(now.getTime() + lifetimeMs),
    })
    .execute();
  return `/sign-up/admin?token=${token}`;
}

/**
 * Makes the first admin, or one of an account that has the address, and signs in.
 *
 * @throws {Refusal} `forbidden` if the link is used up or old, or there is an admin; `invalid` for a
 * name, address or password of another form.
 */
export async function becomeFirstAdmin(
  accounts: Accounts,
  client: Client,
  input: {
    readonly token: string;
    readonly name: string;
    readonly email: string;
    readonly password: string;
  },
): Promise<SetCookies> {
  const name = checkName(input.name);
  const email = checkEmail(input.email);
  checkPassword(input.password);
  await limit(accounts, client, { name: 'signIn' });
  const userId = await accounts.database.transaction(async (connection) => {
    await takeOffer(connection, input.token);
    const { id } = await kyselyOn(connection)
      .insertInto('users')
      .values({
        id: randomUUID(),
        name,
        email,
        email_verified: true,
        handle: await freeHandle(connection, name),
        role: 'admin',
      })
      .onConflict((conflict) =>
        conflict.column('email').doUpdateSet({ role: 'admin', email_verified: true }),
      )
      .returning('id')
      .executeTakeFirstOrThrow();
    const subject = { kind: 'user', id };
    await recordAudit(connection, { actor: id, action: 'user.firstAdmin', subject });
    await connection.query(
      `delete from accounts where user_id = $1 and provider_id = 'credential'`,
      [id],
    );
    return id;
  });
  const cookies = await startSession(accounts, client, userId);
  const headers = new Headers({ cookie: cookieHeader(cookies) });
  await answered(
    accounts.auth.as(client, (api) =>
      api.setPassword({ body: { newPassword: input.password }, headers, returnHeaders: true }),
    ),
  );
  return cookies;
}

async function takeOffer(connection: Connection, token: string): Promise<void> {
  const { affectedRows } = await connection.query(
    'delete from verifications where identifier = $1 and expires_at > now()',
    [identifierOf(token)],
  );
  if (affectedRows === 1 && !(await hasAdmin(connection))) return;
  throw new Refusal(
    'forbidden',
    'This link has been used or is older than a day; restart the site for a new one, as long as there is no admin.',
  );
}

async function hasAdmin(connection: Connection): Promise<boolean> {
  const found = await kyselyOn(connection)
    .selectFrom('users')
    .select('id')
    .where('role', '=', 'admin')
    .executeTakeFirst();
  return found !== undefined;
}

function identifierOf(token: string): string {
  return `first-admin:${createHash('sha256').update(token).digest('base64url')}`;
}
