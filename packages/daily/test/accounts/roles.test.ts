import { expect, it } from 'vitest';
import { may, permissions, type Action } from '../../src/accounts/roles.ts';

const people = {
  nobody: null,
  unconfirmed: { role: 'reader', isEmailVerified: false },
  reader: { role: 'reader', isEmailVerified: true },
  submitter: { role: 'submitter', isEmailVerified: true },
  moderator: { role: 'moderator', isEmailVerified: true },
  admin: { role: 'admin', isEmailVerified: true },
} as const;

/** From which of these on somebody may do it. */
const table: Readonly<Record<Action, keyof typeof people>> = {
  vote: 'reader',
  comment: 'reader',
  report: 'reader',
  dispute: 'reader',
  claimAuthorship: 'reader',
  submit: 'reader',
  keepLibrary: 'unconfirmed',
  follow: 'unconfirmed',
  makeToken: 'reader',
  exportAccount: 'unconfirmed',
  deleteAccount: 'unconfirmed',
  submitUnreviewed: 'submitter',
  hideComment: 'moderator',
  seeHidden: 'moderator',
  decideQueue: 'moderator',
  closeComments: 'moderator',
  ban: 'moderator',
  readAuditLog: 'moderator',
  changeRole: 'admin',
  invite: 'admin',
  startRuns: 'admin',
  seeJobs: 'admin',
};

it.each(Object.entries(table))('lets do "%s" from the %s on', (action, first) => {
  const names = Object.keys(people);
  const able = Object.entries(people)
    .filter(([, person]) => may(person, action as Action))
    .map(([name]) => name);
  expect(able).toEqual(names.slice(names.indexOf(first)));
});

it('lets nobody do anything by an address that is not confirmed, whatever the role', () => {
  const admin = { role: 'admin', isEmailVerified: false } as const;
  const able = Object.keys(permissions).filter((action) => may(admin, action as Action));
  expect(able).toEqual(['keepLibrary', 'follow', 'exportAccount', 'deleteAccount']);
});
