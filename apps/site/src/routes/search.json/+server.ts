import { requireSearchToken } from '$lib/server/loadSearch.ts';
import { orProblem } from '$lib/server/refusals.ts';
import type { RequestHandler } from './$types';

/** As many as are read at a glance while typing. */
const shown = 8;

/** Answers the search box while somebody types: `?q=`, the last word of which may go on. */
export const GET: RequestHandler = (event) =>
  orProblem(
    (async () => {
      await requireSearchToken(event);
      const query = event.url.searchParams.get('q') ?? '';
      const { search } = event.locals.site;
      const answer = await search.find({ query, isTyping: true, perPage: shown });
      const { paperId, total, isMore, names, results } = answer;
      const body = {
        paperId,
        total,
        isMore,
        names,
        results: results.map(({ paper, title }) => ({
          id: paper.id,
          title,
          day: paper.day,
          authors: paper.authors.slice(0, 3),
          authorCount: paper.authors.length,
          runsHere: paper.runsHere,
        })),
      };
      return Response.json(body, { headers: { 'Cache-Control': 'private, max-age=60' } });
    })(),
  );
