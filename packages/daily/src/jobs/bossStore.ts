import type { Connection, Database } from '../database/database.ts';

/** What pg-boss asks of a database. */
export interface BossStore {
  readonly executeSql: (
    sql: string,
    values?: readonly unknown[],
  ) => Promise<{ rows: unknown[]; rowCount: number }>;
}

/** pg-boss on a connection of ours: one statement at a time. */
export function bossStoreOn(connection: Connection): BossStore {
  return {
    executeSql: async (sql, values = []) => {
      const { rows, affectedRows } = await connection.query<unknown>(sql, values);
      return { rows: [...rows], rowCount: affectedRows };
    },
  };
}

/**
 * pg-boss on the database. It makes and maintains its tables by scripts from `BEGIN` to `COMMIT`, which
 * become transactions of ours.
 */
export function bossStoreOf(database: Database): BossStore {
  const single = bossStoreOn(database);
  return {
    executeSql: async (sql, values) => {
      const script = /^\s*BEGIN;(.*)COMMIT;\s*$/s.exec(sql)?.[1];
      if (script === undefined) return single.executeSql(sql, values);
      await database.transaction(async (connection) => {
        for (const statement of statementsOf(script)) await connection.query(statement);
      });
      return { rows: [], rowCount: 0 };
    },
  };
}

/** Cuts a script at the semicolons that are not inside the body of a function. */
function statementsOf(script: string): string[] {
  const parts = script.match(/(?:\$\$.*?\$\$|[^;$]|\$(?!\$))+/gs) ?? [];
  return parts.filter((part) => part.trim() !== '');
}
