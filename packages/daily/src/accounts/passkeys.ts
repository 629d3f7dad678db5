/** Passkeys (WebAuthn level 3): the ceremonies are the library's, challenges and keys lie in our tables. */
import { createHash, randomUUID } from 'node:crypto';
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
  type AuthenticationResponseJSON,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  type RegistrationResponseJSON,
} from '@simplewebauthn/server';
import { z } from 'zod';
import type { Connection } from '../database/database.ts';
import { kyselyOn } from '../database/kysely.ts';
import { Refusal } from '../refusal.ts';
import type { Accounts } from './accounts.ts';
import { limit, type SetCookies } from './answers.ts';
import { recordAudit } from './auditLog.ts';
import { linkOrigin, type Client } from './client.ts';
import type { SignedInUser } from './roles.ts';
import { startSession } from './signIn.ts';

const challengeLifetimeMs = 5 * 60_000;
const maxPasskeys = 20;

/** A passkey as its owner sees it. */
export interface ListedPasskey {
  readonly id: string;
  readonly name: string;
  /** Whether it is kept on several devices. */
  readonly isSynced: boolean;
  readonly createdAt: Date | null;
}

/** What `navigator.credentials.create` needs to make a passkey for whoever asks. */
export async function passkeyCreationOptions(
  { database, configuration }: Accounts,
  client: Client,
  user: SignedInUser,
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const existing = await kyselyOn(database)
    .selectFrom('passkeys')
    .select('credential_id')
    .where('user_id', '=', user.id)
    .execute();
  if (existing.length >= maxPasskeys) {
    throw new Refusal('conflict', `You have ${maxPasskeys} passkeys; remove one first.`);
  }
  const options = await generateRegistrationOptions({
    rpName: configuration.WP_TITLE,
    rpID: new URL(linkOrigin(configuration, client)).hostname,
    userID: new TextEncoder().encode(user.id),
    // Shown by the browser; the handle, because devices share these names.
    userName: user.handle,
    userDisplayName: user.name,
    attestationType: 'none',
    excludeCredentials: existing.map(({ credential_id: id }) => ({ id })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  });
  await keepChallenge(database, options.challenge, `create:${user.id}`);
  return options;
}

/**
 * Keeps the passkey that the browser made.
 *
 * @throws {Refusal} `invalid`, if it does not answer a challenge of ours to this person.
 */
export async function addPasskey(
  { database, configuration }: Accounts,
  client: Client,
  user: SignedInUser,
  input: { readonly name: string; readonly response: unknown },
): Promise<void> {
  const origin = linkOrigin(configuration, client);
  const response = registrationResponse(input.response);
  const { registrationInfo } = await verified(
    verifyRegistrationResponse({
      response,
      expectedChallenge: (challenge) => takeChallenge(database, challenge, `create:${user.id}`),
      expectedOrigin: origin,
      expectedRPID: new URL(origin).hostname,
      requireUserVerification: true,
    }),
  );
  if (registrationInfo === undefined) throw notAccepted();
  const { credential, credentialDeviceType, credentialBackedUp, aaguid } = registrationInfo;
  const id = randomUUID();
  await database.transaction(async (connection) => {
    await kyselyOn(connection)
      .insertInto('passkeys')
      .values({
        id,
        name: input.name.trim().slice(0, 60) || 'Passkey',
        public_key: Buffer.from(credential.publicKey).toString('base64url'),
        user_id: user.id,
        credential_id: credential.id,
        counter: credential.counter,
        device_type: credentialDeviceType,
        backed_up: credentialBackedUp,
        transports: credential.transports?.join(',') ?? null,
        aaguid,
      })
      .execute();
    const subject = { kind: 'passkey', id };
    await recordAudit(connection, { actor: user.id, action: 'passkey.create', subject });
  });
}

/** The passkeys of a person, oldest first. */
export async function listPasskeys(
  connection: Connection,
  userId: string,
): Promise<ListedPasskey[]> {
  const rows = await kyselyOn(connection)
    .selectFrom('passkeys')
    .select(['id', 'name', 'backed_up', 'created_at'])
    .where('user_id', '=', userId)
    .orderBy('created_at')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    name: row.name ?? 'Passkey',
    isSynced: row.backed_up,
    createdAt: row.created_at,
  }));
}

/** Removes a passkey of this person; one of somebody else stays. */
export async function removePasskey(
  connection: Connection,
  userId: string,
  id: string,
): Promise<void> {
  const { numDeletedRows } = await kyselyOn(connection)
    .deleteFrom('passkeys')
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .executeTakeFirstOrThrow();
  if (numDeletedRows === 0n) return;
  const subject = { kind: 'passkey', id };
  await recordAudit(connection, { actor: userId, action: 'passkey.remove', subject });
}

/** What `navigator.credentials.get` needs to sign in: no name is asked, the device knows whose it is. */
export async function passkeyRequestOptions(
  accounts: Accounts,
  client: Client,
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const { database, configuration } = accounts;
  await limit(accounts, client, { name: 'signIn' });
  const options = await generateAuthenticationOptions({
    rpID: new URL(linkOrigin(configuration, client)).hostname,
    userVerification: 'required',
  });
  await keepChallenge(database, options.challenge, 'get');
  return options;
}

/**
 * Signs in with a passkey.
 *
 * @throws {Refusal} `unauthenticated`, if it is unknown or does not answer a challenge of ours.
 */
export async function signInWithPasskey(
  accounts: Accounts,
  client: Client,
  input: { readonly response: unknown },
): Promise<SetCookies> {
  const { database, configuration } = accounts;
  await limit(accounts, client, { name: 'signIn' });
  const origin = linkOrigin(configuration, client);
  const response = authenticationResponse(input.response);
  const key = await kyselyOn(database)
    .selectFrom('passkeys')
    .selectAll()
    .where('credential_id', '=', response.id)
    .executeTakeFirst();
  if (key === undefined) throw notAccepted();
  const { authenticationInfo } = await verified(
    verifyAuthenticationResponse({
      response,
      expectedChallenge: (challenge) => takeChallenge(database, challenge, 'get'),
      expectedOrigin: origin,
      expectedRPID: new URL(origin).hostname,
      requireUserVerification: true,
      credential: {
        id: key.credential_id,
        publicKey: new Uint8Array(Buffer.from(key.public_key, 'base64url')),
        counter: key.counter,
      },
    }),
  );
  await kyselyOn(database)
    .updateTable('passkeys')
    .set({ counter: authenticationInfo.newCounter })
    .where('id', '=', key.id)
    .execute();
  return startSession(accounts, client, key.user_id);
}

async function keepChallenge(
  connection: Connection,
  challenge: string,
  purpose: string,
): Promise<void> {
  await kyselyOn(connection)
    .insertInto('verifications')
    .values({
      id: randomUUID(),
      identifier: challengeId(challenge),
      value: purpose,
      expires_at: new Date(Date.now() + challengeLifetimeMs),
    })
    .execute();
}

/** Whether a challenge is ours and for this; it is used up by asking. */
async function takeChallenge(
  connection: Connection,
  challenge: string,
  purpose: string,
): Promise<boolean> {
  const { rows } = await connection.query<{ value: string }>(
    'delete from verifications where identifier = $1 and expires_at > now() returning value',
    [challengeId(challenge)],
  );
  return rows[0]?.value === purpose;
}

function challengeId(challenge: string): string {
  return `passkey:${createHash('sha256').update(challenge).digest('base64url')}`;
}

async function verified<Result extends { readonly verified: boolean }>(
  result: Promise<Result>,
): Promise<Result> {
  let value: Result;
  try {
    value = await result;
  } catch (cause) {
    // The library says in many errors what did not fit; to whoever sent it that is one thing.
    throw Object.assign(notAccepted(), { cause });
  }
  if (!value.verified) throw notAccepted();
  return value;
}

function notAccepted(): Refusal {
  return new Refusal(
    'unauthenticated',
    'This passkey was not accepted; try again, or sign in another way.',
  );
}

const base64url = z
  .string()
  .regex(/^[\w-]+={0,2}$/)
  .max(20_000);
const credential = {
  id: base64url,
  rawId: base64url,
  type: z.literal('public-key'),
  clientExtensionResults: z.object({}).loose(),
};
const registrationSchema = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: base64url,
    attestationObject: base64url,
    transports: z
      .array(z.enum(['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb']))
      .optional(),
  }),
});
const authenticationSchema = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: base64url,
    authenticatorData: base64url,
    signature: base64url,
    userHandle: base64url.optional().nullable(),
  }),
});

function registrationResponse(value: unknown): RegistrationResponseJSON {
  const { success, data } = registrationSchema.safeParse(value);
  if (!success) throw notAccepted();
  const { transports, ...response } = data.response;
  return {
    ...data,
    clientExtensionResults: {},
    response: { ...response, ...(transports !== undefined && { transports }) },
  };
}

function authenticationResponse(value: unknown): AuthenticationResponseJSON {
  const { success, data } = authenticationSchema.safeParse(value);
  if (!success) throw notAccepted();
  const { userHandle, ...response } = data.response;
  return {
    ...data,
    clientExtensionResults: {},
    response: { ...response, ...(typeof userHandle === 'string' && { userHandle }) },
  };
}
