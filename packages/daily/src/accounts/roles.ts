/** Each role may do what those before it may. */
export const roles = ['reader', 'submitter', 'moderator', 'admin'] as const;

export type Role = (typeof roles)[number];

/** Somebody who is signed in, as pages and services see them. The address is not among it. */
export interface SignedInUser {
  readonly id: string;
  readonly name: string;
  /** Part of addresses, and what others see beside the name. */
  readonly handle: string;
  readonly role: Role;
  readonly isEmailVerified: boolean;
  readonly createdAt: Date;
}

/** Whether a role is at least another. */
export function isAtLeast(role: Role, least: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(least);
}

interface Permission {
  readonly role: Role;
  /** Whether the e-mail address must be confirmed. */
  readonly needsVerifiedEmail?: true;
}

/** Who may do what: the least role, and what else must hold. Nothing else in the code decides it. */
export const permissions = {
  vote: { role: 'reader', needsVerifiedEmail: true },
  comment: { role: 'reader', needsVerifiedEmail: true },
  report: { role: 'reader', needsVerifiedEmail: true },
  dispute: { role: 'reader', needsVerifiedEmail: true },
  claimAuthorship: { role: 'reader', needsVerifiedEmail: true },
  submit: { role: 'reader', needsVerifiedEmail: true },
  keepLibrary: { role: 'reader' },
  follow: { role: 'reader' },
  makeToken: { role: 'reader', needsVerifiedEmail: true },
  exportAccount: { role: 'reader' },
  deleteAccount: { role: 'reader' },
  /** Papers show at once, without the queue. */
  submitUnreviewed: { role: 'submitter', needsVerifiedEmail: true },
  hideComment: { role: 'moderator', needsVerifiedEmail: true },
  seeHidden: { role: 'moderator', needsVerifiedEmail: true },
  decideQueue: { role: 'moderator', needsVerifiedEmail: true },
  closeComments: { role: 'moderator', needsVerifiedEmail: true },
  ban: { role: 'moderator', needsVerifiedEmail: true },
  readAuditLog: { role: 'moderator', needsVerifiedEmail: true },
  changeRole: { role: 'admin', needsVerifiedEmail: true },
  invite: { role: 'admin', needsVerifiedEmail: true },
  startRuns: { role: 'admin', needsVerifiedEmail: true },
  seeJobs: { role: 'admin', needsVerifiedEmail: true },
} as const satisfies Record<string, Permission>;

export type Action = keyof typeof permissions;

/** Whether a person may do something; nobody (`null`) may do none of it. */
export function may(
  user: Pick<SignedInUser, 'role' | 'isEmailVerified'> | null,
  action: Action,
): boolean {
  if (user === null) return false;
  const permission: Permission = permissions[action];
  if (permission.needsVerifiedEmail === true && !user.isEmailVerified) return false;
  return isAtLeast(user.role, permission.role);
}
