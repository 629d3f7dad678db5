/** What an answer of the library sets: its cookies are in the headers. */
interface Answer {
  readonly headers: Headers;
}

interface Sent {
  readonly headers: Headers;
  readonly returnHeaders: true;
}

/** The calls of the library that are used, and what of their answers. */
export interface AuthApi {
  readonly getSession: (input: Sent) => Promise<
    Answer & {
      readonly response: {
        readonly session: { readonly id: string; readonly createdAt: Date };
        readonly user: {
          readonly id: string;
          readonly name: string;
          readonly handle?: string | null | undefined;
          readonly role?: string | null | undefined;
          readonly emailVerified: boolean;
          readonly createdAt: Date;
        };
      } | null;
    }
  >;
  readonly signInEmail: (
    input: Sent & { readonly body: { readonly email: string; readonly password: string } },
  ) => Promise<Answer>;
  readonly signInMagicLink: (input: {
    readonly headers: Headers;
    readonly body: {
      readonly email: string;
      readonly name?: string;
      readonly metadata: Record<string, unknown>;
    };
  }) => Promise<unknown>;
  readonly magicLinkVerify: (
    input: Sent & { readonly query: { readonly token: string } },
  ) => Promise<Answer>;
  readonly signInSocial: (
    input: Sent & {
      readonly body: {
        readonly provider: string;
        readonly callbackURL: string;
        readonly errorCallbackURL: string;
        readonly disableRedirect: true;
      };
    },
  ) => Promise<Answer & { readonly response: { readonly url?: string | undefined } }>;
  readonly startSession: (
    input: Sent & { readonly body: { readonly userId: string } },
  ) => Promise<Answer>;
  readonly signOut: (input: Sent) => Promise<Answer>;
  readonly setPassword: (
    input: Sent & { readonly body: { readonly newPassword: string } },
  ) => Promise<Answer>;
  readonly changePassword: (
    input: Sent & {
      readonly body: {
        readonly currentPassword: string;
        readonly newPassword: string;
        readonly revokeOtherSessions: true;
      };
    },
  ) => Promise<Answer>;
  readonly requestPasswordReset: (input: {
    readonly body: { readonly email: string };
  }) => Promise<unknown>;
  readonly resetPassword: (input: {
    readonly body: { readonly token: string; readonly newPassword: string };
    readonly returnHeaders: true;
  }) => Promise<Answer>;
  readonly changeEmail: (
    input: Sent & { readonly body: { readonly newEmail: string } },
  ) => Promise<Answer>;
  readonly verifyEmail: (
    input: Sent & { readonly query: { readonly token: string } },
  ) => Promise<Answer>;
}
