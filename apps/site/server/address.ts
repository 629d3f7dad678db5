import type { Server } from 'node:http';
import { ConfigError } from '@working-papers/grad';

/** Where the server listens. */
export interface Address {
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
}

/**
 * Reads HOST (default 127.0.0.1: this machine only) and PORT (default 3000; 0 takes a free one).
 *
 * @throws {ConfigError} If PORT is not a port.
 */
export function readAddress(environment: Readonly<Record<string, string | undefined>>): Address {
  const text = environment['PORT'] || '3000';
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) {
    throw new ConfigError(`PORT is "${text}"; set it to a number from 0 to 65535`);
  }
  return { host: environment['HOST'] || '127.0.0.1', port };
}

/**
 * Starts to listen.
 *
 * @returns The port.
 * @throws {ConfigError} If the address cannot be had.
 */
export async function listen(server: Server, { host, port }: Address): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(explain(cause, host, port)));
    server.listen({ host, port }, resolve);
  });
  const bound = server.address();
  return typeof bound === 'object' && bound !== null ? bound.port : port;
}

function explain(cause: Error, host: string, port: number): ConfigError {
  const code = 'code' in cause ? String(cause.code) : cause.message;
  const what =
    code === 'EADDRINUSE'
      ? `port ${port} is in use; stop what uses it, or choose another with PORT=${port + 1}`
      : code === 'EACCES'
        ? `port ${port} needs more rights; choose one above 1023 with PORT`
        : `cannot listen on ${host}, port ${port} (${code}); correct HOST and PORT`;
  return new ConfigError(what, { cause });
}
