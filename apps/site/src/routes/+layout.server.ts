import type { LayoutServerLoad } from './$types';

/** Who is signed in, for the menu of every page; the address is not among it. */
export const load: LayoutServerLoad = ({ locals: { user } }) => ({
  user: user === null ? null : { name: user.name, handle: user.handle, role: user.role },
});
