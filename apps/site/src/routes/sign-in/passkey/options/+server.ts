import { passkeyRequestOptions } from '@working-papers/daily/accounts';
import { clientOf } from '$lib/server/accountForms.ts';
import { answerScript } from '$lib/server/passkeyRequests.ts';
import type { RequestHandler } from './$types';

export const POST: RequestHandler = (event) =>
  answerScript(event, () => passkeyRequestOptions(event.locals.site.accounts, clientOf(event)));
