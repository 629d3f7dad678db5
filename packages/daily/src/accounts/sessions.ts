import type { Connection } from '../database/database.ts';
import { kyselyOn } from '../database/kysely.ts';

/** A session as its owner sees it. */
export interface ListedSession {
  readonly id: string;
  /** What the browser says it is, in a few words. */
  readonly browser: string;
  /** Part of the address only; null after seven days. */
  readonly network: string | null;
  readonly createdAt: Date;
  /** To the day. */
  readonly lastSeenAt: Date;
}

/** Where a person is signed in, newest first. */
export async function listSessions(
  connection: Connection,
  userId: string,
  now: Date = new Date(),
): Promise<ListedSession[]> {
  const rows = await kyselyOn(connection)
    .selectFrom('sessions')
    .select(['id', 'user_agent', 'ip_address', 'created_at', 'updated_at'])
    .where('user_id', '=', userId)
    .where('expires_at', '>', now)
    .orderBy('created_at', 'desc')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    browser: describeBrowser(row.user_agent ?? ''),
    network: row.ip_address,
    createdAt: row.created_at,
    lastSeenAt: row.updated_at,
  }));
}

/** Ends a session of this person; one of somebody else stays. */
export async function revokeSession(
  connection: Connection,
  userId: string,
  id: string,
): Promise<void> {
  await kyselyOn(connection)
    .deleteFrom('sessions')
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .execute();
}

/** Ends all sessions of this person but one. */
export async function revokeOtherSessions(
  connection: Connection,
  userId: string,
  keptId: string,
): Promise<void> {
  await kyselyOn(connection)
    .deleteFrom('sessions')
    .where('user_id', '=', userId)
    .where('id', '<>', keptId)
    .execute();
}

const browsers = [
  [/\bEdg(e|A|iOS)?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\b(Firefox|FxiOS)\//, 'Firefox'],
  [/\b(Chrome|Chromium|HeadlessChrome|CriOS)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
] as const;

const systems = [
  [/\bAndroid\b/, 'Android'],
  [/\b(iPhone|iPad|iPod)\b/, 'iOS'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bLinux\b/, 'Linux'],
] as const;

function describeBrowser(userAgent: string): string {
  const browser = browsers.find(([pattern]) => pattern.test(userAgent))?.[1] ?? 'Another browser';
  const system = systems.find(([pattern]) => pattern.test(userAgent))?.[1];
  return system === undefined ? browser : `${browser} on ${system}`;
}
