/** Accounts with all it takes to sign in; apart from the main entry because the library is large. */
export { openAccounts, type Accounts } from './accounts/accounts.ts';
export type { SetCookies } from './accounts/answers.ts';
export { authPath, maxPasswordLength, minPasswordLength } from './accounts/auth.ts';
export { banNetwork, banUser, isBanned, liftBan } from './accounts/bans.ts';
export { linkOrigin, ownPath, type Client } from './accounts/client.ts';
export {
  changePassword,
  confirmEmailChange,
  hasPassword,
  requestEmailChange,
} from './accounts/credentials.ts';
export { deleteAccount } from './accounts/deleteAccount.ts';
export { exportAccount } from './accounts/exportAccount.ts';
export { becomeFirstAdmin, offerFirstAdmin } from './accounts/firstAdmin.ts';
export { invite } from './accounts/invitations.ts';
export {
  addPasskey,
  listPasskeys,
  passkeyCreationOptions,
  passkeyRequestOptions,
  removePasskey,
  signInWithPasskey,
  type ListedPasskey,
} from './accounts/passkeys.ts';
export {
  listSessions,
  revokeOtherSessions,
  revokeSession,
  type ListedSession,
} from './accounts/sessions.ts';
export {
  openLink,
  readSession,
  requestPasswordReset,
  requestSignInLink,
  resetPassword,
  signInWithPassword,
  signOut,
  signUp,
  startOidc,
  type CurrentSession,
} from './accounts/signIn.ts';
