/**
 * better-auth on our tables and our database port. It checks passwords, keeps sessions and signs
 * cookies; which forms there are, who may sign up and what is written to whom is decided outside.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { betterAuth, type BetterAuthPlugin } from 'better-auth';
import { APIError, createAuthEndpoint } from 'better-auth/api';
import { setSessionCookie } from 'better-auth/cookies';
import { genericOAuth } from 'better-auth/plugins/generic-oauth';
import { magicLink } from 'better-auth/plugins/magic-link';
import { z } from 'zod';
import type { Configuration } from '../configuration.ts';
import type { Database } from '../database/database.ts';
import { kyselyOn } from '../database/kysely.ts';
import type { AuthApi } from './authApi.ts';
import type { Client } from './client.ts';
import { checkEmail, freeHandle, nameFrom } from './identity.ts';
import { networkOf } from './network.ts';

/** Where the provider of WP_OIDC_ISSUER sends people back to is below this path. */
export const authPath = '/auth';
export const minPasswordLength = 10;
export const maxPasswordLength = 128;
/** A session this young may change what protects the account. */
export const freshSeconds = 3600;

const daySeconds = 86_400;

/** What the library asks of the rest. */
export interface AuthPorts {
  readonly database: Database;
  readonly configuration: Configuration;
  readonly secret: string;
  /** Writes the e-mail with a link that signs in. */
  readonly sendLink: (link: {
    readonly email: string;
    readonly token: string;
    readonly client: Client;
    readonly options: LinkOptions;
  }) => Promise<void>;
  /** Writes the e-mail with a link to choose a new password. */
  readonly sendReset: (to: {
    readonly email: string;
    readonly name: string;
    readonly token: string;
    readonly client: Client;
  }) => Promise<void>;
  /** Writes the e-mail with a link that confirms a changed address. */
  readonly sendEmailChange: (to: {
    readonly email: string;
    readonly name: string;
    readonly token: string;
    readonly client: Client;
  }) => Promise<void>;
  /** Whether an account for this address may come into being now. */
  readonly mayJoin: (email: string, client: Client) => Promise<boolean>;
}

export interface LinkOptions {
  /** Path to go to afterwards. */
  readonly next: string;
  /** Whether there is no account yet. */
  readonly isNew: boolean;
}

/** Runs calls of the library on behalf of a client. */
export interface Auth {
  /** Runs `body` with the library's calls; what they ask of our ports is about this client. */
  readonly as: <Value>(who: Client, body: (api: AuthApi) => Promise<Value>) => Promise<Value>;
  /** Answers a request to the way back from the OpenID provider. */
  readonly handle: (who: Client, request: Request) => Promise<Response>;
}

export function createAuth(ports: AuthPorts): Auth {
  const asking = new AsyncLocalStorage<Client>();
  const client = () => {
    const found = asking.getStore();
    if (found === undefined) throw new Error('internal: no client asks');
    return found;
  };
  const library = createLibrary(ports, client);
  const api: AuthApi = library.api;
  return {
    as: (who, body) => asking.run(who, () => body(api)),
    handle: (who, request) => asking.run(who, () => library.handler(request)),
  };
}

function createLibrary(ports: AuthPorts, client: () => Client) {
  const { database, configuration, secret } = ports;
  const isHttps = configuration.ORIGIN?.startsWith('https:') ?? false;
  return betterAuth({
    appName: configuration.WP_TITLE,
    // Without ORIGIN nothing is made of it: links come from `linkOrigin`.
    baseURL: configuration.ORIGIN ?? 'http://localhost',
    basePath: authPath,
    secret,
    database: { db: kyselyOn(database), type: 'postgres' },
    telemetry: { enabled: false },
    // Its messages carry addresses.
    logger: { disabled: true },
    // Ours are in the database and count by network.
    rateLimit: { enabled: false },
    ...fields,
    emailAndPassword: {
      enabled: true,
      // Accounts come from a link, so that every address is proven before there is a password.
      disableSignUp: true,
      requireEmailVerification: true,
      minPasswordLength,
      maxPasswordLength,
      revokeSessionsOnPasswordReset: true,
      sendResetPassword: async ({ user: { email, name }, token }) =>
        ports.sendReset({ email, name, token, client: client() }),
    },
    emailVerification: {
      sendVerificationEmail: async ({ user: { email, name }, token }) =>
        ports.sendEmailChange({ email, name, token, client: client() }),
    },
    advanced: {
      ...cookies(isHttps),
      ipAddress: { disableIpTracking: true },
      // `checkOrigin` of the site has done it for every route.
      disableCSRFCheck: true,
    },
    databaseHooks: {
      user: {
        create: {
          before: async (user) => {
            const email = checkEmail(user.email);
            if (!(await ports.mayJoin(email, client()))) {
              throw new APIError('FORBIDDEN', { code: 'MAY_NOT_JOIN' });
            }
            const name = nameFrom(user.name);
            return { data: { ...user, email, name, handle: await freeHandle(database, name) } };
          },
        },
      },
      session: {
        create: {
          before: async (session) => {
            if (await isBannedUser(database, session.userId)) {
              throw new APIError('FORBIDDEN', { code: 'BANNED' });
            }
            return { data: { ...session, ipAddress: networkOf(client().address) } };
          },
        },
      },
    },
    plugins: [
      magicLink({
        expiresIn: 1800,
        storeToken: 'hashed',
        sendMagicLink: async ({ email, token, metadata }) =>
          ports.sendLink({ email, token, client: client(), options: linkOptions.parse(metadata) }),
      }),
      startSession,
      ...oidc(configuration),
    ],
  });
}

const linkOptions = z.object({ next: z.string(), isNew: z.boolean() });

/** Where the library's fields lie in our tables. */
const fields = {
  user: {
    modelName: 'users',
    fields: { emailVerified: 'email_verified', createdAt: 'created_at', updatedAt: 'updated_at' },
    additionalFields: {
      handle: { type: 'string', required: false, input: false },
      role: { type: 'string', required: false, input: false },
    },
    changeEmail: { enabled: true },
  },
  session: {
    modelName: 'sessions',
    fields: {
      userId: 'user_id',
      expiresAt: 'expires_at',
      ipAddress: 'ip_address',
      userAgent: 'user_agent',
      createdAt: 'created_at',
      updatedAt: 'updated_at',
    },
    expiresIn: 30 * daySeconds,
    updateAge: daySeconds,
    freshAge: freshSeconds,
  },
  account: {
    modelName: 'accounts',
    fields: {
      userId: 'user_id',
      accountId: 'account_id',
      providerId: 'provider_id',
      accessToken: 'access_token',
      refreshToken: 'refresh_token',
      idToken: 'id_token',
      accessTokenExpiresAt: 'access_token_expires_at',
      refreshTokenExpiresAt: 'refresh_token_expires_at',
      createdAt: 'created_at',
      updatedAt: 'updated_at',
    },
    encryptOAuthTokens: true,
  },
  verification: {
    modelName: 'verifications',
    fields: { expiresAt: 'expires_at', createdAt: 'created_at', updatedAt: 'updated_at' },
    storeIdentifier: 'hashed',
  },
} as const;

/**
 * Cookies of this host only. With https their name starts with `__Host-`, so that browsers take them
 * from nobody else.
 */
function cookies(isHttps: boolean) {
  const prefix = isHttps ? '__Host-' : '';
  const name = (cookie: string) => ({ name: `${prefix}wp_${cookie}` });
  return {
    useSecureCookies: false, // It would add another prefix, `__Secure-`.
    cookies: {
      session_token: name('session'),
      session_data: name('session_data'),
      account_data: name('account_data'),
      dont_remember: name('brief'),
      oauth_state: name('oauth_state'),
      state: name('state'),
    },
    defaultCookieAttributes: { httpOnly: true, sameSite: 'lax', path: '/', secure: isHttps },
  } as const;
}

/** Begins a session for somebody who has proven by other means who it is: a passkey, or the first start. */
const startSession = {
  id: 'start-session',
  endpoints: {
    startSession: createAuthEndpoint.serverOnly(
      { method: 'POST', body: z.object({ userId: z.string() }), requireHeaders: true },
      async (ctx) => {
        const user = await ctx.context.internalAdapter.findUserById(ctx.body.userId);
        if (user === null) throw new APIError('UNAUTHORIZED', { code: 'USER_NOT_FOUND' });
        const session = await ctx.context.internalAdapter.createSession(user.id);
        await setSessionCookie(ctx, { session, user });
        return ctx.json({ status: true });
      },
    ),
  },
} satisfies BetterAuthPlugin;

/** The id under which accounts of the OpenID provider are kept. */
export const oidcProvider = 'oidc';

function oidc({ WP_OIDC_ISSUER, WP_OIDC_CLIENT_ID, WP_OIDC_CLIENT_SECRET }: Configuration) {
  if (WP_OIDC_ISSUER === undefined || WP_OIDC_CLIENT_ID === undefined) return [];
  return [
    genericOAuth({
      config: [
        {
          providerId: oidcProvider,
          discoveryUrl: `${WP_OIDC_ISSUER.replace(/\/$/, '')}/.well-known/openid-configuration`,
          requireIdTokenVerification: true,
          clientId: WP_OIDC_CLIENT_ID,
          ...(WP_OIDC_CLIENT_SECRET !== undefined && { clientSecret: WP_OIDC_CLIENT_SECRET }),
          scopes: ['openid', 'profile', 'email'],
          pkce: true,
        },
      ],
    }),
  ];
}

async function isBannedUser(database: Database, userId: string): Promise<boolean> {
  const found = await kyselyOn(database)
    .selectFrom('users')
    .select('id')
    .where('id', '=', userId)
    .where('banned_until', '>', new Date())
    .executeTakeFirst();
  return found !== undefined;
}
