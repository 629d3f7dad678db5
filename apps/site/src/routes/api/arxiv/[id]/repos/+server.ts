import { hubRepositories } from '@working-papers/daily/api';
import { answerJson } from '$lib/server/api.ts';
import type { RequestHandler } from './$types';

/** As Hugging Face's: models, data sets and demos linked to a paper. */
export const GET: RequestHandler = (event) =>
  answerJson(event, () => hubRepositories(event.locals.site.database, event.params.id));
