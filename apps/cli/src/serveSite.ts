import { join } from 'node:path';
import { run } from '../../../bin/lib/child.js';
import { root } from './paperByName.ts';

/** What `wp serve` was told; what is missing is as for `npm start`. */
export interface ServeFlags {
  readonly port?: string;
  readonly host?: string;
  readonly data?: string;
}

/**
 * `wp serve`: builds the site if it is stale and serves it, as `npm start` does, until it is stopped.
 *
 * @returns The exit code.
 */
export async function serveSite({ port, host, data }: ServeFlags): Promise<number> {
  const given = Object.entries({ port, host, data });
  const flags = given.flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, value]));
  const { exitCode } = await run(process.execPath, [join(root, 'bin/start.js'), ...flags], {
    output: 'show',
    passedOn: ['SIGINT', 'SIGTERM', 'SIGHUP'],
  });
  return exitCode;
}
