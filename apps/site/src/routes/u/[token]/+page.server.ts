import { filtersInWords, readSubscription, unsubscribe } from '@working-papers/daily';
import { timeZones } from '$lib/server/digestForms.ts';
import type { Actions, PageServerLoad } from './$types';

/** Changes nothing: programs that look at links in e-mails come by here. */
export const load: PageServerLoad = async ({ params, url, locals: { site }, setHeaders }) => {
  setHeaders({ 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' });
  const subscription = await readSubscription(site.database, params.token);
  return {
    token: params.token,
    subscription,
    filters: subscription === null ? '' : filtersInWords(subscription.filters),
    timeZones: timeZones(),
    isConfirmed: url.searchParams.has('confirmed'),
    isChanged: url.searchParams.has('changed'),
  };
};

export const actions: Actions = {
  default: async ({ params, locals: { site } }) => {
    await unsubscribe(site.database, params.token);
  },
};
