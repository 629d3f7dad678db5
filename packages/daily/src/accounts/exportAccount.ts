import { strToU8, zipSync } from 'fflate';
import { papersAsBibtex } from '../citations/bibtex.ts';
import type { Connection } from '../database/database.ts';
import { kyselyOn } from '../database/kysely.ts';
import { recordAudit } from './auditLog.ts';
import { personalRows } from './personalData.ts';

/**
 * Everything that is kept about a person, as a zip file: a JSON file for each table, the library as
 * BibTeX, and a text that explains them. Passwords, tokens and keys are left out.
 */
export async function exportAccount(
  connection: Connection,
  userId: string,
  now: Date = new Date(),
): Promise<Uint8Array<ArrayBuffer>> {
  const tables = await personalRows(connection, userId);
  const library = await kyselyOn(connection)
    .selectFrom('library_items')
    .select('paper_id')
    .where('user_id', '=', userId)
    .orderBy('added_at')
    .execute();
  const bibtex = await papersAsBibtex(
    connection,
    library.map(({ paper_id }) => paper_id),
  );
  const files = Object.entries(tables)
    .filter(([, rows]) => rows.length > 0)
    .map(([name, rows]) => [`${name}.json`, `${JSON.stringify(rows, null, 2)}\n`] as const);
  await recordAudit(
    connection,
    { actor: userId, action: 'user.export', subject: { kind: 'user', id: userId } },
    now,
  );
  const texts = new Map([
    [
      'README.txt',
      explain(
        now,
        files.map(([name]) => name),
      ),
    ],
    ['library.bib', bibtex],
    ...files,
  ]);
  return zipSync(
    Object.fromEntries(Array.from(texts, ([name, text]) => [name, strToU8(text)] as const)),
    { mtime: now },
  );
}

function explain(now: Date, names: readonly string[]): string {
  return `Everything that this site keeps about your account, as of ${now.toISOString()}.

library.bib has the papers of your library. Each JSON file has the rows of one table of the database;
times are in UTC. "table.column" are rows of others that name you there, such as papers you submitted.
Passwords, tokens and keys are left out.

${['library.bib', ...names].join('\n')}
`;
}
