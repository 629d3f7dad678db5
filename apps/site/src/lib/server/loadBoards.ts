import {
  arrangeBoards,
  readRunRows,
  runsOfFamily,
  type Board,
  type Connection,
} from '@working-papers/daily';
import { implementation } from './repository.ts';

/** The leaderboards of a family, from the recorded rows of its papers. */
export async function loadBoards(
  connection: Connection,
  family: string,
): Promise<readonly Board[]> {
  const runs = await runsOfFamily(connection, family);
  const standings = await Promise.all(
    runs.map(async (run) => {
      const leaderboard = (await implementation(run.slug))?.leaderboard;
      if (leaderboard === undefined) return [];
      const own = leaderboard(await readRunRows(connection, run.runId));
      return own.map((standing) => ({ ...standing, run }));
    }),
  );
  return arrangeBoards(standings.flat());
}
