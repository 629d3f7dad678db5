import type { RequestEvent } from '@sveltejs/kit';
import {
  paperMarkdown,
  readClaims,
  readPaperRecords,
  requirePaper,
} from '@working-papers/daily/api';
import { orProblemDocument, originOf } from './api.ts';

type Event = Pick<RequestEvent, 'request' | 'url' | 'locals'>;

/** A paper's page as Markdown. */
export function markdownPage(event: Event, text: string): Promise<Response> {
  const { database } = event.locals.site;
  return orProblemDocument(event, async () => {
    const id = await requirePaper(database, text);
    const [paper] = await readPaperRecords(database, [id]);
    if (paper === undefined) throw new Error(`internal: paper ${id} is gone`);
    const claims = await readClaims(database, { paperIds: [id] });
    return {
      body: paperMarkdown(paper, claims, originOf(event)),
      type: 'text/markdown; charset=utf-8',
      headers: { Vary: 'Accept' },
    };
  });
}

/**
 * The page of a paper as Markdown, if that is asked for by `Accept: text/markdown` and HTML is not.
 *
 * @returns Undefined for every other request.
 */
export async function negotiatedMarkdown(
  event: Event & Pick<RequestEvent, 'route' | 'params'>,
): Promise<Response | undefined> {
  const { request, route, params } = event;
  const accept = request.headers.get('accept') ?? '';
  const isAsked = accept.includes('text/markdown') && !accept.includes('text/html');
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (!isAsked || !isRead || route.id !== '/papers/[id]') return undefined;
  return markdownPage(event, params['id'] ?? '');
}
