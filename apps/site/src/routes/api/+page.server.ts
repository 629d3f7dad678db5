import { endpoints, newestDay } from '@working-papers/daily/api';
import { originOf } from '$lib/server/api.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  const day = await newestDay(event.locals.site.database);
  return {
    origin: originOf(event),
    calls: endpoints.map(({ path, summary, parameters, content, example }) => ({
      path: `/api/v1${path}`,
      summary,
      type: content.type,
      parameters: Object.entries(parameters.shape).map(([name, { description }]) => ({
        name,
        description: description ?? null,
      })),
      example: exampleOf(example, day),
    })),
  };
};

/** Null where there is nothing yet that the example could show. */
function exampleOf(example: string, day: string | null): string | null {
  const filled = day === null ? example : example.replace('{date}', day);
  return filled.includes('{') ? null : `/api/v1${filled}`;
}
