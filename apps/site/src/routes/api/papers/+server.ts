import { hubPapers } from '@working-papers/daily/api';
import { answerApi, originOf } from '$lib/server/api.ts';
import type { RequestHandler } from './$types';

/** As Hugging Face's: papers by arXiv date; the address of what follows is in `Link`. */
export const GET: RequestHandler = (event) =>
  answerApi(event, async () => {
    const [origin, parameters] = [originOf(event), new URLSearchParams(event.url.searchParams)];
    const { items, nextCursor } = await hubPapers(event.locals.site.database, {
      parameters,
      origin,
    });
    if (nextCursor !== null) parameters.set('cursor', nextCursor);
    const link = `<${origin}/api/papers?${parameters}>; rel="next"`;
    return { body: JSON.stringify(items), ...(nextCursor !== null && { headers: { Link: link } }) };
  });
