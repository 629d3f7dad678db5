import { error } from '@sveltejs/kit';
import { isDay } from '@working-papers/daily/days';
import { latestDays, neighbours, runnablePapers } from '@working-papers/daily';
import type { Site } from './site.ts';

/** Whole days are shown until a page has this many papers. */
const papersPerPage = 60;

/** Data of the front page: the newest days with papers, or with `?before=` those before a day. */
export async function loadFeed({
  locals,
  url,
}: {
  readonly locals: { readonly site: Site };
  readonly url: URL;
}) {
  const { database } = locals.site;
  const before = url.searchParams.get('before') ?? undefined;
  if (before !== undefined && !isDay(before)) {
    error(400, { message: `“${before}” is not a day; write it as 2025-05-23.` });
  }
  const { days, next } = await latestDays(database, { before, atLeast: papersPerPage });
  const first = days[0]?.day;
  const isFirstPage = before === undefined;
  return {
    days,
    next,
    isFirstPage,
    runnable: isFirstPage ? await runnablePapers(database, 3) : [],
    neighbours: first === undefined ? undefined : await neighbours(database, first),
  };
}
