import { markdownPage } from '$lib/server/markdown.ts';
import type { RequestHandler } from './$types';

/** A paper's page as Markdown. */
export const GET: RequestHandler = (event) => markdownPage(event, event.params.id);
