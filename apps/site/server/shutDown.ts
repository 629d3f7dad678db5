import type { EventEmitter } from 'node:events';
import type { Server } from 'node:http';
import process from 'node:process';

/** What is still being answered gets this long. */
const patienceMs = 10_000;

/**
 * On SIGTERM or SIGINT takes no more requests, ends those that run and lets the site close its
 * database; then nothing keeps the process. A second signal ends it at once.
 */
export function shutDownOnSignal(server: Server): void {
  // The event is adapter-node's, and not among those that the type of `process` knows.
  const emitter: EventEmitter = process;
  let isEnding = false;
  const shutDown = (signal: NodeJS.Signals): void => {
    if (isEnding) process.exit(1);
    isEnding = true;
    server.close(() => {
      emitter.emit('sveltekit:shutdown', signal);
    });
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), patienceMs).unref();
  };
  process.on('SIGTERM', shutDown);
  process.on('SIGINT', shutDown);
}
