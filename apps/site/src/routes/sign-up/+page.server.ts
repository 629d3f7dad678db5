import { redirect } from '@sveltejs/kit';
import { ownPath, signUp } from '@working-papers/daily/accounts';
import { clientOf, readForm } from '$lib/server/accountForms.ts';
import { orFailure } from '$lib/server/refusals.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals, url }) => {
  if (locals.user !== null) redirect(303, '/settings');
  const { WP_SIGN_UP, WP_TITLE } = locals.site.configuration;
  return {
    next: ownPath(url.searchParams.get('next')),
    signUp: WP_SIGN_UP,
    siteTitle: WP_TITLE,
  };
};

export const actions: Actions = {
  default: async (event) => {
    const field = await readForm(event.request);
    const input = { email: field('email'), name: field('name'), next: field('next') };
    const { accounts } = event.locals.site;
    const failure = await orFailure(signUp(accounts, clientOf(event), input));
    return failure ?? { sentTo: input.email };
  },
};
