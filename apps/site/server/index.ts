/** The site's process: listens, loads the built site, and says in one line what keeps it from that. */
import process from 'node:process';
import { createServer, type RequestListener, type Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import { listen, readAddress, type Address } from './address.ts';
import { shutDownOnSignal } from './shutDown.ts';
import { setStaticHeaders } from './staticHeaders.ts';

/** Errors of these names are for people: their message says what to do. */
const forPeople = new Set(['ConfigError', 'DataError', 'DatabaseError', 'RuntimeUnavailableError']);

await main();

async function main(): Promise<void> {
  try {
    process.env['WP_DATA'] ??= fileURLToPath(new URL('../../../.working-papers', import.meta.url));
    const address = readAddress(process.env);
    if (process.env['ORIGIN'] === undefined) process.env['PROTOCOL_HEADER'] ??= 'x-forwarded-proto';
    const { server, ready } = prepare();
    const port = await listen(server, address);
    await ready();
    shutDownOnSignal(server);
    process.stdout.write(`Working Papers is at ${urlOf(address, port)}\n`);
  } catch (error) {
    fail(error);
  }
}

/** A server whose requests wait until the site is loaded: so a taken port is noticed first. */
function prepare(): { server: Server; ready: () => Promise<void> } {
  let loaded: (handler: RequestListener) => void = () => undefined;
  const site = new Promise<RequestListener>((resolve) => (loaded = resolve));
  const server = createServer((request, response) => {
    // Behind a proxy that ends TLS, set ORIGIN; without one, nobody may claim another protocol.
    request.headers['x-forwarded-proto'] = 'http';
    setStaticHeaders(request, response);
    void site.then((handler) => handler(request, response));
  });
  return { server, ready: async () => loaded(await loadSite()) };
}

async function loadSite(): Promise<RequestListener> {
  const file = new URL('./handler.js', import.meta.url).href;
  // The boundary to the built site, which is not there when types are checked.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const { handler } = (await import(/* @vite-ignore */ file)) as {
    handler: (
      request: Parameters<RequestListener>[0],
      response: Parameters<RequestListener>[1],
      next: () => void,
    ) => void;
  };
  return (request, response) => {
    handler(request, response, () => {
      response.statusCode = 404;
      response.end();
    });
  };
}

function urlOf({ host }: Address, port: number): string {
  const name = host === '127.0.0.1' || host === '::1' || host === '0.0.0.0' ? 'localhost' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}

function fail(error: unknown): never {
  const isForPeople = error instanceof Error && forPeople.has(error.name);
  const text = isForPeople
    ? error.message
    : `internal error: ${error instanceof Error ? error.stack : String(error)}`;
  process.stderr.write(`site: ${text}\n`);
  process.exit(isForPeople ? 2 : 1);
}
