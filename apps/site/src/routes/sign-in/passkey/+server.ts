import { ownPath, signInWithPasskey } from '@working-papers/daily/accounts';
import { clientOf, keepSession } from '$lib/server/accountForms.ts';
import { answerScript } from '$lib/server/passkeyRequests.ts';
import type { RequestHandler } from './$types';

export const POST: RequestHandler = (event) =>
  answerScript(event, async ({ response, next }) => {
    const { accounts } = event.locals.site;
    const cookies = await signInWithPasskey(accounts, clientOf(event), { response });
    await keepSession(event.locals, cookies);
    return { next: ownPath(typeof next === 'string' ? next : undefined) };
  });
