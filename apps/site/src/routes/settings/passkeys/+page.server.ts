import { error } from '@sveltejs/kit';
import { listPasskeys, removePasskey } from '@working-papers/daily/accounts';
import { readForm } from '$lib/server/accountForms.ts';
import { requireFresh, requireUser } from '$lib/server/auth.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => {
  if (locals.site.configuration.WP_PASSKEYS === 'no') error(404);
  const { id } = requireUser(locals);
  return { passkeys: await listPasskeys(locals.site.database, id) };
};

export const actions: Actions = {
  remove: async ({ request, locals }) => {
    const { user } = requireFresh(locals, '/settings/passkeys');
    const field = await readForm(request);
    await removePasskey(locals.site.database, user.id, field('passkey'));
  },
};
