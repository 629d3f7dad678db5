import { redirect } from '@sveltejs/kit';
import { signOut } from '@working-papers/daily/accounts';
import { clientOf, keepCookies } from '$lib/server/accountForms.ts';
import type { Actions } from './$types';

export const actions: Actions = {
  default: async (event) => {
    const { locals } = event;
    keepCookies(locals, await signOut(locals.site.accounts, clientOf(event)));
    redirect(303, '/');
  },
};
