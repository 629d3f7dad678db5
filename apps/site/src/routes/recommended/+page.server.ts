import { redirect } from '@sveltejs/kit';
import { rate, recommend, tasteLists } from '@working-papers/daily/search';
import { readForm } from '$lib/server/accountForms.ts';
import { requireUser } from '$lib/server/auth.ts';
import { orErrorPage, orFailure } from '$lib/server/refusals.ts';
import type { Actions, PageServerLoad } from './$types';

const shown = 20;

export const load: PageServerLoad = async ({ locals, url }) => {
  const { id: userId } = requireUser(locals);
  const { database, search } = locals.site;
  const list = url.searchParams.get('list') ?? '';
  const [lists, recommendations] = await Promise.all([
    tasteLists(database, userId),
    orErrorPage(recommend({ database, search }, { userId, list, limit: shown })),
  ]);
  return { list, lists, recommendations };
};

export const actions: Actions = {
  rate: async ({ locals, request, url }) => {
    const { id: userId } = requireUser(locals);
    const field = await readForm(request);
    const list = field('list');
    const value = field('value') === 'up' ? 1 : -1;
    const input = { userId, paperId: field('paper'), list, value } as const;
    const failure = await orFailure(rate(locals.site.database, input));
    return failure ?? redirect(303, `${url.pathname}?${new URLSearchParams({ list })}`);
  },
};
