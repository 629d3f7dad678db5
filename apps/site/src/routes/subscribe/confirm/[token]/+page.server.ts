import { redirect } from '@sveltejs/kit';
import { confirmSubscription } from '@working-papers/daily';
import { orFailure } from '$lib/server/refusals.ts';
import type { Actions, PageServerLoad } from './$types';

/** Shows a button only: programs that look at links in e-mails must not use them up. */
export const load: PageServerLoad = ({ setHeaders }) => {
  setHeaders({ 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' });
};

export const actions: Actions = {
  default: async ({ params, locals: { site } }) => {
    const input = { token: params.token, secret: site.accounts.secret };
    const confirmed = await orFailure(
      confirmSubscription(site.database, input).then((token) => ({ token })),
    );
    return 'token' in confirmed ? redirect(303, `/u/${confirmed.token}?confirmed`) : confirmed;
  },
};
