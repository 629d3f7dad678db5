import { requireUser } from '$lib/server/auth.ts';
import type { LayoutServerLoad } from './$types';

export const load: LayoutServerLoad = ({ locals, url }) => {
  const user = requireUser(locals);
  return {
    user,
    isFresh: locals.session?.isFresh ?? false,
    path: url.pathname,
    hasPasskeys: locals.site.configuration.WP_PASSKEYS === 'yes',
  };
};
