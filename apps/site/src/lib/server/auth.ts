import { error, redirect } from '@sveltejs/kit';
import { isAtLeast, may, type Action, type Role, type SignedInUser } from '@working-papers/daily';

type Asking = Pick<App.Locals, 'user' | 'scopes' | 'returnTo'>;

/**
 * The person who asks. Nobody is sent to sign in, if a page was asked for, and else answered with 401;
 * somebody with a lesser role gets 403. A token needs the scope `admin` for the roles that moderate.
 *
 * @param role - The least role; default `reader`, that is anybody who is signed in.
 */
export function requireUser(locals: Asking, role: Role = 'reader'): SignedInUser {
  const { user, scopes } = locals;
  if (user === null) return askToSignIn(locals);
  if (!isAtLeast(user.role, role)) {
    error(403, { message: `This needs the role ${role}; yours is ${user.role}.` });
  }
  if (isAtLeast(role, 'moderator') && scopes !== null && !scopes.includes('admin')) {
    error(403, { message: 'The token lacks the scope admin.' });
  }
  return user;
}

/** As `requireUser`, for an action of the table of permissions. */
export function requirePermission(locals: Asking, action: Action): SignedInUser {
  const { user } = locals;
  if (user === null) return askToSignIn(locals);
  if (may(user, action)) return user;
  const isUnconfirmed = may({ ...user, isEmailVerified: true }, action);
  return error(403, {
    message: isUnconfirmed
      ? 'Your e-mail address is not confirmed yet: sign in once with a link that is sent to it.'
      : 'Your account may not do this.',
    ...(isUnconfirmed && { links: [{ href: '/sign-in?again=1', text: 'Send me a link' }] }),
  });
}

/**
 * As `requireUser`, and with a browser that has signed in within the last hour: for what protects the
 * account. Others are sent to sign in again.
 *
 * @param path - Where to come back to.
 */
export function requireFresh(
  locals: Pick<App.Locals, 'user' | 'scopes' | 'returnTo' | 'session'>,
  path: string,
): { readonly user: SignedInUser; readonly sessionId: string } {
  const user = requireUser(locals);
  const { session } = locals;
  if (session === null) error(403, { message: 'This needs a browser that is signed in.' });
  if (!session.isFresh) redirect(303, signInPath(path, true));
  return { user, sessionId: session.id };
}

/** Where to sign in before going on to a path of this site. */
function signInPath(next: string, isAgain = false): string {
  const query = new URLSearchParams({ ...(isAgain && { again: '1' }), next });
  return `/sign-in?${query}`;
}

function askToSignIn({ returnTo }: Asking): never {
  if (returnTo !== null) redirect(303, signInPath(returnTo));
  return error(401, {
    message: 'Sign in to do this.',
    links: [{ href: '/sign-in', text: 'Sign in' }],
  });
}
