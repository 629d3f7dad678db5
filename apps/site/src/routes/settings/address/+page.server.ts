import { redirect } from '@sveltejs/kit';
import { confirmEmailChange } from '@working-papers/daily/accounts';
import { clientOf, keepCookies } from '$lib/server/accountForms.ts';
import { requireUser } from '$lib/server/auth.ts';
import { orFailure } from '$lib/server/refusals.ts';
import type { Actions } from './$types';

export const actions: Actions = {
  default: async (event) => {
    requireUser(event.locals);
    const { accounts } = event.locals.site;
    const token = event.url.searchParams.get('token') ?? '';
    const cookies = await orFailure(confirmEmailChange(accounts, clientOf(event), { token }));
    if ('status' in cookies) return cookies;
    keepCookies(event.locals, cookies);
    redirect(303, '/settings?address=changed');
  },
};
