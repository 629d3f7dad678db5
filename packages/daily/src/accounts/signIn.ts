import { isAPIError } from 'better-auth/api';
import { kyselyOn } from '../database/kysely.ts';
import { Refusal } from '../refusal.ts';
import { maySignUp, type Accounts } from './accounts.ts';
import { answered, checkPassword, cookieHeader, limit, type SetCookies } from './answers.ts';
import { freshSeconds, oidcProvider } from './auth.ts';
import { linkOrigin, ownPath, type Client } from './client.ts';
import { checkEmail, checkName } from './identity.ts';
import { roles, type Role, type SignedInUser } from './roles.ts';

/** A session as its cookie proves it. */
export interface CurrentSession {
  readonly id: string;
  readonly user: SignedInUser;
  /** Whether it began within the last hour, so that it may change what protects the account. */
  readonly isFresh: boolean;
  /** The cookie's new date, from time to time. */
  readonly cookies: SetCookies;
}

/** Who the cookies of a request belong to; null for nobody. */
export async function readSession(
  { auth }: Pick<Accounts, 'auth'>,
  client: Client,
  now: Date = new Date(),
): Promise<CurrentSession | null> {
  if (!/(^|;\s*)(__Host-)?wp_session=/.test(client.headers.get('cookie') ?? '')) return null;
  const { response, headers } = await auth.as(client, (api) =>
    api.getSession({ headers: client.headers, returnHeaders: true }),
  );
  if (response === null) return null;
  const { session, user } = response;
  if (typeof user.handle !== 'string') throw new Error('internal: an account without a handle');
  return {
    id: session.id,
    user: {
      id: user.id,
      name: user.name,
      handle: user.handle,
      role: roleOf(user.role),
      isEmailVerified: user.emailVerified,
      createdAt: user.createdAt,
    },
    isFresh: now.getTime() - session.createdAt.getTime() < freshSeconds * 1000,
    cookies: headers.getSetCookie(),
  };
}

/**
 * Signs in with a password. What is wrong is not told apart: address, password, or an address that was
 * never confirmed.
 *
 * @throws {Refusal} `unauthenticated`, `limited` after too many attempts, `forbidden` for a banned account.
 */
export async function signInWithPassword(
  accounts: Accounts,
  client: Client,
  input: { readonly email: string; readonly password: string },
): Promise<SetCookies> {
  const email = checkEmail(input.email);
  await limit(accounts, client, { name: 'signIn', email });
  return answered(
    accounts.auth.as(client, (api) =>
      api.signInEmail({
        body: { email, password: input.password },
        headers: client.headers,
        returnHeaders: true,
      }),
    ),
  );
}

/**
 * Asks for a link to sign in by e-mail. Nothing tells whether the address has an account: to one without
 * goes a letter that says so, as long as accounts are open to all.
 *
 * @throws {Refusal} `invalid` if it is no address, `limited` after three letters in a day.
 */
export async function requestSignInLink(
  accounts: Accounts,
  client: Client,
  input: { readonly email: string; readonly next?: string | undefined },
): Promise<void> {
  const email = checkEmail(input.email);
  const origin = linkOrigin(accounts.configuration, client);
  await limit(accounts, client, { name: 'mail', email });
  accounts.later(async () => {
    if (await hasAccount(accounts, email)) {
      await sendLink(accounts, client, { email, next: ownPath(input.next), isNew: false });
    } else if (accounts.configuration.WP_SIGN_UP === 'open') {
      accounts.post({
        to: email,
        subject: `No account at ${accounts.configuration.WP_TITLE} yet`,
        paragraphs: [
          'Somebody, probably you, asked for a link to sign in with this address. It has no account here; you can make one.',
        ],
        link: { text: 'Make an account', url: `${origin}/sign-up` },
        closing: 'If that was not you, do nothing.',
      });
    }
  });
}

/**
 * Begins an account: a link goes to the address, and opening it makes the account. An address that has
 * one already gets a link to sign in instead, and nothing tells the two apart.
 *
 * @throws {Refusal} `invalid` for a name or address of another form, `forbidden` where nobody may sign
 * up, `limited` after too many.
 */
export async function signUp(
  accounts: Accounts,
  client: Client,
  input: {
    readonly email: string;
    readonly name: string;
    readonly next?: string | undefined;
  },
): Promise<void> {
  const email = checkEmail(input.email);
  const name = checkName(input.name);
  if (accounts.configuration.WP_SIGN_UP === 'closed') {
    throw new Refusal('forbidden', 'New accounts are closed on this site.');
  }
  linkOrigin(accounts.configuration, client);
  await limit(accounts, client, { name: 'signUp', email });
  await limit(accounts, client, { name: 'mail', email });
  accounts.later(async () => {
    const isNew = !(await hasAccount(accounts, email));
    if (isNew && !(await maySignUp(accounts, email))) return;
    await sendLink(accounts, client, { email, name, next: ownPath(input.next), isNew });
  });
}

/**
 * Opens a link from an e-mail: signs in, and makes the account if there is none.
 *
 * @param input - `password`: for a new account, one to sign in with later; without it links do.
 * @throws {Refusal} `invalid` if the link is used up, old or unknown, or the password too short;
 * `forbidden` if the address may not have an account.
 */
export async function openLink(
  accounts: Accounts,
  client: Client,
  input: { readonly token: string; readonly password?: string | undefined },
): Promise<SetCookies> {
  const { token, password } = input;
  if (password !== undefined) checkPassword(password);
  await limit(accounts, client, { name: 'signIn' });
  const cookies = await answered(
    accounts.auth.as(client, (api) =>
      api.magicLinkVerify({ query: { token }, headers: client.headers, returnHeaders: true }),
    ),
    'This link has been used, or is older than half an hour; ask for a new one.',
  );
  if (password !== undefined) {
    const headers = new Headers({ cookie: cookieHeader(cookies) });
    await answered(
      accounts.auth.as(client, (api) =>
        api.setPassword({ body: { newPassword: password }, headers, returnHeaders: true }),
      ),
    );
  }
  return cookies;
}

/** Sends a link to choose a new password, if the address has an account; nothing tells. */
export async function requestPasswordReset(
  accounts: Accounts,
  client: Client,
  input: { readonly email: string },
): Promise<void> {
  const email = checkEmail(input.email);
  linkOrigin(accounts.configuration, client);
  await limit(accounts, client, { name: 'mail', email });
  accounts.later(async () => {
    await accounts.auth.as(client, (api) => api.requestPasswordReset({ body: { email } }));
  });
}

/**
 * Sets a new password with the link that was sent, and signs out everywhere.
 *
 * @throws {Refusal} `invalid` if the link is used up, old or unknown, or the password too short.
 */
export async function resetPassword(
  accounts: Accounts,
  client: Client,
  input: { readonly token: string; readonly password: string },
): Promise<void> {
  checkPassword(input.password);
  await limit(accounts, client, { name: 'signIn' });
  await answered(
    accounts.auth.as(client, (api) =>
      api.resetPassword({
        body: { token: input.token, newPassword: input.password },
        returnHeaders: true,
      }),
    ),
    'This link has been used, or is older than an hour; ask for a new one.',
  );
}

/** Ends the session of a request, here and in the database. */
export async function signOut(accounts: Accounts, client: Client): Promise<SetCookies> {
  return answered(
    accounts.auth.as(client, (api) =>
      api.signOut({ headers: client.headers, returnHeaders: true }),
    ),
  );
}

/**
 * Begins signing in at the OpenID provider.
 *
 * @returns Where to send the browser, and the cookie that ties the way back to it.
 * @throws {Refusal} `missing` if there is no provider, `conflict` if it does not answer.
 */
export async function startOidc(
  accounts: Accounts,
  client: Client,
  input: { readonly next?: string | undefined },
): Promise<{ readonly url: string; readonly cookies: SetCookies }> {
  if (accounts.configuration.WP_OIDC_ISSUER === undefined) {
    throw new Refusal('missing', 'No provider is set up here.');
  }
  await limit(accounts, client, { name: 'signIn' });
  const callbackURL = ownPath(input.next);
  try {
    const { response, headers } = await accounts.auth.as(client, (api) =>
      api.signInSocial({
        body: {
          provider: oidcProvider,
          callbackURL,
          errorCallbackURL: '/sign-in?failed=provider',
          disableRedirect: true,
        },
        headers: client.headers,
        returnHeaders: true,
      }),
    );
    if (response.url === undefined) throw new Error('internal: the provider gave no address');
    return { url: response.url, cookies: headers.getSetCookie() };
  } catch (error) {
    if (!isAPIError(error)) throw error;
    throw new Refusal('conflict', 'The provider does not answer now; sign in another way.');
  }
}

/** Begins a session for a person whose identity was proven otherwise. */
export async function startSession(
  accounts: Accounts,
  client: Client,
  userId: string,
): Promise<SetCookies> {
  return answered(
    accounts.auth.as(client, (api) =>
      api.startSession({ body: { userId }, headers: client.headers, returnHeaders: true }),
    ),
  );
}

async function sendLink(
  accounts: Accounts,
  client: Client,
  link: {
    readonly email: string;
    readonly name?: string;
    readonly next: string;
    readonly isNew: boolean;
  },
): Promise<void> {
  const { email, name, next, isNew } = link;
  await accounts.auth.as(client, (api) =>
    api.signInMagicLink({
      body: { email, ...(name !== undefined && { name }), metadata: { next, isNew } },
      headers: client.headers,
    }),
  );
}

async function hasAccount({ database }: Accounts, email: string): Promise<boolean> {
  const found = await kyselyOn(database)
    .selectFrom('users')
    .select('id')
    .where('email', '=', email)
    .executeTakeFirst();
  return found !== undefined;
}

function roleOf(text: string | null | undefined): Role {
  return roles.find((role) => role === text) ?? 'reader';
}
