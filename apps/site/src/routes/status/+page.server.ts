import { isAtLeast } from '@working-papers/daily';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals: { site, user } }) => {
  const status = await site.operation.status();
  const isAdmin = user !== null && isAtLeast(user.role, 'admin');
  return {
    status: isAdmin ? status : withoutFailures(status),
    kind: site.configuration.DATABASE_URL === undefined ? 'PGlite' : 'PostgreSQL',
    isAdmin,
    now: new Date(),
  };
};

type Status = Awaited<ReturnType<App.Locals['site']['operation']['status']>>;

/** What went wrong in detail is for operators. */
function withoutFailures(status: Status): Status {
  const { jobs, sources, search } = status;
  return {
    ...status,
    jobs: jobs.map((job) => ({ ...job, failure: null })),
    sources: sources.map((source) => ({ ...source, lastError: null })),
    search: search && { ...search, lastError: null, advice: null },
  };
}
