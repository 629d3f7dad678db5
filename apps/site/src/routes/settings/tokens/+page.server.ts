import {
  createApiToken,
  isAtLeast,
  isScope,
  listApiTokens,
  revokeApiToken,
  tokenScopes,
} from '@working-papers/daily';
import { readForm, textOf } from '$lib/server/accountForms.ts';
import { requireFresh, requirePermission, requireUser } from '$lib/server/auth.ts';
import { orFailure } from '$lib/server/refusals.ts';
import type { Actions, PageServerLoad } from './$types';

/** Days until a token expires, as the form offers them; empty for never. */
const lifetimes = ['30', '90', '365', ''];

export const load: PageServerLoad = async ({ locals }) => {
  const user = requireUser(locals);
  const scopes = Object.entries(tokenScopes).map(([scope, text]) => ({ scope, text }));
  const isModerator = isAtLeast(user.role, 'moderator');
  return {
    tokens: await listApiTokens(locals.site.database, user.id),
    scopes: scopes.filter(({ scope }) => scope !== 'admin' || isModerator),
  };
};

export const actions: Actions = {
  create: async ({ request, locals }) => {
    requireFresh(locals, '/settings/tokens');
    const user = requirePermission(locals, 'makeToken');
    const form = await request.formData();
    const lifetime = lifetimes.find((days) => days === form.get('days')) ?? '30';
    const made = await orFailure(
      createApiToken(locals.site.database, user, {
        name: textOf(form, 'name'),
        scopes: form
          .getAll('scope')
          .filter((scope) => typeof scope === 'string')
          .filter(isScope),
        days: lifetime === '' ? null : Number(lifetime),
      }),
    );
    return 'token' in made ? { token: made.token } : made;
  },
  revoke: async ({ request, locals }) => {
    const { id } = requireUser(locals);
    const field = await readForm(request);
    await revokeApiToken(locals.site.database, id, field('token'));
  },
};
