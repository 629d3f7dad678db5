import type { Connection } from '../database/database.ts';
import { kyselyOn } from '../database/kysely.ts';
import { DatabaseError } from '../database/database.ts';
import { Refusal } from '../refusal.ts';
import { recordAudit } from './auditLog.ts';
import { checkHandle, checkName } from './identity.ts';
import type { Role, SignedInUser } from './roles.ts';

/** What `toSignedInUser` needs. */
export const userColumns = [
  'users.id',
  'users.name',
  'users.handle',
  'users.role',
  'users.email_verified',
  'users.created_at',
  'users.banned_until',
] as const;

interface UserRow {
  readonly id: string;
  readonly name: string;
  readonly handle: string;
  readonly role: Role;
  readonly email_verified: boolean;
  readonly created_at: Date;
  readonly banned_until: Date | null;
}

export function toSignedInUser(row: UserRow): SignedInUser {
  return {
    id: row.id,
    name: row.name,
    handle: row.handle,
    role: row.role,
    isEmailVerified: row.email_verified,
    createdAt: row.created_at,
  };
}

/** Finds a person by id or handle. */
export async function findUser(
  connection: Connection,
  key: { readonly id: string } | { readonly handle: string },
): Promise<SignedInUser | null> {
  const query = kyselyOn(connection).selectFrom('users').select(userColumns);
  const row = await (
    'id' in key
      ? query.where('users.id', '=', key.id)
      : query.where('users.handle', '=', key.handle.toLowerCase())
  ).executeTakeFirst();
  return row === undefined ? null : toSignedInUser(row);
}

/** The address of a person: for that person's own pages and for mail, and nothing else. */
export async function emailOf(connection: Connection, userId: string): Promise<string | null> {
  const row = await kyselyOn(connection)
    .selectFrom('users')
    .select('email')
    .where('id', '=', userId)
    .executeTakeFirst();
  return row?.email ?? null;
}

/**
 * Changes how a person is called.
 *
 * @throws {Refusal} `invalid` for a name or handle of another form, `conflict` if the handle is taken.
 */
export async function renameUser(
  connection: Connection,
  userId: string,
  input: { readonly name: string; readonly handle: string },
): Promise<void> {
  const name = checkName(input.name);
  const handle = checkHandle(input.handle);
  try {
    await kyselyOn(connection)
      .updateTable('users')
      .set({ name, handle, updated_at: new Date() })
      .where('id', '=', userId)
      .execute();
  } catch (error) {
    if (!(error instanceof DatabaseError && error.code === '23505')) throw error;
    throw new Refusal('conflict', `The handle ${handle} is taken; choose another.`);
  }
}

/**
 * Gives somebody another role.
 *
 * @throws {Refusal} `missing` if there is nobody, `conflict` for the last admin.
 */
export async function changeRole(
  connection: Connection,
  input: { readonly actor: string | null; readonly userId: string; readonly role: Role },
): Promise<void> {
  const kysely = kyselyOn(connection);
  const user = await findUser(connection, { id: input.userId });
  if (user === null) throw new Refusal('missing', 'There is no such account.');
  if (user.role === 'admin' && input.role !== 'admin') {
    const { count } = await kysely
      .selectFrom('users')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('role', '=', 'admin')
      .executeTakeFirstOrThrow();
    if (count <= 1) {
      throw new Refusal('conflict', 'This is the last admin; make somebody else one first.');
    }
  }
  await kysely
    .updateTable('users')
    .set({ role: input.role, updated_at: new Date() })
    .where('id', '=', input.userId)
    .execute();
  await recordAudit(connection, {
    actor: input.actor,
    action: 'user.role',
    subject: { kind: 'user', id: input.userId },
    before: { role: user.role },
    after: { role: input.role },
  });
}
