import { redirect } from '@sveltejs/kit';
import { changeSubscription } from '@working-papers/daily';
import { readForm } from '$lib/server/accountForms.ts';
import { choiceOf } from '$lib/server/digestForms.ts';
import { orFailure } from '$lib/server/refusals.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = ({ params, setHeaders }) => {
  setHeaders({ 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' });
  return { token: params.token };
};

export const actions: Actions = {
  default: async ({ params, request, locals: { site } }) => {
    const choice = choiceOf(await readForm(request));
    const failure = await orFailure(
      changeSubscription(site.database, { token: params.token, choice }),
    );
    return failure ?? redirect(303, `/u/${params.token}?changed`);
  },
};
