import type { z } from 'zod';
import type { Connection } from '../database/database.ts';
import { kyselyOn } from '../database/kysely.ts';
import { readPaperRecords } from './paperRecord.ts';
import { readClaims, readComments } from './publicRecords.ts';
import { readRunRecords } from './runRecords.ts';
import type { dumpLineSchema } from './schemas.ts';
import { claimShape, commentShape, paperShape, runShape } from './shapes.ts';

/** Papers are read so many at a time. */
const batch = 500;

/**
 * All public data of the papers featured until a day, that day included, one paper at a time by id:
 * as they are now, and nothing of who voted or reads what.
 *
 * @param until - `YYYY-MM-DD`.
 */
export async function* dumpPapers(
  connection: Connection,
  until: string,
  origin: string,
): AsyncGenerator<z.infer<typeof dumpLineSchema>> {
  for (let after = ''; ;) {
    const rows = await kyselyOn(connection)
      .selectFrom('papers')
      .select('id')
      .where('day', '<=', until)
      .where('id', '>', after)
      .orderBy('id')
      .limit(batch)
      .execute();
    const ids = rows.map(({ id }) => id);
    yield* await dumpLines(connection, ids, origin);
    const last = ids.at(-1);
    if (last === undefined || ids.length < batch) return;
    after = last;
  }
}

async function dumpLines(connection: Connection, paperIds: readonly string[], origin: string) {
  const [papers, claims, runs, comments] = await Promise.all([
    readPaperRecords(connection, paperIds),
    readClaims(connection, { paperIds }),
    readRunRecords(connection, { paperIds }),
    readComments(connection, paperIds),
  ]);
  return papers.map((paper) => {
    const isOwn = ({ paperId }: { readonly paperId: string }) => paperId === paper.id;
    return {
      paper: paperShape(paper, origin),
      claims: claims.filter(isOwn).map((claim) => claimShape(claim, origin)),
      runs: runs.filter(isOwn).map((run) => runShape(run, origin)),
      comments: comments.filter(isOwn).map(commentShape),
    };
  });
}
