import type { RequestEvent } from '@sveltejs/kit';
import { readFeed } from '@working-papers/daily/api';
import { answerApi, originOf } from './api.ts';

/** Answers with the feed that the address asks for. */
export function answerFeed(
  event: Pick<RequestEvent, 'request' | 'url' | 'locals'>,
  type: string,
  write: (feed: Awaited<ReturnType<typeof readFeed>>) => string,
): Promise<Response> {
  const { database, search, configuration } = event.locals.site;
  const sources = { database, search, title: configuration.WP_TITLE, origin: originOf(event) };
  return answerApi(
    event,
    async () => ({
      type: `${type}; charset=utf-8`,
      body: write(await readFeed(sources, event.url)),
    }),
    event.url.searchParams.has('q') ? 'search' : 'api',
  );
}
