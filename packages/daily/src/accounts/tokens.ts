import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Connection } from '../database/database.ts';
import { kyselyOn } from '../database/kysely.ts';
import { Refusal } from '../refusal.ts';
import { recordAudit } from './auditLog.ts';
import { isAtLeast, type SignedInUser } from './roles.ts';
import { toSignedInUser, userColumns } from './users.ts';

/** What a token may be used for; in words, as the form shows it. */
export const tokenScopes = {
  read: 'Read what is yours: library, votes, follows, settings',
  write: 'Vote, comment, keep a library, submit',
  admin: 'Moderate and administer, as far as your role allows',
} as const;

export type TokenScope = keyof typeof tokenScopes;

/** A token as its owner sees it: the token itself is shown once, when it is made. */
export interface ApiToken {
  readonly id: string;
  readonly name: string;
  /** Its first characters, by which to recognise it. */
  readonly prefix: string;
  readonly scopes: readonly TokenScope[];
  readonly createdAt: Date;
  /** To the minute. */
  readonly lastUsedAt: Date | null;
  readonly expiresAt: Date | null;
}

const maxTokens = 20;
const dayMs = 86_400_000;

/**
 * Makes a token for programs.
 *
 * @param input - `days` until it expires; null for never.
 * @returns The token, `wp_` and 43 characters. Only its hash is kept.
 * @throws {Refusal} If the name or the scopes are wrong, or there are 20 tokens already.
 */
export async function createApiToken(
  connection: Connection,
  user: Pick<SignedInUser, 'id' | 'role'>,
  input: {
    readonly name: string;
    readonly scopes: readonly TokenScope[];
    readonly days: number | null;
  },
  now: Date = new Date(),
): Promise<{ readonly token: string; readonly id: string }> {
  const name = input.name.trim();
  if (name === '' || name.length > 60) {
    throw new Refusal('invalid', 'Give the token a name of 1 to 60 characters.');
  }
  if (input.scopes.length === 0) throw new Refusal('invalid', 'Choose what the token may do.');
  if (input.scopes.includes('admin') && !isAtLeast(user.role, 'moderator')) {
    throw new Refusal('forbidden', 'Tokens of moderators and admins only may administer.');
  }
  if ((await listApiTokens(connection, user.id)).length >= maxTokens) {
    throw new Refusal('conflict', `You have ${maxTokens} tokens; remove one first.`);
  }
  const token = `wp_${randomBytes(32).toString('base64url')}`;
  const id = randomUUID();
  await kyselyOn(connection)
    .insertInto('api_tokens')
    .values({
      id,
      user_id: user.id,
      name,
      prefix: token.slice(0, 8),
      hash: hashToken(token),
      scopes: [...new Set(input.scopes)],
      created_at: now,
      last_used_at: null,
      expires_at: input.days === null ? null : new Date(now.getTime() + input.days * dayMs),
    })
    .execute();
  await recordAudit(
    connection,
    {
      actor: user.id,
      action: 'token.create',
      subject: { kind: 'token', id },
      after: { scopes: input.scopes },
    },
    now,
  );
  return { token, id };
}

/** The tokens of a person, newest first. */
export async function listApiTokens(connection: Connection, userId: string): Promise<ApiToken[]> {
  const rows = await kyselyOn(connection)
    .selectFrom('api_tokens')
    .selectAll()
    .where('user_id', '=', userId)
    .orderBy('created_at', 'desc')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    scopes: row.scopes.filter(isScope),
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
    expiresAt: row.expires_at,
  }));
}

/** Makes a token of this person worthless; one of somebody else stays. */
export async function revokeApiToken(
  connection: Connection,
  userId: string,
  id: string,
): Promise<void> {
  const { numDeletedRows } = await kyselyOn(connection)
    .deleteFrom('api_tokens')
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .executeTakeFirstOrThrow();
  if (numDeletedRows === 0n) return;
  const subject = { kind: 'token', id };
  await recordAudit(connection, { actor: userId, action: 'token.revoke', subject });
}

/** Who holds a token, and what it may be used for; null if it is unknown, expired or of a banned account. */
export async function findTokenHolder(
  connection: Connection,
  token: string,
  now: Date = new Date(),
): Promise<{ readonly user: SignedInUser; readonly scopes: readonly TokenScope[] } | null> {
  if (!/^wp_[\w-]{43}$/.test(token)) return null;
  const found = await kyselyOn(connection)
    .selectFrom('api_tokens as t')
    .innerJoin('users', 'users.id', 't.user_id')
    .select(['t.id as token_id', 't.scopes', 't.last_used_at', 't.expires_at'])
    .select(userColumns)
    .where('t.hash', '=', hashToken(token))
    .executeTakeFirst();
  if (found === undefined) return null;
  const isOver = found.expires_at !== null && found.expires_at <= now;
  const isBanned = found.banned_until !== null && found.banned_until > now;
  if (isOver || isBanned) return null;
  if (found.last_used_at === null || now.getTime() - found.last_used_at.getTime() >= 60_000) {
    await kyselyOn(connection)
      .updateTable('api_tokens')
      .set({ last_used_at: now })
      .where('id', '=', found.token_id)
      .execute();
  }
  return { user: toSignedInUser(found), scopes: found.scopes.filter(isScope) };
}

export function isScope(text: string): text is TokenScope {
  return Object.hasOwn(tokenScopes, text);
}

/** 256 random bits need no salt and no slow hash. */
function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
