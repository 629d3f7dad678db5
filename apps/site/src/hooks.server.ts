import process from 'node:process';
import type { Handle, HandleServerError, ServerInit } from '@sveltejs/kit';
import { building } from '$app/environment';
import { compress } from '$lib/server/compress.ts';
import { secure } from '$lib/server/headers.ts';
import { openSite } from '$lib/server/site.ts';

export const init: ServerInit = async () => {
  if (building || globalThis.openedSite !== undefined) return;
  globalThis.openedSite = openSite(process.env);
  const site = await globalThis.openedSite;
  process.once('sveltekit:shutdown', () => {
    globalThis.openedSite = undefined;
    site.close().catch((error: unknown) => {
      process.stderr.write(`site: closing failed: ${String(error)}\n`);
      process.exitCode = 1;
    });
  });
};

export const handle: Handle = async ({ event, resolve }) => {
  const site = await globalThis.openedSite;
  if (site === undefined) throw new Error('internal: the site is not open');
  Object.assign(event.locals, { site });
  const response = await compress(event.request, await resolve(event));
  secure(response.headers, event.route.id);
  return response;
};

export const handleError: HandleServerError = ({ error, event, status, message }) => {
  if (status !== 404) {
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`${event.request.method} ${event.url.pathname}: ${reason}\n`);
  }
  return { message: status === 404 ? 'There is no page at this address.' : message };
};
