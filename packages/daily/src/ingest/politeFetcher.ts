import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigError } from '@working-papers/grad';
import type { SourceProgress } from './ingestBatch.ts';
import { requestText, SourceError, type Answer, type RequestLimits } from './request.ts';

/** The only hosts that are asked unless a caller names others. */
const sourceOrigins = [
  'https://rss.arxiv.org',
  'https://oaipmh.arxiv.org',
  'https://export.arxiv.org',
  'https://huggingface.co',
] as const;

/** Asks one thing at a time of a host, and no faster than it likes. */
export interface PoliteFetcher {
  /**
   * @param conditions - Of an earlier answer: if nothing has changed since, the new one has no text.
   * @throws {SourceError} If the host does not answer as it should, after five failures in a row.
   */
  readonly get: (
    address: string,
    options?: {
      readonly conditions?: Pick<SourceProgress, 'etag' | 'lastModified'>;
      readonly signal?: AbortSignal;
    },
  ) => Promise<Answer>;
}

/** How politely. */
export interface FetcherOptions {
  /** E-mail address that hosts may write to; it is sent with every request. */
  readonly contact: string | undefined;
  /** Default {@link sourceOrigins}. */
  readonly origins?: readonly string[];
  /** Between two requests to a host; default 3 s for arXiv, whose hosts count as one, else 1 s. */
  readonly intervalMs?: number;
  /** After the first failure, doubled after each further one; default 5 s. */
  readonly backOffMs?: number;
  /** The longest wait, also of those that a host asks for; default 5 minutes. */
  readonly ceilingMs?: number;
  /** Of one answer; default 60 s. */
  readonly timeoutMs?: number;
  /** Of one answer; default 10 MB. */
  readonly maxBytes?: number;
  /** How time passes; default as it does. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** After so many failures in a row a host is left alone for as long as the fetcher lives. */
const mostFailures = 5;

/**
 * A fetcher for all sources of one process. arXiv asks for one request in three seconds over a single
 * connection (info.arxiv.org/help/api/tou.html).
 *
 * @throws {ConfigError} If there is no contact.
 */
export function openFetcher(options: FetcherOptions): PoliteFetcher {
  const { contact } = options;
  if (contact === undefined) {
    throw new ConfigError('ingest: WP_CONTACT is not set; sources ask for an address to write to');
  }
  const given: Manners = {
    limits: {
      origins: options.origins ?? sourceOrigins,
      timeoutMs: options.timeoutMs ?? 60_000,
      maxBytes: options.maxBytes ?? 10_000_000,
    },
    backOffMs: options.backOffMs ?? 5000,
    ceilingMs: options.ceilingMs ?? 300_000,
    wait: options.wait ?? ((ms, signal) => sleep(ms, undefined, { signal })),
    headers: {
      'User-Agent': `working-papers/0.1 (mailto:${contact})`,
      'Accept-Encoding': 'identity',
    },
  };
  const hosts = new Map<string, Host>();
  return {
    get: (address, { conditions, signal = new AbortController().signal } = {}) => {
      const url = new URL(address);
      const isArxiv = /(^|\.)arxiv\.org$/.test(url.hostname);
      const name = isArxiv ? 'arxiv.org' : url.host;
      const intervalMs = options.intervalMs ?? (isArxiv ? 3000 : 1000);
      const host = hosts.get(name) ?? {
        intervalMs,
        failures: 0,
        nextAt: 0,
        queue: Promise.resolve(),
      };
      hosts.set(name, host);
      const headers = { ...given.headers, ...conditionHeaders(conditions) };
      const answer = host.queue.then(() => ask(host, url, { ...given, headers, signal }));
      host.queue = answer.then(
        () => undefined,
        () => undefined,
      );
      return answer;
    },
  };
}

interface Manners {
  readonly limits: RequestLimits;
  readonly backOffMs: number;
  readonly ceilingMs: number;
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly headers: Readonly<Record<string, string>>;
}

interface Host {
  readonly intervalMs: number;
  /** In a row. */
  failures: number;
  /** Milliseconds of `performance.now()`. */
  nextAt: number;
  /** Settles when the host is free. */
  queue: Promise<void>;
}

async function ask(
  host: Host,
  url: URL,
  manners: Manners & { readonly signal: AbortSignal },
): Promise<Answer> {
  const { limits, ceilingMs, wait, headers, signal } = manners;
  for (;;) {
    signal.throwIfAborted();
    if (host.failures >= mostFailures) {
      throw new SourceError(`${url.host}: left alone after ${mostFailures} failures in a row`);
    }
    const pause = host.nextAt - performance.now();
    if (pause > 0) await wait(pause, signal);
    try {
      const answer = await requestText(url, headers, { limits, signal });
      host.failures = 0;
      return answer;
    } catch (error) {
      if (!(error instanceof SourceError) || !error.isTransient) throw error;
      host.failures += 1;
      if (host.failures >= mostFailures) throw givenUp(error);
      if ((error.retryAfterMs ?? 0) > ceilingMs) {
        const seconds = Math.ceil((error.retryAfterMs ?? 0) / 1000);
        host.failures = mostFailures;
        throw new SourceError(`${error.message} and asks to be left alone for ${seconds} s`);
      }
      host.nextAt = performance.now() + (error.retryAfterMs ?? backOff(host, manners));
    } finally {
      // A little at random, so that several sites do not keep step.
      const pauseMs = host.intervalMs * (1 + Math.random() / 10);
      host.nextAt = Math.max(host.nextAt, performance.now() + pauseMs);
    }
  }
}

/** Doubled after each failure up to the ceiling, then between half of that and all of it. */
function backOff({ failures }: Host, { backOffMs, ceilingMs }: Manners): number {
  return Math.min(ceilingMs, backOffMs * 2 ** (failures - 1)) * (0.5 + Math.random() / 2);
}

function givenUp({ message, status }: SourceError): SourceError {
  const more = status === undefined ? {} : { status };
  return new SourceError(`${message}; given up after ${mostFailures} failures in a row`, more);
}

function conditionHeaders(
  conditions: Pick<SourceProgress, 'etag' | 'lastModified'> | undefined,
): Record<string, string> {
  const { etag = null, lastModified = null } = conditions ?? {};
  return {
    ...(etag === null ? {} : { 'If-None-Match': etag }),
    ...(lastModified === null ? {} : { 'If-Modified-Since': lastModified }),
  };
}
