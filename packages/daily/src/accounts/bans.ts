import type { Connection } from '../database/database.ts';
import { kyselyOn } from '../database/kysely.ts';
import { Refusal } from '../refusal.ts';
import { recordAudit } from './auditLog.ts';
import { networkOf } from './network.ts';
import { isAtLeast } from './roles.ts';
import { hashPrivately } from './secret.ts';
import { emailOf, findUser } from './users.ts';

/** Until when: a ban without an end lasts until it is lifted. */
const forever = new Date('9999-12-31T00:00:00Z');

/**
 * Keeps an account out: it is signed out everywhere, its tokens do nothing, and its address cannot make
 * another account. What it wrote stays.
 *
 * @param input - `until`: null for no end; `secret` keys the hash by which the address is kept.
 * @throws {Refusal} `missing` if there is nobody, `forbidden` for somebody with the same or a higher role.
 */
export async function banUser(
  connection: Connection,
  input: {
    readonly actor: string;
    readonly userId: string;
    readonly reason: string;
    readonly until: Date | null;
    readonly secret: string;
  },
): Promise<void> {
  const { actor, userId, reason, until, secret } = input;
  const [user, moderator, email] = [
    await findUser(connection, { id: userId }),
    await findUser(connection, { id: actor }),
    await emailOf(connection, userId),
  ];
  if (user === null || email === null) throw new Refusal('missing', 'There is no such account.');
  if (moderator === null || (isAtLeast(user.role, moderator.role) && moderator.role !== 'admin')) {
    throw new Refusal('forbidden', `Your role does not reach over a ${user.role}.`);
  }
  if (user.id === moderator.id) throw new Refusal('conflict', 'You cannot ban yourself.');
  const kysely = kyselyOn(connection);
  await kysely
    .updateTable('users')
    .set({ banned_until: until ?? forever, ban_reason: reason, updated_at: new Date() })
    .where('id', '=', userId)
    .execute();
  await kysely.deleteFrom('sessions').where('user_id', '=', userId).execute();
  await kysely
    .insertInto('bans')
    .values({
      kind: 'email',
      value_hash: hashPrivately(secret, email),
      reason,
      until,
      created_by: actor,
    })
    .onConflict((conflict) =>
      conflict.columns(['kind', 'value_hash']).doUpdateSet({ reason, until, created_by: actor }),
    )
    .execute();
  const subject = { kind: 'user', id: userId };
  const after = { until: until?.toISOString() ?? null, reason };
  await recordAudit(connection, { actor, action: 'user.ban', subject, after });
}

/** Lifts a ban. */
export async function liftBan(
  connection: Connection,
  input: { readonly actor: string; readonly userId: string; readonly secret: string },
): Promise<void> {
  const email = await emailOf(connection, input.userId);
  if (email === null) throw new Refusal('missing', 'There is no such account.');
  const kysely = kyselyOn(connection);
  await kysely
    .updateTable('users')
    .set({ banned_until: null, ban_reason: null, updated_at: new Date() })
    .where('id', '=', input.userId)
    .execute();
  await kysely
    .deleteFrom('bans')
    .where('kind', '=', 'email')
    .where('value_hash', '=', hashPrivately(input.secret, email))
    .execute();
  const subject = { kind: 'user', id: input.userId };
  await recordAudit(connection, { actor: input.actor, action: 'user.unban', subject });
}

/** Keeps a network from making accounts. */
export async function banNetwork(
  connection: Connection,
  input: {
    readonly actor: string;
    readonly address: string;
    readonly reason: string;
    readonly until: Date | null;
    readonly secret: string;
  },
): Promise<void> {
  const network = networkOf(input.address);
  if (network === null) throw new Refusal('invalid', 'That is not a network address.');
  const { actor, reason, until } = input;
  const value_hash = hashPrivately(input.secret, network);
  await kyselyOn(connection)
    .insertInto('bans')
    .values({ kind: 'network', value_hash, reason, until, created_by: actor })
    .onConflict((conflict) =>
      conflict.columns(['kind', 'value_hash']).doUpdateSet({ reason, until, created_by: actor }),
    )
    .execute();
  const after = { until: until?.toISOString() ?? null, reason };
  const subject = { kind: 'network', id: value_hash };
  await recordAudit(connection, { actor, action: 'network.ban', subject, after });
}

/** Whether an address or a network may not make an account. */
export async function isBanned(
  connection: Connection,
  input: { readonly email: string; readonly address: string; readonly secret: string },
  now: Date = new Date(),
): Promise<boolean> {
  const found = await kyselyOn(connection)
    .selectFrom('bans')
    .select('id')
    .where(({ eb, and, or }) => {
      const network = networkOf(input.address);
      const isEmail = and([
        eb('kind', '=', 'email'),
        eb('value_hash', '=', hashPrivately(input.secret, input.email)),
      ]);
      const isNetwork =
        network === null
          ? []
          : [
              and([
                eb('kind', '=', 'network'),
                eb('value_hash', '=', hashPrivately(input.secret, network)),
              ]),
            ];
      return or([isEmail, ...isNetwork]);
    })
    .where(({ eb, or }) => or([eb('until', 'is', null), eb('until', '>', now)]))
    .executeTakeFirst();
  return found !== undefined;
}
