import type { Connection, Database } from '../database/database.ts';
import { kyselyOn } from '../database/kysely.ts';
import { Refusal } from '../refusal.ts';
import { recordAudit } from './auditLog.ts';
import { tablesByAddress } from './personalData.ts';
import { withdrawVotes } from './withdrawVotes.ts';

/**
 * Deletes an account: address, sessions, keys, tokens, votes, library, follows and subscriptions go,
 * votes also from the counts. Comments, disputes and submissions stay without a name.
 *
 * @param input - `confirmation`: the handle, typed by the person.
 * @throws {Refusal} `invalid` if the handle is another, `conflict` for the last admin.
 */
export async function deleteAccount(
  database: Database,
  input: {
    readonly userId: string;
    readonly confirmation: string;
  },
): Promise<void> {
  const { userId, confirmation } = input;
  await database.transaction(async (connection) => {
    const kysely = kyselyOn(connection);
    const user = await kysely
      .selectFrom('users')
      .select(['email', 'handle', 'role'])
      .where('id', '=', userId)
      .executeTakeFirst();
    if (user === undefined) throw new Refusal('missing', 'There is no such account.');
    if (confirmation.trim().replace(/^@/, '').toLowerCase() !== user.handle) {
      throw new Refusal('invalid', `Type ${user.handle} to delete this account.`);
    }
    if (user.role === 'admin' && (await admins(connection)) <= 1) {
      throw new Refusal('conflict', 'You are the last admin; make somebody else one first.');
    }
    await withdrawVotes(connection, userId);
    await kysely
      .updateTable('paper_authors')
      .set({ status: 'unclaimed', user_id: null, status_changed_at: new Date() })
      .where('user_id', '=', userId)
      .where('status', 'in', ['claimed', 'verified'])
      .execute();
    for (const { table, column } of tablesByAddress) {
      await connection.query(`delete from ${table} where ${column} = $1`, [user.email]);
    }
    await connection.query(
      'delete from verifications where strpos(value, $1) > 0 or strpos(value, $2) > 0',
      [userId, JSON.stringify(user.email)],
    );
    await kysely.deleteFrom('users').where('id', '=', userId).execute();
    const subject = { kind: 'user', id: userId };
    await recordAudit(connection, { actor: null, action: 'user.delete', subject });
  });
}

async function admins(connection: Connection): Promise<number> {
  const { count } = await kyselyOn(connection)
    .selectFrom('users')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('role', '=', 'admin')
    .executeTakeFirstOrThrow();
  return count;
}
