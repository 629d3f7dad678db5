import { emailOf, renameUser } from '@working-papers/daily';
import {
  changePassword,
  hasPassword,
  minPasswordLength,
  requestEmailChange,
} from '@working-papers/daily/accounts';
import { clientOf, keepCookies, readForm } from '$lib/server/accountForms.ts';
import { requireFresh, requireUser } from '$lib/server/auth.ts';
import { orFailure } from '$lib/server/refusals.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  const { id } = requireUser(locals);
  const { database, accounts } = locals.site;
  return {
    email: await emailOf(database, id),
    hasPassword: await hasPassword(accounts, id),
    isAddressChanged: url.searchParams.has('address'),
    minPasswordLength,
  };
};

export const actions: Actions = {
  name: async ({ request, locals }) => {
    const { id } = requireUser(locals);
    const field = await readForm(request);
    const input = { name: field('name'), handle: field('handle') };
    const failure = await orFailure(renameUser(locals.site.database, id, input));
    return failure ?? { done: 'Your name is changed.' };
  },
  email: async (event) => {
    const { user } = requireFresh(event.locals, '/settings');
    const field = await readForm(event.request);
    const input = { userId: user.id, email: field('email') };
    const { accounts } = event.locals.site;
    const failure = await orFailure(requestEmailChange(accounts, clientOf(event), input));
    return failure ?? { done: `Open the link that we sent to ${input.email} to confirm it.` };
  },
  password: async (event) => {
    const { user } = requireFresh(event.locals, '/settings');
    const field = await readForm(event.request);
    const { accounts } = event.locals.site;
    const isSet = await hasPassword(accounts, user.id);
    const current = isSet ? field('current') : undefined;
    const input = { userId: user.id, current, password: field('password') };
    const cookies = await orFailure(changePassword(accounts, clientOf(event), input));
    if ('status' in cookies) return cookies;
    keepCookies(event.locals, cookies);
    return { done: 'Your password is changed; all other sessions are ended.' };
  },
};
