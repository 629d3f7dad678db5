import { kyselyOn } from '../database/kysely.ts';
import { Refusal } from '../refusal.ts';
import type { Accounts } from './accounts.ts';
import { answered, checkPassword, limit, type SetCookies } from './answers.ts';
import { recordAudit } from './auditLog.ts';
import { linkOrigin, type Client } from './client.ts';
import { checkEmail } from './identity.ts';
import { emailOf } from './users.ts';

/**
 * Changes the password of whoever asks; with none so far, `current` is not needed. All other sessions end.
 *
 * @throws {Refusal} `invalid` if the new one is too short or the current one wrong.
 */
export async function changePassword(
  accounts: Accounts,
  client: Client,
  input: {
    readonly userId: string;
    readonly current: string | undefined;
    readonly password: string;
  },
): Promise<SetCookies> {
  const { userId, current, password } = input;
  checkPassword(password);
  await limit(accounts, client, { name: 'signIn', account: userId });
  const call = { headers: client.headers, returnHeaders: true } as const;
  const cookies = await answered(
    accounts.auth.as(client, (api) =>
      current === undefined
        ? api.setPassword({ body: { newPassword: password }, ...call })
        : api.changePassword({
            body: { currentPassword: current, newPassword: password, revokeOtherSessions: true },
            ...call,
          }),
    ),
    'The current password is wrong.',
  );
  const subject = { kind: 'user', id: userId };
  await recordAudit(accounts.database, { actor: userId, action: 'user.password', subject });
  return cookies;
}

/**
 * Asks to change the address: a link goes to the new one, and a notice to the old one. An address that
 * another account has gets nothing, and nothing tells.
 *
 * @throws {Refusal} `invalid` if it is no address or the same, `limited` after three letters in a day.
 */
export async function requestEmailChange(
  accounts: Accounts,
  client: Client,
  input: { readonly userId: string; readonly email: string },
): Promise<void> {
  const email = checkEmail(input.email);
  const oldEmail = await emailOf(accounts.database, input.userId);
  if (oldEmail === email) throw new Refusal('invalid', 'That is your address already.');
  linkOrigin(accounts.configuration, client);
  await limit(accounts, client, { name: 'mail', email });
  await answered(
    accounts.auth.as(client, (api) =>
      api.changeEmail({ body: { newEmail: email }, headers: client.headers, returnHeaders: true }),
    ),
  );
  if (oldEmail === null) return;
  accounts.post({
    to: oldEmail,
    subject: `Your address at ${accounts.configuration.WP_TITLE} is about to change`,
    paragraphs: [
      'Somebody who is signed in to your account asked to use another e-mail address for it. It changes once that address is confirmed.',
    ],
    closing: 'If that was not you, sign in, end all other sessions and change your password.',
  });
}

/** Confirms a changed address with the link that was sent to it. */
export async function confirmEmailChange(
  accounts: Accounts,
  client: Client,
  input: { readonly token: string },
): Promise<SetCookies> {
  return answered(
    accounts.auth.as(client, (api) =>
      api.verifyEmail({
        query: { token: input.token },
        headers: client.headers,
        returnHeaders: true,
      }),
    ),
    'This link has been used, or is older than an hour; ask for a new one.',
  );
}

/** Whether a person has a password. */
export async function hasPassword(accounts: Accounts, userId: string): Promise<boolean> {
  const found = await kyselyOn(accounts.database)
    .selectFrom('accounts')
    .select('id')
    .where('user_id', '=', userId)
    .where('password', 'is not', null)
    .executeTakeFirst();
  return found !== undefined;
}
