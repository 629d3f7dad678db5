import { createHash, createHmac } from 'node:crypto';
import { deriveKey } from '../accounts/secret.ts';

/** Where the site is and who answers for it, for what stands in e-mails. */
export interface DigestSite {
  /** What links start with. */
  readonly origin: string;
  readonly title: string;
  /** Domain of the sender; it ends the ids of messages and names the list. */
  readonly domain: string;
  /** Takes e-mails that ask to unsubscribe. */
  readonly contact: string;
  readonly secret: string;
}

/**
 * The last part of the links of a subscription: 256 bits that nobody can make without the secret. The
 * same in every e-mail; the database knows only its hash.
 */
export function subscriptionToken(secret: string, id: string): string {
  return createHmac('sha256', deriveKey(secret, 'unsubscribe')).update(id).digest('base64url');
}

/** 256 random bits need no salt and no slow hash. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

/** Whether a text has the form of a token. */
export function isToken(text: string): boolean {
  return /^[\w-]{43}$/.test(text);
}
