import type { Connection } from '../database/database.ts';
import { kyselyOn } from '../database/kysely.ts';

/** Something that was done with power over others or over an account. */
export interface AuditEntry {
  /** Id of who did it; null for the site itself or somebody unknown. */
  readonly actor: string | null;
  /** What, as `noun.verb`, for example `comment.hide`. */
  readonly action: string;
  readonly subject: { readonly kind: string; readonly id: string };
  /** What changed, without addresses and secrets: only the fields that did. */
  readonly before?: object;
  readonly after?: object;
}

/** An entry as it is read, newest first. */
export interface RecordedAuditEntry extends AuditEntry {
  readonly id: number;
  readonly at: Date;
  /** Null also if the account is gone. */
  readonly actorHandle: string | null;
}

/**
 * Writes what was done into the audit log. Call it in the transaction that does it, so that there is
 * never one without the other.
 */
export async function recordAudit(
  connection: Connection,
  { actor, action, subject, before, after }: AuditEntry,
  now: Date = new Date(),
): Promise<void> {
  await kyselyOn(connection)
    .insertInto('audit_log')
    .values({
      at: now,
      actor,
      action,
      subject_kind: subject.kind,
      subject_id: subject.id,
      before: before === undefined ? null : JSON.stringify(before),
      after: after === undefined ? null : JSON.stringify(after),
    })
    .execute();
}

/**
 * Reads the audit log, newest first.
 *
 * @param filter - `before`: only entries with a smaller id, for the next page; `limit`: 1 to 200,
 * default 50.
 */
export async function readAuditLog(
  connection: Connection,
  filter: {
    readonly subject?: AuditEntry['subject'];
    readonly actor?: string;
    readonly before?: number;
    readonly limit?: number;
  } = {},
): Promise<RecordedAuditEntry[]> {
  const { subject, actor, before, limit = 50 } = filter;
  let query = kyselyOn(connection)
    .selectFrom('audit_log as log')
    .leftJoin('users as who', 'who.id', 'log.actor')
    .select(['log.id', 'log.at', 'log.actor', 'log.action', 'log.subject_kind', 'log.subject_id'])
    .select(['log.before', 'log.after', 'who.handle as actorHandle'])
    .orderBy('log.id', 'desc')
    .limit(Math.min(Math.max(limit, 1), 200));
  if (actor !== undefined) query = query.where('log.actor', '=', actor);
  if (before !== undefined) query = query.where('log.id', '<', before);
  if (subject !== undefined) {
    query = query
      .where('log.subject_kind', '=', subject.kind)
      .where('log.subject_id', '=', subject.id);
  }
  const rows = await query.execute();
  return rows.map(({ subject_kind, subject_id, before: old, after, ...entry }) => ({
    ...entry,
    subject: { kind: subject_kind, id: subject_id },
    ...(old !== null && { before: old }),
    ...(after !== null && { after }),
  }));
}
