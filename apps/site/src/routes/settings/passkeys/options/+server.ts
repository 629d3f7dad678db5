import { passkeyCreationOptions } from '@working-papers/daily/accounts';
import { clientOf } from '$lib/server/accountForms.ts';
import { requireFresh } from '$lib/server/auth.ts';
import { answerScript } from '$lib/server/passkeyRequests.ts';
import type { RequestHandler } from './$types';

export const POST: RequestHandler = (event) => {
  const { user } = requireFresh(event.locals, '/settings/passkeys');
  return answerScript(event, () =>
    passkeyCreationOptions(event.locals.site.accounts, clientOf(event), user),
  );
};
