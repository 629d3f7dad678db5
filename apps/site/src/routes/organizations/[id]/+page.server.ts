import { error } from '@sveltejs/kit';
import { readName } from '@working-papers/daily';
import { loadList } from '$lib/server/loadList.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  const { id } = event.params;
  const name = await readName(event.locals.site.database, 'organization', id);
  if (name === undefined) error(404, { message: `There is no organisation “${id}” here.` });
  return { name, list: await loadList(event, { kind: 'organization', id }) };
};
