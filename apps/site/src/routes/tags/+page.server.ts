import { countOrganizations, countTopics } from '@working-papers/daily';
import type { PageServerLoad } from './$types';

/** More would be a list that nobody reads. */
const mostShown = 300;

export const load: PageServerLoad = async ({ locals }) => {
  const { database } = locals.site;
  const [families, tags, organizations] = await Promise.all([
    countTopics(database, 'family'),
    countTopics(database, 'tag'),
    countOrganizations(database),
  ]);
  return {
    families,
    tags: tags.slice(0, mostShown),
    organizations: organizations.slice(0, mostShown),
  };
};
