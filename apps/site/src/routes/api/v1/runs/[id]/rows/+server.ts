import { readNoParameters, readRows, requireRun } from '@working-papers/daily/api';
import { answerStream } from '$lib/server/streams.ts';
import type { RequestHandler } from './$types';

/** The rows of a run, one a line; a run never changes, so its id is the entity tag. */
export const GET: RequestHandler = (event) =>
  answerStream(event, async () => {
    readNoParameters(event.url.searchParams);
    const { database } = event.locals.site;
    const { id } = await requireRun(database, event.params.id);
    return {
      lines: readRows(database, id),
      etag: `"rows-${id}"`,
      headers: { 'Content-Type': 'application/x-ndjson' },
    };
  });
