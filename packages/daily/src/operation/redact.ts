import { isIP } from 'node:net';

const email = /[^\s<>()[\],;:"'@/]+@[^\s<>()[\],;:"'@/]+/g;
/** User and password of a URL. */
const credentials = /(?<=\w:\/\/)[^\s/]+@/g;
/** What an IPv4 or IPv6 address may be made of, and ends with. */
const addressLike = /[\da-f:][\da-f:.]*[\da-f:]/gi;

/**
 * A text that may be logged: e-mail addresses, IP addresses and the user and password of URLs are
 * replaced.
 */
export function redact(text: string): string {
  return text
    .replace(credentials, '')
    .replace(email, '[e-mail]')
    .replace(addressLike, (found) => {
      const [, address = found, port = ''] = /^([\d.]+)(:\d+)$/.exec(found) ?? [];
      return isIP(address) === 0 ? found : `[address]${port}`;
    });
}

/** What an error says, as a text that may be logged. */
export function failureText(error: unknown): string {
  return redact(error instanceof Error ? error.message : String(error)).slice(0, 500);
}
