import { redirect } from '@sveltejs/kit';
import { minPasswordLength, openLink, ownPath } from '@working-papers/daily/accounts';
import { clientOf, keepSession, readForm } from '$lib/server/accountForms.ts';
import { orFailure } from '$lib/server/refusals.ts';
import type { Actions, PageServerLoad } from './$types';

/** Shows a button only: programs that look at links in e-mails must not use them up. */
export const load: PageServerLoad = ({ url }) => ({
  token: url.searchParams.get('token') ?? '',
  next: ownPath(url.searchParams.get('next')),
  isNew: url.searchParams.has('new'),
  minPasswordLength,
});

export const actions: Actions = {
  default: async (event) => {
    const field = await readForm(event.request);
    const password = field('password');
    const failure = await orFailure(
      (async () => {
        const input = { token: field('token'), password: password === '' ? undefined : password };
        const { accounts } = event.locals.site;
        await keepSession(event.locals, await openLink(accounts, clientOf(event), input));
      })(),
    );
    return failure ?? redirect(303, ownPath(field('next')));
  },
};
