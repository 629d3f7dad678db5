import type { Configuration } from '../configuration.ts';
import type { Database } from '../database/database.ts';
import type { Mailer } from '../mail/mailer.ts';
import { createAuth, type Auth, type AuthPorts } from './auth.ts';
import { isBanned } from './bans.ts';
import { linkOrigin, type Client } from './client.ts';
import { isInvited } from './invitations.ts';
import { writeLetter, type Letter } from './letters.ts';
import { readSecret } from './secret.ts';

/** What the functions for signing in and out work with. */
export interface Accounts {
  readonly database: Database;
  readonly configuration: Configuration;
  /** Key of everything that is signed; see `deriveKey`. */
  readonly secret: string;
  readonly auth: Auth;
  /** Sends a letter without letting anybody wait for it, so that the time says nothing. */
  readonly post: (letter: Letter) => void;
  /** Does something after the answer was given. */
  readonly later: (task: () => Promise<void>) => void;
}

/**
 * Prepares accounts: reads or makes the secret, and puts the library that keeps sessions on the database.
 *
 * @param ports - `onFailure` gets what goes wrong after an answer was given, such as mail that cannot
 * be sent; without addresses.
 * @throws {ConfigError} If the secret cannot be used.
 */
export function openAccounts(ports: {
  readonly database: Database;
  readonly configuration: Configuration;
  /** Absolute path. */
  readonly dataFolder: string;
  readonly mailer: Pick<Mailer, 'send'>;
  readonly onFailure: (error: unknown) => void;
}): Accounts {
  const { database, configuration, dataFolder, mailer, onFailure } = ports;
  const secret = readSecret(configuration, dataFolder);
  const later = (task: () => Promise<void>) => void task().catch(onFailure);
  const post = (letter: Letter) =>
    later(() => mailer.send(writeLetter(letter, configuration.WP_TITLE)));
  const auth = createAuth({
    database,
    configuration,
    secret,
    ...letters(configuration, post),
    mayJoin: async (email, client) =>
      !(await isBanned(database, { email, address: client.address, secret })) &&
      (await maySignUp({ database, configuration, secret }, email)),
  });
  return { database, configuration, secret, auth, post, later };
}

/** Whether WP_SIGN_UP lets an address have an account. */
export async function maySignUp(
  { database, configuration, secret }: Pick<Accounts, 'database' | 'configuration' | 'secret'>,
  email: string,
): Promise<boolean> {
  if (configuration.WP_SIGN_UP === 'open') return true;
  return configuration.WP_SIGN_UP === 'invited' && isInvited(database, { email, secret });
}

function letters(
  configuration: Configuration,
  post: (letter: Letter) => void,
): Pick<AuthPorts, 'sendLink' | 'sendReset' | 'sendEmailChange'> {
  const title = configuration.WP_TITLE;
  const urlOf = (client: Client, path: string, query: Readonly<Record<string, string>>) =>
    `${linkOrigin(configuration, client)}${path}?${new URLSearchParams(query)}`;
  const ignore = 'If you did not ask for this, do nothing: nobody gets in without this link.';
  return {
    sendLink: async ({ email, token, client, options: { next, isNew } }) => {
      const query = { token, ...(next !== '/' && { next }), ...(isNew && { new: '1' }) };
      post({
        to: email,
        subject: isNew ? `Confirm your address for ${title}` : `Sign in to ${title}`,
        paragraphs: [
          isNew
            ? 'Welcome. Confirm that this address is yours to finish your account. The link works once, for half an hour.'
            : 'Here is your link to sign in. It works once, for half an hour.',
        ],
        link: {
          text: isNew ? 'Confirm the address' : 'Sign in',
          url: urlOf(client, '/sign-in/link', query),
        },
        closing: ignore,
      });
    },
    sendReset: async ({ email, token, client }) => {
      post({
        to: email,
        subject: `Choose a new password for ${title}`,
        paragraphs: ['You asked for a new password. The link works once, for an hour.'],
        link: {
          text: 'Choose a new password',
          url: urlOf(client, '/sign-in/password', { token }),
        },
        closing: ignore,
      });
    },
    sendEmailChange: async ({ email, token, client }) => {
      post({
        to: email,
        subject: `Confirm your new address for ${title}`,
        paragraphs: [
          'Confirm that this address is yours; from then on your account uses it. The link works for an hour.',
        ],
        link: {
          text: 'Confirm the address',
          url: urlOf(client, '/settings/address', { token }),
        },
        closing: 'If you did not ask for this, do nothing: the account keeps its old address.',
      });
    },
  };
}
