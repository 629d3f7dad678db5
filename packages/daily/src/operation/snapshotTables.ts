import type { Connection } from '../database/database.ts';

/** A table, as a snapshot sees it. */
export interface SnapshotTable {
  readonly name: string;
  readonly columns: readonly string[];
  /** Rows as JSON text in the column `row`: in the same order on every server, referred rows first. */
  readonly select: string;
}

interface ColumnRow {
  readonly table: string;
  readonly column: string;
  readonly isText: boolean;
  /** Whether it belongs to the primary key. */
  readonly isKey: boolean;
}

interface ReferenceRow {
  readonly from: string;
  readonly to: string;
  readonly fromColumn: string;
  readonly toColumn: string;
}

/**
 * All tables that a snapshot holds, each after those to which it refers: all but the list of migrations,
 * unlogged counters, and the queue of jobs, whose schema belongs to its library.
 */
export async function readSnapshotTables(connection: Connection): Promise<SnapshotTable[]> {
  const { rows: columns } = await connection.query<ColumnRow>(
    `select c.relname as table, a.attname as column,
            a.atttypid = 'text'::regtype as "isText",
            coalesce(a.attnum = any(i.indkey), false) as "isKey"
     from pg_class c
     join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
       and a.attgenerated = ''
     left join pg_index i on i.indrelid = c.oid and i.indisprimary
     where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r'
       and c.relpersistence = 'p' and c.relname not like 'kysely\\_%'
     order by c.relname collate "C", a.attnum`,
  );
  const { rows: references } = await connection.query<ReferenceRow>(
    `select a.relname as from, b.relname as to, x.attname as "fromColumn", y.attname as "toColumn"
     from pg_constraint f
     join pg_class a on a.oid = f.conrelid
     join pg_class b on b.oid = f.confrelid
     join pg_attribute x on x.attrelid = a.oid and x.attnum = f.conkey[1]
     join pg_attribute y on y.attrelid = b.oid and y.attnum = f.confkey[1]
     where f.contype = 'f' and a.relnamespace = current_schema()::regnamespace`,
  );
  const names = [...new Set(columns.map(({ table }) => table))];
  return inOrderOfReference(names, references).map((name) =>
    describe(
      name,
      columns.filter(({ table }) => table === name),
      references.find(({ from, to }) => from === name && to === name),
    ),
  );
}

/** @throws {Error} If tables refer to each other in a circle. */
function inOrderOfReference(
  names: readonly string[],
  references: readonly ReferenceRow[],
): readonly string[] {
  const ordered: string[] = [];
  let rest = [...names];
  while (rest.length > 0) {
    const next = rest.filter((name) =>
      references.every(({ from, to }) => from !== name || to === name || ordered.includes(to)),
    );
    if (next.length === 0) throw new Error(`internal: ${rest.join(', ')} refer to each other`);
    ordered.push(...next);
    rest = rest.filter((name) => !next.includes(name));
  }
  return ordered;
}

function describe(
  name: string,
  columns: readonly ColumnRow[],
  self: ReferenceRow | undefined,
): SnapshotTable {
  const listed = columns.map(({ column }) => quoted(column)).join(', ');
  const keys = columns
    .filter(({ isKey }) => isKey)
    .map(({ column, isText }) => `t.${quoted(column)}${isText ? ' collate "C"' : ''}`);
  const order = keys.length > 0 ? keys.join(', ') : 'row_to_json(t)::text collate "C"';
  const rows = `(select ${listed} from ${quoted(name)}) t`;
  const select =
    self === undefined
      ? `select row_to_json(t)::text as row from ${rows} order by ${order}`
      : `${depths(name, self)} select row_to_json(t)::text as row from ${rows}
         join depths on depths.id = t.${quoted(self.toColumn)} order by depth, ${order}`;
  return { name, columns: columns.map(({ column }) => column), select };
}

/** How many rows are above each row of a table that refers to itself. */
function depths(name: string, { fromColumn, toColumn }: ReferenceRow): string {
  const [table, parent, id] = [name, fromColumn, toColumn].map(quoted);
  return `with recursive depths as (
    select ${id} as id, 0 as depth from ${table} where ${parent} is null
    union all
    select c.${id}, depth + 1 from ${table} c join depths on c.${parent} = depths.id)`;
}

/** A name as SQL has it. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
