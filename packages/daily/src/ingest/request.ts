/** One request to one of the hosts that are allowed, with limits on time, size and redirects. */
import { lookup as resolveName } from 'node:dns';
import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { WorkingPapersError } from '@working-papers/grad';

/** A source that did not answer as it should. */
export class SourceError extends WorkingPapersError {
  override name = 'SourceError';
  /** HTTP status, if there was an answer. */
  readonly status: number | undefined;
  /** Whether it is worth to ask again. */
  readonly isTransient: boolean;
  /** When, if the source says so. */
  readonly retryAfterMs: number | undefined;

  constructor(
    message: string,
    more: { status?: number; isTransient?: boolean; retryAfterMs?: number | undefined } = {},
  ) {
    super(message);
    this.status = more.status;
    this.isTransient = more.isTransient ?? false;
    this.retryAfterMs = more.retryAfterMs;
  }
}

/** What an answer says. */
export interface Answer {
  /** Whether the conditions of the request hold: nothing new, and no text. */
  readonly isUnchanged: boolean;
  readonly text: string;
  readonly etag: string | null;
  readonly lastModified: string | null;
}

/** What every request obeys. */
export interface RequestLimits {
  /** Origins that may be asked. Their names must not lead to private addresses. */
  readonly origins: readonly string[];
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

const maxRedirects = 3;

/**
 * Asks once. A redirect is followed, at most three times, if it leads to one of the origins.
 *
 * @throws {SourceError} If the address is not allowed, the answer is not one, too long or too late.
 */
export async function requestText(
  address: URL,
  headers: Readonly<Record<string, string>>,
  { limits, signal }: { readonly limits: RequestLimits; readonly signal: AbortSignal },
): Promise<Answer> {
  const timeout = AbortSignal.timeout(limits.timeoutMs);
  const either = AbortSignal.any([signal, timeout]);
  let url = address;
  try {
    for (let redirects = 0; redirects <= maxRedirects; redirects += 1) {
      requireAllowed(url, limits.origins);
      const response = await open(url, headers, either);
      const location = redirectOf(response);
      if (location === undefined) return await answerOf(response, url, limits);
      response.destroy();
      if (!URL.canParse(location, url)) throw new SourceError(`${url.host}: a redirect to nowhere`);
      url = new URL(location, url);
    }
  } catch (error) {
    if (error instanceof SourceError) throw error;
    signal.throwIfAborted();
    const why = timeout.aborted ? `no whole answer in ${limits.timeoutMs / 1000} s` : codeOf(error);
    throw new SourceError(`${url.host}: ${why}`, { isTransient: true });
  }
  throw new SourceError(`${address.host}: more than ${maxRedirects} redirects`);
}

function requireAllowed(url: URL, origins: readonly string[]): void {
  if (origins.includes(url.origin) && url.username === '' && url.password === '') return;
  throw new SourceError(`${url.origin} is not one of the sources; they are ${origins.join(', ')}`);
}

function open(
  url: URL,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const send = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    send(url, { headers, signal, lookup: lookupPublic, agent: false }, resolve)
      .on('error', reject)
      .end();
  });
}

/** Addresses to which a public name never leads: this host, private networks, metadata services. */
const privateNetworks = new BlockList();
for (const network of [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/127',
  '64:ff9b::/96',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
]) {
  const [address = '', prefix] = network.split('/');
  privateNetworks.addSubnet(address, Number(prefix), isIP(address) === 4 ? 'ipv4' : 'ipv6');
}

/** Whether an address is of this host, a private network or none that can be asked. */
export function isPrivateAddress(address: string): boolean {
  const family = isIP(address);
  return family === 0 || privateNetworks.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

/** Resolves a name for the very connection that is made, so that it cannot change in between. */
const lookupPublic: LookupFunction = (hostname, options, callback) => {
  resolveName(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return callback(error, '', 0);
    const open = addresses.filter(({ address }) => !isPrivateAddress(address));
    const [first] = open;
    if (first === undefined) {
      return callback(new SourceError(`${hostname} leads to a private address`), '', 0);
    }
    if (options.all === true) return callback(null, open);
    return callback(null, first.address, first.family);
  });
};

function redirectOf({ statusCode = 0, headers }: IncomingMessage): string | undefined {
  return [301, 302, 303, 307, 308].includes(statusCode) ? headers.location : undefined;
}

async function answerOf(
  response: IncomingMessage,
  url: URL,
  { maxBytes }: RequestLimits,
): Promise<Answer> {
  const { statusCode: status = 0, headers } = response;
  const { etag = null, 'last-modified': lastModified = null } = headers;
  if (status === 304) {
    response.destroy();
    return { isUnchanged: true, text: '', etag, lastModified };
  }
  if (status !== 200) {
    response.destroy();
    const isTransient = status === 408 || status === 429 || status >= 500;
    const retryAfterMs = readRetryAfter(headers['retry-after']);
    throw new SourceError(`${url.host}: answered ${status}`, { status, isTransient, retryAfterMs });
  }
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') {
    response.destroy();
    throw new SourceError(`${url.host}: sent ${headers['content-encoding']} without being asked`);
  }
  const bytes = await readBody(response, url, maxBytes);
  return { isUnchanged: false, text: decode(bytes, headers['content-type']), etag, lastModified };
}

function readBody(response: IncomingMessage, url: URL, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    response
      .on('data', (chunk: Buffer) => {
        length += chunk.length;
        chunks.push(chunk);
        if (length <= maxBytes) return;
        response.destroy();
        reject(new SourceError(`${url.host}: the answer has more than ${maxBytes} bytes`));
      })
      .on('error', reject)
      .on('end', () => resolve(Buffer.concat(chunks)));
  });
}

/** In the encoding that the answer names, else the XML declaration, else UTF-8. */
function decode(bytes: Buffer, contentType = ''): string {
  const declared =
    /charset\s*=\s*"?([\w-]+)/i.exec(contentType)?.[1] ??
    /^<\?xml[^>]*encoding\s*=\s*["']([\w-]+)["']/.exec(bytes.toString('latin1', 0, 200))?.[1];
  try {
    // What is no text in this encoding is marked, so that only the records that hold it are refused.
    return new TextDecoder(declared ?? 'utf-8').decode(bytes);
  } catch {
    throw new SourceError(`the encoding "${declared?.slice(0, 40)}" is not known`);
  }
}

/** Seconds, or a date. */
function readRetryAfter(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now());
}

function codeOf(error: unknown): string {
  if (error instanceof Error && 'code' in error) return String(error.code);
  return error instanceof Error ? error.message : String(error);
}
