import { listSessions, revokeOtherSessions, revokeSession } from '@working-papers/daily/accounts';
import { readForm } from '$lib/server/accountForms.ts';
import { requireUser } from '$lib/server/auth.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => {
  const { id } = requireUser(locals);
  const sessions = await listSessions(locals.site.database, id);
  return {
    sessions: sessions.map((session) => ({
      ...session,
      isCurrent: session.id === locals.session?.id,
    })),
  };
};

export const actions: Actions = {
  end: async ({ request, locals }) => {
    const { id } = requireUser(locals);
    const field = await readForm(request);
    await revokeSession(locals.site.database, id, field('session'));
  },
  endOthers: async ({ locals }) => {
    const { id } = requireUser(locals);
    await revokeOtherSessions(locals.site.database, id, locals.session?.id ?? '');
  },
};
