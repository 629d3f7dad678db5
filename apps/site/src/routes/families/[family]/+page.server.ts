import { error } from '@sveltejs/kit';
import { loadList } from '$lib/server/loadList.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  const { family } = event.params;
  const list = await loadList(event, { kind: 'family', id: family });
  if (list.total === 0) {
    error(404, {
      message: `No paper here is of a family “${family}”.`,
      links: [{ href: '/tags', text: 'All families and topics' }],
    });
  }
  return { family, list };
};
