import { redirect } from '@sveltejs/kit';
import { deleteAccount } from '@working-papers/daily/accounts';
import { readForm } from '$lib/server/accountForms.ts';
import { requireFresh } from '$lib/server/auth.ts';
import { orFailure } from '$lib/server/refusals.ts';
import type { Actions } from './$types';

export const actions: Actions = {
  default: async ({ request, locals }) => {
    const { user } = requireFresh(locals, '/settings/delete');
    const field = await readForm(request);
    const input = { userId: user.id, confirmation: field('handle') };
    const failure = await orFailure(deleteAccount(locals.site.database, input));
    return failure ?? redirect(303, '/');
  },
};
