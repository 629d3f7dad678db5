import {
  minPasswordLength,
  requestPasswordReset,
  resetPassword,
} from '@working-papers/daily/accounts';
import { clientOf, readForm } from '$lib/server/accountForms.ts';
import { orFailure } from '$lib/server/refusals.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = ({ url }) => ({
  token: url.searchParams.get('token') ?? undefined,
  minPasswordLength,
});

export const actions: Actions = {
  request: async (event) => {
    const field = await readForm(event.request);
    const input = { email: field('email') };
    const { accounts } = event.locals.site;
    const failure = await orFailure(requestPasswordReset(accounts, clientOf(event), input));
    return failure ?? { sentTo: input.email };
  },
  reset: async (event) => {
    const field = await readForm(event.request);
    const input = { token: field('token'), password: field('password') };
    const { accounts } = event.locals.site;
    const failure = await orFailure(resetPassword(accounts, clientOf(event), input));
    return failure ?? { isDone: true };
  },
};
