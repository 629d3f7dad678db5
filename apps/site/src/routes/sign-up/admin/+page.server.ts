import { redirect } from '@sveltejs/kit';
import { becomeFirstAdmin, minPasswordLength } from '@working-papers/daily/accounts';
import { clientOf, keepSession, readForm } from '$lib/server/accountForms.ts';
import { orFailure } from '$lib/server/refusals.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = ({ url }) => ({
  token: url.searchParams.get('token') ?? '',
  minPasswordLength,
});

export const actions: Actions = {
  default: async (event) => {
    const field = await readForm(event.request);
    const failure = await orFailure(
      (async () => {
        const cookies = await becomeFirstAdmin(event.locals.site.accounts, clientOf(event), {
          token: field('token'),
          name: field('name'),
          email: field('email'),
          password: field('password'),
        });
        await keepSession(event.locals, cookies);
      })(),
    );
    return failure ?? redirect(303, '/settings');
  },
};
