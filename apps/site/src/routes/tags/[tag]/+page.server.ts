import { error } from '@sveltejs/kit';
import { loadList } from '$lib/server/loadList.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  const { tag } = event.params;
  const list = await loadList(event, { kind: 'tag', id: tag });
  if (list.total === 0) {
    error(404, {
      message: `No paper here is about “${tag}”.`,
      links: [{ href: '/tags', text: 'All topics' }],
    });
  }
  return { tag, list };
};
