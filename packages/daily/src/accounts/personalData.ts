import type { Connection } from '../database/database.ts';

/** A column that says whose a row is. */
export interface OwnerColumn {
  readonly table: string;
  readonly column: string;
}

/** Tables whose rows belong to rows of another that belong to a person. */
export const dependentTables = [
  { table: 'comment_versions', column: 'comment_id', parent: 'comments', key: 'id' },
  { table: 'deliveries', column: 'subscription_id', parent: 'subscriptions', key: 'id' },
] as const;

/** Tables that know a person by the address only. */
export const tablesByAddress = [
  { table: 'subscriptions', column: 'email_key' },
  { table: 'confirmation_mails', column: 'email_key' },
] as const;

/**
 * The columns that say whose a row is, as the database itself knows them: references to a person, and
 * columns called `user_id`. So a table that is added later is never forgotten.
 */
export async function ownerColumns(connection: Connection): Promise<OwnerColumn[]> {
  const { rows } = await connection.query<OwnerColumn>(
    `select t.relname as table, a.attname as column
     from pg_class t
     join pg_namespace n on n.oid = t.relnamespace and n.nspname = current_schema()
     join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
     where t.relkind = 'r'
       and (a.attname = 'user_id' or exists (
         select from pg_constraint c
         where c.contype = 'f' and c.conrelid = t.oid and c.confrelid = 'users'::regclass
           and c.conkey = array[a.attnum]))
     order by 1, 2`,
  );
  return [...rows];
}

/** Columns that prove who somebody is; they leave the database for nobody. */
const secretColumn = /^(password|public_key|token|hash|(.+_)?(token|hash))$/;

/** Every row that belongs to a person, by table, or by `table.column` where that is not `user_id`. */
export async function personalRows(
  connection: Connection,
  userId: string,
): Promise<Record<string, readonly object[]>> {
  const { rows: self } = await connection.query<{ email: string }>(
    'select * from users where id = $1',
    [userId],
  );
  const found: Record<string, readonly object[]> = { users: self };
  for (const { table, column } of await ownerColumns(connection)) {
    const name = column === 'user_id' ? table : `${table}.${column}`;
    found[name] = await rowsWhere(connection, table, `${quote(column)} = $1`, userId);
  }
  for (const { table, column, parent, key } of dependentTables) {
    const condition = `${quote(column)} in (select ${quote(key)} from ${quote(parent)} where user_id = $1)`;
    found[table] = await rowsWhere(connection, table, condition, userId);
  }
  const email = self[0]?.email;
  for (const { table, column } of tablesByAddress) {
    const rows = await rowsWhere(connection, table, `${quote(column)} = $1`, email);
    const known = new Set((found[table] ?? []).map((row) => JSON.stringify(row)));
    const further = rows.filter((row) => !known.has(JSON.stringify(row)));
    found[table] = [...(found[table] ?? []), ...further];
  }
  return Object.fromEntries(
    Object.entries(found).map(([name, rows]) => [name, rows.map(withoutSecrets)]),
  );
}

async function rowsWhere(
  connection: Connection,
  table: string,
  condition: string,
  value: unknown,
): Promise<readonly object[]> {
  const { rows } = await connection.query<object>(
    `select * from ${quote(table)} where ${condition}`,
    [value],
  );
  return rows;
}

function withoutSecrets(row: object): object {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !secretColumn.test(name)));
}

/** Names come from the catalogue of the database, never from outside. */
function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
