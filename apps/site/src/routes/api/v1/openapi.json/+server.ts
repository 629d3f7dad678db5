import { openApiDocument } from '@working-papers/daily/api';
import { answerJson, originOf } from '$lib/server/api.ts';
import type { RequestHandler } from './$types';

/** The OpenAPI document. */
export const GET: RequestHandler = (event) =>
  answerJson(event, async () =>
    openApiDocument(event.locals.site.configuration.WP_TITLE, originOf(event)),
  );
