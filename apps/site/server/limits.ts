import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import process from 'node:process';

/** More is in no form of the site, and in no call of its interfaces. */
const maxBodyBytes = 64 * 1024;
const headerPatienceMs = 10_000;
const requestPatienceMs = 15_000;

/** Limits how long a client may take to send a request; how long the answer may take is in `observe.ts`. */
export function limitTimes(server: Server): void {
  server.headersTimeout = headerPatienceMs;
  server.requestTimeout = requestPatienceMs;
  server.keepAliveTimeout = 5_000;
}

/** For bodies whose size is not announced: the framework stops to read there. */
export function limitUnannouncedBodies(): void {
  process.env['BODY_SIZE_LIMIT'] = String(maxBodyBytes);
}

/**
 * Answers a request whose announced body is too large with 413, without reading it.
 *
 * @returns Whether it did.
 */
export function refuseLargeBody({ headers }: IncomingMessage, response: ServerResponse): boolean {
  const announced = Number(headers['content-length'] ?? 0);
  if (announced <= maxBodyBytes) return false;
  const detail = `The body has ${announced} bytes; at most ${maxBodyBytes} are taken.`;
  response.writeHead(413, { 'Content-Type': 'application/problem+json', Connection: 'close' });
  response.end(JSON.stringify({ status: 413, detail }));
  return true;
}
