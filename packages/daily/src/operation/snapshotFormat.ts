/**
 * A snapshot is the database as text, one JSON value per line, in UTF-8, compressed with gzip if the
 * file's name ends in .gz:
 *
 *     {"snapshot":1,"createdAt":…,"migrations":[…],"sequences":{…}}
 *     {"table":"users","columns":[…],"rows":2}
 *     {"id":…}                                   a row, as PostgreSQL's row_to_json writes it
 *     {"id":…}
 *     {"sha256":…}                               of the rows, each with its line feed
 *     …
 *     {"end":true,"tables":37,"sha256":…}        of all lines before, each with its line feed
 */
import { createHash, type Hash } from 'node:crypto';
import { z } from 'zod';

/** The first line. */
export const snapshotHeader = z.object({
  snapshot: z.literal(1),
  createdAt: z.iso.datetime(),
  /** In the order in which they ran. */
  migrations: z.array(z.string()).min(1),
  /** The value that each sequence gave last. */
  sequences: z.record(z.string(), z.number().int()),
});

/** Before the rows of a table. */
export const tableHeader = z.object({
  table: z.string(),
  columns: z.array(z.string()).min(1),
  rows: z.number().int().min(0),
});

/** After them. */
export const tableFooter = z.object({ sha256: z.string() });

/** The last line. */
export const snapshotFooter = z.object({
  end: z.literal(true),
  tables: z.number().int(),
  sha256: z.string(),
});

export type SnapshotHeader = z.infer<typeof snapshotHeader>;
export type TableHeader = z.infer<typeof tableHeader>;

/** A checksum over lines. */
export function hashLines(): { add: (line: string) => void; digest: () => string } {
  const hash: Hash = createHash('sha256');
  return {
    add: (line) => void hash.update(line).update('\n'),
    digest: () => hash.digest('hex'),
  };
}
