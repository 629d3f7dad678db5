import { error } from '@sveltejs/kit';
import { clientOf } from '$lib/server/accountForms.ts';
import type { RequestHandler } from './$types';

/** The way back from the OpenID provider; of the library's other routes none is reachable. */
export const GET: RequestHandler = async (event) => {
  const { accounts, configuration } = event.locals.site;
  if (configuration.WP_OIDC_ISSUER === undefined || event.params.path !== 'callback/oidc')
    error(404);
  return accounts.auth.handle(clientOf(event), event.request);
};
